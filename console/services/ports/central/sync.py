"""What the sync thread needs of both databases: the centre's and its own seat's.

Both sides are blocking: the sync thread owns them; only `wake` and `break_off` may come from
others. The wire carries stored events and the chunks of their files; nothing folded ever travels.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError
from console.domain.requests.events import StoredEvent
from console.services.records import StoredFile


class EventRefusedError(ConsoleError):
    """The centre cannot store an event of the pushed batch (SQLSTATE class 22 or 23).

    Halving the batch finds which; the centre stored none of it.
    """


class SequenceGapError(ConsoleError):
    """A pull has a number missing; nothing of it may be stored."""


@dataclass(frozen=True, slots=True)
class ConsoleIdentity:
    """The console that connects.

    Attributes:
        code: console code in request numbers.
        install_id: made once per profile; the same code with another id is a cloned seat.
        version: schema version of the events that this console writes.
    """

    code: int
    install_id: UUID
    workstation: str
    version: int


@dataclass(frozen=True, slots=True)
class Hello:
    """The centre's answer when a console connects.

    Attributes:
        incarnation: changes whenever the centre may have gone back in time.
        last: the highest position that this login can pull; 0 = nothing yet.
        agency: of the login; None = the switchboard, which pulls the whole stream.
        min_console_version: an older console may read, but not push.
        clock_at: the centre's clock.
        code_taken: another seat uses this console's code; this one must stop numbering requests.
        role: of the login at the centre; "" when unknown.
    """

    stream: str
    incarnation: str
    last: int
    agency: str | None
    login: str
    min_console_version: int
    clock_at: datetime
    code_taken: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event at the centre: its number in the stream and its (perhaps clamped) clock."""

    event_id: UUID
    seq: int
    hlc: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """One pulled event (`event.seq` is set) at its position.

    Attributes:
        position: gapless per login: the stream's `seq`, or the agency feed's own counter.
    """

    position: int
    event: StoredEvent


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far this seat has pulled.

    Attributes:
        event_id: of the event at `position`; None at 0.
        incarnation: of the centre that it was pulled from; "" = never.
    """

    position: int
    event_id: UUID | None
    incarnation: str


@dataclass(frozen=True, slots=True)
class StoredPosition:
    """An event of this seat and its number in the stream."""

    seq: int
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Blob:
    """A file at the centre.

    Attributes:
        stored: bytes stored so far, from the beginning without a gap; `size` when complete.
    """

    sha256: str
    size: int
    mime: str
    stored: int


CHUNK_BYTES = 1 << 20
"""Files travel in pieces of this size; the last one is shorter."""


class CentralBlobs(Protocol):
    """Photos, clips and papers at the centre, named by their sha256.

    Every method may raise `UnavailableError` (`central_away`).
    """

    def blob(self, sha256: str) -> Blob | None:
        """The centre's part of this file; None when it is unknown or not visible to this login."""

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        """Store piece `n` (0, 1, ...) of a file; the first announces it. Repeats are harmless.

        Returns:
            The file afterwards.

        Raises:
            RefusedError: `blob_refused`: too large, or not what was announced.
        """

    def chunk(self, sha256: str, n: int) -> bytes | None:
        """Piece `n` of a file; None when it is not there."""

    def note_recording(self, pbx: str, call_id: str, sha256: str) -> None:
        """Record that this file is the call's recording; repeats are harmless."""


