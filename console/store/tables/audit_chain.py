"""The audit's chain: each line carries a hash over itself and the line before it, so a line that
somebody altered or removed by hand shows (`first_broken`). The table itself refuses changes.
"""

import hashlib
import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from console.services.records import AuditEntry
from console.store.tables.definitions import audit, to_ms
from console.store.tables.record_rows import maker

_FIELDS = tuple(each.name for each in fields(AuditEntry))
_START = "0" * 64
_LAST_HASH: Select[Any] = select(audit.c.hash).order_by(audit.c.n.desc()).limit(1)


def _chained(before: str, entry: AuditEntry) -> str:
    said = [to_ms(entry.at), *(getattr(entry, name) for name in _FIELDS[1:])]
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


entry_of_row = maker(AuditEntry)
"""A line as it was written."""


def head(connection: Connection) -> tuple[int, str]:
    """How many lines there are, and the hash of the last one: what should be kept on paper."""
    row = connection.execute(
        select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1)
    ).first()
    return (0, _START) if row is None else (row.n, row.hash)


def add_line(connection: Connection, entry: AuditEntry) -> None:
    """Add a line, chained to the one before."""
    before = connection.execute(_LAST_HASH).scalar() or _START
    connection.execute(insert(audit).values(**asdict(entry), hash=_chained(before, entry)))


def first_broken(connection: Connection) -> int | None:
    """The number of the first audit line that was altered or is missing; None if there is none.

    Whoever can write the file can forge a whole chain, so the head's hash belongs on paper.
    """
    before, expected = _START, 1
    for row in connection.execute(select(audit).order_by(audit.c.n)):
        before = _chained(before, entry_of_row(row))
        if row.n != expected or row.hash != before:
            return int(row.n)
        expected += 1
    return None
