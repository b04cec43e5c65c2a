"""Lines of the audit by verbs that open the profile for reading only: what they read of citizens,
before it is printed, and what they bring in beside the store.
"""

import contextlib

from console.assembly.core import Core
from console.domain.errors import UnavailableError
from console.services.people.actors import entry_of
from console.services.records import AuditEntry

WHERE = "cli"


def note_reading(core: Core, act: str, subject: str, detail: str = "") -> None:
    """Write down that the account of this verb read something.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    said = " ".join(each for each in (WHERE, detail) if each)
    desk = core.desk
    note_beside(core, entry_of(desk.actor, desk.clock(), act, subject, said))


def note_beside(core: Core, line: AuditEntry) -> None:
    """Write this line down.

    The verb opened the profile for reading only. The line is on the disk when this returns; it is
    in the chain as well, unless a window has the profile, which takes it in within a minute.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    from console.store.seat import reader_audit
    from console.store.seat.local_store import LocalStore

    reader_audit.put(core.profile, line)
    with contextlib.suppress(UnavailableError):  # whoever writes there takes it in
        writing = LocalStore(core.profile, core.desk.catalogue, readers=1)
        try:
            writing.take_in_beside()
        finally:
            writing.close()
