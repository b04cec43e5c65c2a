"""Audit lines of processes that only read, until the one that writes takes them into the chain.

A verb such as `request show` works beside an open window, and two processes must not write to one
SQLite file at the same instant (`engine.py`). So it leaves its line as a file of its own in
`<profile>/audit-beside/`, on the disk before anything is shown; whoever opens the profile for
writing takes the lines in, a window also once a minute.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.services.records import AuditEntry
from console.store.files.spool import sync_folder, write_private
from console.store.tables.audit_chain import add_line, entry_of_row
from console.store.tables.definitions import audit, from_ms, to_ms

log = logging.getLogger(__name__)

FOLDER = "audit-beside"
MOST = 1000
"""Lines taken in at once; the next round has the others."""
_FIELDS = ("at", "actor", "role", "workstation", "act", "subject", "detail")


def put(profile: Path, entry: AuditEntry) -> None:
    """Keep the line; it is on the disk when this returns.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    folder = profile / FOLDER
    said = [entry.at.isoformat(), *(getattr(entry, name) for name in _FIELDS[1:])]
    name = uuid7().hex
    part = folder / f"{name}.part"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(part, json.dumps(said, ensure_ascii=False).encode())
        part.rename(folder / f"{name}.json")
        for each in (folder, profile):
            sync_folder(each)
    except OSError as error:
        cause = error.strerror or str(error)
        raise UnavailableError("audit_not_written", cause=cause) from error


def take_in(profile: Path, run: Callable[[Callable[[Connection], None]], None]) -> int:
    """Chain what lies there, oldest first; how many lines that were.

    Args:
        run: runs work in one transaction of the writer.

    What cannot be read as a line is put aside.

    Raises:
        UnavailableError: as a save; the files stay.
    """
    found = {path: _read(path) for path in sorted((profile / FOLDER).glob("*.json"))[:MOST]}
    # Not by name: two of one millisecond, or with a clock set back, are named in any order.
    lines = sorted((each for each in found.values() if each is not None), key=lambda each: each.at)
    if lines:
        run(lambda connection: _chain(connection, lines))
    for path, entry in found.items():
        if entry is None:
            log.warning("%s cannot be read as a line of the audit and is put aside", path)
            path.rename(path.with_suffix(".bad"))
        else:
            path.unlink()
    return len(lines)


def _chain(connection: Connection, lines: list[AuditEntry]) -> None:
    newest = select(audit).order_by(audit.c.n.desc()).limit(2 * MOST)
    # A crash between the commit and the file's end: the line is there already.
    known = {entry_of_row(row) for row in connection.execute(newest)}
    for line in lines:
        if line not in known:
            add_line(connection, line)


def _read(path: Path) -> AuditEntry | None:
    try:
        at, *texts = json.loads(path.read_bytes())
        if len(texts) != len(_FIELDS) - 1 or not all(isinstance(text, str) for text in texts):
            return None
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            return None
        return AuditEntry(from_ms(to_ms(moment)), *texts)  # as precise as the table
    except (OSError, ValueError, TypeError):  # another user's too: root's, of a verb under sudo
        return None