class Central(CentralBlobs, Protocol):
    """A connection to the centre; every method may raise `UnavailableError` (`central_away`).

    Only `hello` connects; on a lost connection the others fail at once.
    """

    def hello(self, console: ConsoleIdentity) -> Hello:
        """Connect when not connected, register the console, read the state.

        Raises:
            UnavailableError: `central_away`, `central_newer`, `central_older`, `central_denied`.
        """

    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        """Store and number these events (at most 500, in order); repeats are harmless.

        Returns:
            Those that the centre now has, old and new; it did not accept the others.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        """The events after this position, in order."""

    def tell(self, seq: int) -> bool:
        """After a push: notify the others up to this number, if its own notification was held back.

        The centre holds back a notification that follows another one too closely.

        Returns:
            False when it is still too early; try again.
        """

    def id_at(self, position: int) -> UUID | None:
        """The event at this position, to find where two histories diverge."""

    def common_since(self, incarnation: str) -> int | None:
        """The number up to which the stream is unchanged since that incarnation; None = all of it.

        Comparing single events is not enough: an event that was lost and sent again may get its old
        number by chance, while earlier ones do not.
        """

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """All events of these requests (at most 200) that this login may read, by `seq`."""

    def project(self, catalogue: Catalogue, limit: int = 200) -> int:
        """Fold at most `limit` changed requests for the centre's own lists.

        Returns:
            How many it processed; 0 = nothing is left.

        Raises:
            UnavailableError: `central_denied` for a role that does not push.
        """

    def wait(self, timeout_s: float) -> bool:
        """Wait for news from the centre (NOTIFY), `wake`, or the time-out.

        Returns:
            True when the centre had news.
        """

    def account_changed(self) -> bool:
        """Whether the centre has reported since the last `hello` that this login changed."""

    def wake(self) -> None:
        """From any thread: end the current or next `wait`, because there is something to send."""

    def break_off(self) -> None:
        """From any thread: end the current call with `central_away`; harmless when idle."""

    def close(self) -> None:
        """Close the connection; harmless when there is none."""


class SyncStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def cursor(self) -> Cursor:
        """How far it has pulled."""

    def pending(self, limit: int = 500) -> tuple[StoredEvent, ...]:
        """Unsent events in sending order."""

    def pending_count(self) -> int:
        """Number of events that the centre does not have yet."""

    def accept(self, accepted: Sequence[Accepted]) -> frozenset[UUID]:
        """Store number and clock of these, delete their outbox rows, fold again.

        Returns:
            Ids of the requests concerned.
        """

    def put_back(self, event_ids: Sequence[UUID]) -> None:
        """Move events that the centre did not accept to the end of the outbox."""

    def bury(self, event_id: UUID, why: str) -> None:
        """Move an event that can never be stored from the outbox to the dead letters."""

    def incomplete(self, items: Sequence[Numbered]) -> frozenset[UUID]:
        """Requests of these events whose older history was pruned here: fetch it first."""

    def pull_in(
        self, items: Sequence[Numbered], incarnation: str, older: Sequence[StoredEvent] = ()
    ) -> frozenset[UUID]:
        """Store pulled events, fold, move the cursor.

        Args:
            older: the whole history of the requests that `incomplete` named.

        Raises:
            SequenceGapError: the first does not follow the cursor, one is missing in between, or
                a number already belongs to another event here.

        Returns:
            Ids of the requests concerned.
        """

    def held(self, at_most: int | None = None) -> StoredPosition | None:
        """The event of this seat with the highest number, or the highest up to `at_most`."""

    def rewind(self, common: Cursor, agency: str | None = None) -> int:
        """The centre was reset: mark everything above `common` as unsent, before pending rows.

        Args:
            agency: of the login; its seat forgets all numbers and resends only its own events.

        Returns:
            How many events those are.
        """

    def prune(self, now: datetime) -> bool:
        """Prune some requests that were closed long ago and that the centre has in full.

        Returns:
            Whether more are left.
        """

    def remember(self, hello: Hello, clock_offset_ms: int) -> None:
        """Store the centre's last answer: whether the code is taken, the offset of the clock."""


class FileTransferStore(Protocol):
    """The seat's files, for the thread that transfers them; safe from any thread."""

    def waiting(self) -> tuple[str, ...]:
        """sha256 of some files that the centre does not have, oldest first."""

    def sent(self, sha256: str) -> None:
        """The centre has this file in full."""

    def refused(self, sha256: str, why: str) -> None:
        """The centre refuses this file for good; it stays here."""

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type; None when it is not here."""

    def path(self, sha256: str) -> Path | None:
        """Its path; None when it is not here."""

    def piece(self, sha256: str, n: int) -> bytes | None:
        """Piece `n` of a file to send; None when it is not here."""

    def calls(self, sha256: str) -> tuple[tuple[str, str], ...]:
        """The calls (exchange, id) whose recording this file is; none for others."""

    def begun(self, sha256: str) -> int:
        """Bytes of a download that are already here, complete pieces only."""

    def add_piece(self, sha256: str, n: int, data: bytes) -> None:
        """Store piece `n` of a download."""

    def finish(self, sha256: str) -> Path | None:
        """Join the pieces into the file; when they do not match, delete them and return None."""


class RemoteFiles(Protocol):
    """Files of other seats, fetched on demand."""

    def fetch(self, sha256: str) -> Future[Path | None]:
        """Start fetching; the future gives the path, or None when nobody has the file.

        Two requests for one file share one transfer. The future fails with `UnavailableError` when
        the centre is away.
        """
