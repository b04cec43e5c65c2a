"""What all seats of the switchboard share beside events: written contacts, messages of ours,
blocked senders, who wants no messages. Their latest state travels, not their history; and who holds
which channel.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from console.services.views import OutreachRow


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One row as it travels.

    Attributes:
        kind: `contact`, `outreach`, `blocked` or `opt_out`.
        key: its id in hexadecimal digits; of the last two, which are about a sender,
            `channel:sender`.
        said_v, step_v: versions of the two halves; the later one stays.
        said: what came, or what is to be sent.
        step: what people and couriers did with it.
        seq: its place in the centre's feed, 0 while it was not there.
    """

    kind: str
    key: str
    said_v: int
    step_v: int
    said: dict[str, object]
    step: dict[str, object]
    seq: int = 0


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A channel that some gateway holds, or held last.

    Attributes:
        silent_s: seconds since the lease ran out; negative while it holds.
    """

    name: str
    workstation: str
    silent_s: float


class SharedCentre(Protocol):
    """The centre's side; each method may raise `UnavailableError` (`central_away`, and
    `central_denied` for a role that may not).
    """

    def share(self, rows: Sequence[SharedRow]) -> None:
        """Store these; of each half the later version stays. Repeats are harmless.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def shared_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """What changed after this place, in order."""

    def shared_last(self) -> int:
        """The last place of the feed."""


class SharedStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def follow(self, incarnation: str, last: int) -> None:
        """We speak with this centre: where it is another one, or one that went back, everything
        that this seat has of the last months goes out again and the feed is read anew.
        """

    def waiting(self, limit: int) -> tuple[SharedRow, ...]:
        """Rows that changed here and that the centre does not have."""

    def shared(self, rows: Sequence[SharedRow]) -> None:
        """The centre has these now; files that they name go after them."""

    def bury(self, row: SharedRow) -> None:
        """The centre can never store this one; it stays here."""

    def place(self) -> int:
        """How far this seat has read the feed."""

    def take_in(self, rows: Sequence[SharedRow]) -> tuple[object, ...]:
        """Take these over and move the place; one that does not fit our tables is told in the log
        and left out. Returns what the bus must hear.
        """


type Timed = AbstractContextManager[None]


class Claims(Protocol):
    """Whose a queued message is when several gateways could send it."""

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """Make it ours before the device hears of it.

        Args:
            row: as it shall be while it is being sent.
            lease: the channel's, which must be ours.

        Returns:
            False when another one has it, or the centre knows something newer about it.

        Raises:
            UnavailableError: `central_away`; it waits.
        """
