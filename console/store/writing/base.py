"""What the parts of the unit of work share: the writer's connection, and how a row is upserted."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert


class Work:
    """Base of the parts by subject; lives for one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work in the connection's open transaction."""
        self._connection = connection
        self.has_unsent = False
        """Whether it stored something that the centre does not have."""

    def _upsert(self, table: Table, values: dict[str, object]) -> bool:
        """Insert or update by primary key; True when the row was new."""
        asking, writing = _upserting(table, tuple(values))
        keys = {f"of_{c.name}": values[c.name] for c in table.primary_key}
        is_new = self._connection.execute(asking, keys).first() is None
        self._connection.execute(writing, values)
        return is_new


@cache
def _upserting(table: Table, columns: tuple[str, ...]) -> tuple[Select[Any], Insert]:
    """How to ask for a row by its primary key and how to write it; built once."""
    keys = [column.name for column in table.primary_key]
    asking = select(*table.primary_key).where(*(table.c[k] == bindparam(f"of_{k}") for k in keys))
    writing = upsert(table)
    changes = {each: writing.excluded[each] for each in columns if each not in keys}
    return asking, writing.on_conflict_do_update(index_elements=keys, set_=changes)
