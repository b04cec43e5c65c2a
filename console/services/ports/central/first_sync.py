"""How a new seat starts: from the centre's lists of requests, not from the stream's first event.

It writes every request down by id and number, stands at the end of the stream from then on, and
fetches the events of what a seat keeps afterwards: subjects that are no requests, open requests,
the last 90 days. The state after that is the one of a seat that read everything and let go of the
rest, because both fold the same events.
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
    """What the centre says to a seat that begins.

    Attributes:
        seq, event_id: the end of the stream; the lists and `others` have everything up to it.
        others: subjects that no list of requests shows, or not as they are by now.
    """

    seq: int
    event_id: UUID
    others: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """One request as the centre's list has it."""

    request_id: UUID
    number: str
    is_open: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a seat has written the list down.

    Attributes:
        place: where it will stand afterwards.
        after: the last request that is written down; None = none yet.
    """

    place: Cursor
    after: UUID | None


class StartCentre(Protocol):
    """The centre's side; each method may raise `UnavailableError` (`central_away`)."""

    def begin_start(self, most: int) -> StartPosition | None:
        """Where a new seat may stand; a line of the centre's audit.

        Args:
            most: how many requests the lists may not have folded yet.

        Returns:
            None when the lists are further behind: read the stream.

        Raises:
            UnavailableError: `central_denied` for an agency's login, whose feed is short.
        """

    def start_list(self, after: UUID | None, limit: int) -> tuple[ListedRequest, ...]:
        """What follows this request, by id."""

    def start_events(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """All events of these (at most 200), each request's by `seq`.

        Raises:
            UnavailableError: `central_denied` for a seat that did not begin within the last day.
        """

    def end_start(self) -> None:
        """The seat has what it keeps."""


class FoldedSubject(Protocol):
    """One subject's events, folded, as the store will write them."""

    @property
    def request_id(self) -> UUID:
        """Of the subject."""


class StartStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def is_new(self) -> bool:
        """Whether the centre has given it nothing yet."""

    def listing(self) -> ListProgress | None:
        """How far an unfinished list is; None when none is being written."""

    def begin(self, place: Cursor, others: Sequence[UUID]) -> None:
        """Forget an unfinished list, begin anew."""

    def give_up(self) -> None:
        """Forget an unfinished list; the stream is read instead."""

    def write_down(self, listed: Sequence[ListedRequest], now: datetime) -> None:
        """Remember these, and which of them a seat keeps."""

    def stand(self) -> None:
        """The list is whole: pulls go on from its place."""

    def wanted(self, limit: int) -> tuple[UUID, ...]:
        """What is to be fetched next: no requests, open ones, then the newest."""

    def wanted_count(self) -> int:
        """How many are still to be fetched."""

    def ready(self, events: Sequence[StoredEvent]) -> Sequence[FoldedSubject]:
        """Fold what came, subject by subject in the order given; no transaction, nothing kept."""

    def fetched(self, came: Sequence[FoldedSubject], unknown: Sequence[UUID]) -> None:
        """These came whole; of `unknown` the centre has nothing: they are not asked for again."""
