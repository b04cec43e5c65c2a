"""How a new seat starts: from the centre's list of requests, not from the first event.

It notes the id and number of every request, sets its cursor to the end of the stream, and then
fetches the events of what a seat keeps: subjects other than requests, open requests, the last
90 days. The result equals a seat that read everything and pruned the rest, because both fold the
same events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import Cursor


@dataclass(frozen=True, slots=True)
class StartPosition:
    """The centre's starting point for a new seat.

    Attributes:
        seq, event_id: the end of the stream; the list and `others` cover everything up to it.
        others: subjects that the list of requests lacks, or does not show up to date.
    """

    seq: int
    event_id: UUID
    others: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """One request of the centre's list."""

    request_id: UUID
    number: str
    is_open: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How much of the list a seat has noted.

    Attributes:
        place: the cursor once the list is complete.
        after: the last request noted; None = none yet.
    """

    place: Cursor
    after: UUID | None


class StartCentre(Protocol):
    """The centre's side; each method may raise `UnavailableError` (`central_away`)."""

    def begin_start(self, most: int) -> StartPosition | None:
        """The starting point for a new seat; writes a line of the centre's audit.

        Args:
            most: how many requests the list may still have to fold.

        Returns:
            None when the list lags further behind: read the stream instead.

        Raises:
            UnavailableError: `central_denied` for an agency's login, whose feed is short.
        """

    def start_list(self, after: UUID | None, limit: int) -> tuple[ListedRequest, ...]:
        """The list after this request, by id."""

    def start_events(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """All events of these (at most 200), each request's by `seq`.

        Raises:
            UnavailableError: `central_denied` for a seat that did not start within the last day.
        """

    def end_start(self) -> None:
        """The seat has fetched all that it keeps."""


class FoldedSubject(Protocol):
    """One subject's folded events, ready for the store."""

    @property
    def request_id(self) -> UUID:
        """Of the subject."""


class StartStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def is_new(self) -> bool:
        """Whether it has received nothing from the centre yet."""

    def listing(self) -> ListProgress | None:
        """Progress of an unfinished list; None without one."""

    def begin(self, place: Cursor, others: Sequence[UUID]) -> None:
        """Discard an unfinished list and start a new one."""

    def give_up(self) -> None:
        """Discard an unfinished list, to read the stream instead."""

    def write_down(self, listed: Sequence[ListedRequest], now: datetime) -> None:
        """Note these, and which of them a seat keeps."""

    def stand(self) -> None:
        """The list is complete: pulls continue from its place."""

    def wanted(self, limit: int) -> tuple[UUID, ...]:
        """What to fetch next: other subjects, open requests, then the newest."""

    def wanted_count(self) -> int:
        """Number still to fetch."""

    def ready(self, events: Sequence[StoredEvent]) -> Sequence[FoldedSubject]:
        """Fold these events by subject, in the given order, without storing anything."""

    def fetched(self, came: Sequence[FoldedSubject], unknown: Sequence[UUID]) -> None:
        """Store these; the centre has nothing of `unknown`, so do not ask for them again."""
