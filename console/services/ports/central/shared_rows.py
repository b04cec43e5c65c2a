"""What the seats of the switchboard share besides events.

Written contacts, our messages, blocked senders, refusals of messages and consents to be named: only
their latest state is synchronised, not their history. Scores of calls have a feed of their own.
Gateways also share leases, secrets and number reservations.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from console.services.views.contacts import OutreachRow

type Feed = Literal["rows", "scores"]
"""`rows` go to each seat of the switchboard, `scores` only to those who score calls."""


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One synchronised row.

    Attributes:
        kind: `contact`, `outreach`, `blocked`, `opt_out`, `named_citizen`; `call_score`.
        key: its id in hexadecimal digits; for a sender `channel:sender`, for a citizen who may be
            named the telephone number.
        said_v, step_v: versions of the two halves; the later one wins.
        said: the message that arrived, or the one to send.
        step: what people and couriers did with it.
        seq: its place in the centre's feed, 0 before it is there.
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
    """A channel that a gateway holds, or held last.

    Attributes:
        silent_s: seconds since the lease ran out; negative while it is valid.
    """

    name: str
    workstation: str
    silent_s: float


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A secret that gateways share at the centre, encrypted.

    Attributes:
        gen: its generation, counted up with each change; 0 without a secret.
        body: None when the caller already knows this generation.
        kept_at: by the server's clock, milliseconds since 1970.
        renewing: workstation that started to renew this generation and has not stored the next.
    """

    gen: int
    body: bytes | None
    kept_at: int
    renewing: str | None = None


class SharedSecretStore(Protocol):
    """Where the gateways of a centre share a secret.

    Each method may raise `UnavailableError` (`central_away`).
    """

    async def read_secret(self, name: str, known: int) -> SharedSecret | None:
        """The secret, unless it is generation `known`; None without the lease `name`."""

    async def begin_renewal(self, name: str, gen: int) -> bool:
        """Record that we are about to use up this generation.

        False without the lease, or when the generation has changed.
        """

    async def keep_secret(self, name: str, before: int, gen: int, body: bytes) -> bool:
        """Replace generation `before` by `gen`; False when another one is stored.

        The workstation that started the renewal may do so even without the lease.
        """


@runtime_checkable
class UsesSharedSecret(Protocol):
    """A channel whose secret changes with each use, so that its gateways must share it."""

    def keep_at(self, place: SharedSecretStore) -> None:
        """Keep the secret there from now on."""


class ContactNumbers(Protocol):
    """Makes sure that a report taken by several gateways gets one number."""

    async def tell_number(self, contact_id: UUID, number: str) -> str:
        """The number to give out: the first one given, or `number` while the centre is away."""

    async def told_numbers(self, contact_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Numbers that other gateways gave for these; empty while the centre is away."""


class SharedCentre(Protocol):
    """The centre's side.

    Each method may raise `UnavailableError`: `central_away`, or `central_denied` for a role
    that may not.
    """

    def share(self, rows: Sequence[SharedRow]) -> None:
        """Store these; the later version of each half wins. Repeats are harmless.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def shared_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """Changes after this place, in order."""

    def shared_last(self) -> int:
        """The last place of both feeds, which share one counter."""

    def share_scores(self, rows: Sequence[SharedRow]) -> None:
        """Store these for good; repeats are harmless. Only for people who may score calls.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def scores_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """Scores after this place, in order. Only for people who may score calls."""


class SharedStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def follow(self, incarnation: str, last: int) -> None:
        """Start a session with this centre.

        If it is another one, or was reset, this seat sends the rows of the last months again and
        reads the feed from the start.
        """

    def waiting(self, limit: int, feed: Feed = "rows") -> tuple[SharedRow, ...]:
        """Changed rows that the centre does not have yet."""

    def shared(self, rows: Sequence[SharedRow]) -> None:
        """Mark these as stored at the centre; the files they name follow."""

    def waiting_count(self) -> int:
        """Number of rows that the centre does not have yet."""

    def bury(self, row: SharedRow, why: str) -> None:
        """Mark a row that the centre can never store.

        It stays here and is a supervisor's task until a later state of it is stored.
        """

    def place(self, feed: Feed = "rows") -> int:
        """How far this seat has read the feed."""

    def take_in(self, rows: Sequence[SharedRow], feed: Feed = "rows") -> tuple[object, ...]:
        """Store these and move the place; returns the events to publish on the bus.

        A row that does not fit our tables is left out and becomes a supervisor's task.
        """


type Timed = AbstractContextManager[None]


class Claims(Protocol):
    """Decides which of several gateways sends a queued message."""

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """Claim it before the device gets it.

        Args:
            row: in its state while being sent.
            lease: the channel's, which we must hold.

        Returns:
            False when another gateway has it, or the centre has newer news of it.

        Raises:
            UnavailableError: `central_away`; the message waits.
        """
