"""Single values that the store keeps by key: the table `meta`."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.store.tables.definitions import meta

CODE_TAKEN = "central_code_taken"
"""Key: the console code that the centre gave to another seat."""
_GET = select(meta.c.value).where(meta.c.key == bindparam("key"))
_ADD = upsert(meta)
_SET = _ADD.on_conflict_do_update(index_elements=["key"], set_={"value": _ADD.excluded.value})


def value_of(connection: Connection, key: str) -> str | None:
    """The value kept under this key, or None."""
    found: str | None = connection.execute(_GET, {"key": key}).scalar()
    return found


def set_value(connection: Connection, key: str, value: str) -> None:
    """Insert or replace the value, in the caller's transaction."""
    connection.execute(_SET, {"key": key, "value": value})
