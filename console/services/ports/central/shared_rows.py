"""What all seats of the switchboard share beside events: written contacts, messages of ours,
blocked senders, who wants no messages, who may be named. Their latest state travels, not their
history; scores of calls have a feed of their own; who holds which channel; and what gateways keep
in common.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from console.services.views.contacts import OutreachRow

type Feed = Literal["rows", "scores"]
"""What each seat of the switchboard gets, and what only those get who score calls."""


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One row as it travels.

    Attributes:
        kind: `contact`, `outreach`, `blocked`, `opt_out`, `named_citizen`; `call_score`.
        key: its id in hexadecimal digits; of what is about a sender `channel:sender`, of a citizen
            who may be named his number.
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


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A secret that gateways keep at the centre, sealed.

    Attributes:
        gen: counts its changes; 0 where nothing is kept.
        body: None where the asker knows this generation.
        kept_at: by the server's clock, milliseconds since 1970.
        renewing: workstation that began to renew this generation and has not handed in the next.
    """

    gen: int
    body: bytes | None
    kept_at: int
    renewing: str | None = None


class SharedSecretStore(Protocol):
    """Where the gateways of a centre keep such a secret; each method may raise `UnavailableError`
    (`central_away`).
    """

    async def read_secret(self, name: str, known: int) -> SharedSecret | None:
        """What is kept, if it is not generation `known`; None for who has not the lease `name`."""

    async def begin_renewal(self, name: str, gen: int) -> bool:
        """Write down that we are about to use this generation up; False without the lease, or when
        there is another one.
        """

    async def keep_secret(self, name: str, before: int, gen: int, body: bytes) -> bool:
        """Put `gen` in the place of `before`; False when something else lies there. Who began the
        renewal may do it without the lease too.
        """


@runtime_checkable
class UsesSharedSecret(Protocol):
    """A channel whose secret changes with its use, so that its gateways must keep it in common."""

    def keep_at(self, place: SharedSecretStore) -> None:
        """Keep it there from now on."""


class ContactNumbers(Protocol):
    """Which number a report has that several gateways may have taken."""

    async def tell_number(self, contact_id: UUID, number: str) -> str:
        """The number to tell: the one of who told it first, `number` where the centre is away."""

    async def told_numbers(self, contact_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Numbers that other gateways told for these; empty where the centre is away."""


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
        """The last place of both feeds, which count together."""

    def share_scores(self, rows: Sequence[SharedRow]) -> None:
        """Store these for ever; repeats are harmless. For who may score calls.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def scores_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """Scores that were stored after this place, in order. For who may score calls."""


class SharedStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def follow(self, incarnation: str, last: int) -> None:
        """We speak with this centre: where it is another one, or one that went back, everything
        that this seat has of the last months goes out again and the feed is read anew.
        """

    def waiting(self, limit: int, feed: Feed = "rows") -> tuple[SharedRow, ...]:
        """Rows that changed here and that the centre does not have."""

    def shared(self, rows: Sequence[SharedRow]) -> None:
        """The centre has these now; files that they name go after them."""

    def waiting_count(self) -> int:
        """How many rows the centre does not have."""

    def bury(self, row: SharedRow, why: str) -> None:
        """The centre can never store this one; it stays here, and is a supervisor's task until a
        later state of it is stored.
        """

    def place(self, feed: Feed = "rows") -> int:
        """How far this seat has read the feed."""

    def take_in(self, rows: Sequence[SharedRow], feed: Feed = "rows") -> tuple[object, ...]:
        """Take these over and move the place; one that does not fit our tables is left out and is a
        supervisor's task. Returns what the bus must hear.
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
