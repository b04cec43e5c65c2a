"""Audit lines of read-only processes, until the writing process adds them to the chain.

A command such as `request show` runs next to an open window, and two processes must not write to
one SQLite file at the same time (`sqlite/engine.py`). So the command leaves its line as a file in
`<profile>/audit-beside/`, on disk before it shows anything. A process that opens the profile for
writing collects these lines; a window does so once a minute as well.
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
"""Lines collected at once; the next round takes the others."""
_FIELDS = ("at", "actor", "role", "workstation", "act", "subject", "detail")


def put(profile: Path, entry: AuditEntry) -> None:
    """Leave a line; it is on disk when this returns.

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
    """Add the lines to the chain, oldest first; returns how many there were.

    A file that is no valid line is renamed to `.bad`.

    Args:
        run: runs work in one transaction of the writer.

    Raises:
        UnavailableError: as a save; the files stay.
    """
    found = {path: _read(path) for path in sorted((profile / FOLDER).glob("*.json"))[:MOST]}
    # Not by name: within one millisecond, or after a clock was set back, names have any order.
    lines = sorted((each for each in found.values() if each is not None), key=lambda each: each.at)
    if lines:
        run(lambda connection: _chain(connection, lines))
    for path, entry in found.items():
        if entry is None:
            log.warning("%s is no valid audit line and is set aside", path)
            path.rename(path.with_suffix(".bad"))
        else:
            path.unlink()
    return len(lines)


def _chain(connection: Connection, lines: list[AuditEntry]) -> None:
    newest = select(audit).order_by(audit.c.n.desc()).limit(2 * MOST)
    # After a crash between the commit and the deletion the line is already there.
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
        return AuditEntry(from_ms(to_ms(moment)), *texts)  # with the precision of the table
    except (OSError, ValueError, TypeError):  # also another user's file, such as root's
        return None
