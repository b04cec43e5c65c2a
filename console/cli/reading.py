"""What a verb reads of citizens is a line of the audit, before it is printed."""

import contextlib

from console.bootstrap import Core
from console.domain.errors import UnavailableError
from console.services.accounts import entry_of

WHERE = "cli"


def note_reading(core: Core, act: str, subject: str, detail: str = "") -> None:
    """Write down that the account of this verb read something.

    The verb opened the profile for reading only. The line is on the disk when this returns; it is
    in the chain as well, unless a window has the profile, which takes it in within a minute.

    Raises:
        UnavailableError: `audit_not_written`.
    """
    from console.store import beside
    from console.store.local import LocalStore

    said = " ".join(each for each in (WHERE, detail) if each)
    desk = core.desk
    beside.put(core.profile, entry_of(desk.actor, desk.clock(), act, subject, said))
    with contextlib.suppress(UnavailableError):  # whoever writes there takes it in
        writing = LocalStore(core.profile, desk.catalogue, readers=1)
        try:
            writing.take_in_beside()
        finally:
            writing.close()
