"""Audit entries of verbs that open the profile read-only: what they read about citizens, written
before it is printed, and what they import outside the store.
"""

import contextlib

from console.assembly.core import Core
from console.domain.errors import UnavailableError
from console.services.people.actors import entry_of
from console.services.records import AuditEntry

WHERE = "cli"


def record_reading(core: Core, act: str, subject: str, detail: str = "") -> None:
    """Record that the account of this verb read something.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    said = " ".join(each for each in (WHERE, detail) if each)
    desk = core.desk
    record_entry(core, entry_of(desk.actor, desk.clock(), act, subject, said))


def record_entry(core: Core, line: AuditEntry) -> None:
    """Record an entry although the profile is open read-only.

    The entry is on disk when this returns. It is in the audit chain too, unless a window has the
    profile open; the window adds it within a minute.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    from console.store.seat import reader_audit
    from console.store.seat.local_store import LocalStore

    reader_audit.put(core.profile, line)
    with contextlib.suppress(UnavailableError):  # a window has the profile open and adds it
        writing = LocalStore(core.profile, core.desk.catalogue, readers=1)
        try:
            writing.chain_reader_lines()
        finally:
            writing.close()
