"""What the sync thread needs of the two databases: the centre's and its own seat's.

Both sides are blocking: the sync thread owns them (HOUSE.md: sync psycopg, one thread); only `wake`
and `break_off` may come from others. The wire carries stored events and the chunks of their files;
nothing folded ever travels (DATA.md 5).
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
    """A pull came back with a number missing; nothing of it may be stored."""


@dataclass(frozen=True, slots=True)
class ConsoleIdentity:
    """Who connects: `code` of request numbers, `install_id` of this profile, `version` it writes.

    Attributes:
        install_id: made once per profile; the same code with another id is a cloned seat.
        version: the schema version of the events that this console writes.
    """

    code: int
    install_id: UUID
    workstation: str
    version: int


@dataclass(frozen=True, slots=True)
class Hello:
    """What the centre says when a console connects.

    Attributes:
        incarnation: changes whenever the centre may have gone back in time (DATA.md 10).
        last: the highest position of what this login pulls; 0 = nothing yet.
        agency: of the login; None = the switchboard, which pulls the whole stream.
        min_console_version: an older console reads, but does not push.
        clock_at: the centre's clock.
        code_taken: another seat uses this console's code; it must not number requests any more.
        role: of the login, as the centre has it; "" where nobody says.
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
    """An event that the centre has: its number in the stream and its (perhaps clamped) clock."""

    event_id: UUID
    seq: int
    hlc: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """One pulled event (`event.seq` is set) at its position.

    Attributes:
        position: without holes per login: the stream's `seq`, or the agency feed's own counter.
    """

    position: int
    event: StoredEvent


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far this seat has pulled.

    Attributes:
        event_id: of the event at `position`; None at 0.
        incarnation: of the centre it was pulled from; "" = never.
    """

    position: int
    event_id: UUID | None
    incarnation: str


@dataclass(frozen=True, slots=True)
class StoredPosition:
    """An event that this seat has, at its number in the stream."""

    seq: int
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as the centre knows it.

    Attributes:
        stored: bytes that are there, from the beginning, without a gap; `size` when it is whole.
    """

    sha256: str
    size: int
    mime: str
    stored: int


CHUNK_BYTES = 1 << 20
"""Files travel in pieces of this size; the last one is shorter."""


class CentralBlobs(Protocol):
    """Photos, clips and papers at the centre, named by their sha256 (DATA.md 7).

    Every method may raise `UnavailableError` (`central_away`).
    """

    def blob(self, sha256: str) -> Blob | None:
        """What the centre has of this file; None when nobody announced it or it may not be seen."""

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        """Store piece `n` (0, 1, ...) of a file, announcing the file with the first; repeats are
        harmless.

        Returns:
            The file as it is afterwards.

        Raises:
            RefusedError: `blob_refused`: larger than the centre takes, or other than announced.
        """

    def chunk(self, sha256: str, n: int) -> bytes | None:
        """Piece `n` of a file; None when it is not there."""

    def note_recording(self, pbx: str, call_id: str, sha256: str) -> None:
        """Say that this file is the call's recording; repeats are harmless."""


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
        """Store these (at most 500, in order) and number them; repeats are harmless.

        Returns:
            Those of them that the centre has, old and new; the others it did not take.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        """What comes after this position, in order."""

    def tell(self, seq: int) -> bool:
        """Some moments after a push: let the others know up to this number, should they have been
        told so lately that its own notification was held back.

        Returns:
            False when it is still too early; ask again.
        """

    def id_at(self, position: int) -> UUID | None:
        """The event at this position, to find where two histories part."""

    def common_since(self, incarnation: str) -> int | None:
        """Up to which number the stream surely is as it was in that incarnation; None = all of it.

        Comparing single events is not enough: what was lost and sent again may by chance have its
        old number while what is below has not.
        """

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """All events of these requests (at most 200) that this login may read, by `seq`."""

    def project(self, catalogue: Catalogue, limit: int = 200) -> int:
        """Fold, for the centre's own lists, at most `limit` requests that changed.

        Returns:
            How many it looked at; 0 = nothing is left.

        Raises:
            UnavailableError: `central_denied` for a role that does not push.
        """

    def wait(self, timeout_s: float) -> bool:
        """Until the centre says that something came (NOTIFY), `wake`, or the time is up.

        Returns:
            True when the centre told.
        """

    def account_changed(self) -> bool:
        """Whether the centre told since the last `hello` that this login was changed or blocked."""

    def wake(self) -> None:
        """From any thread: end a `wait`, now or the next, since there is something to send."""

    def break_off(self) -> None:
        """From any thread: what is under way ends with `central_away`; harmless when idle."""

    def close(self) -> None:
        """Let the connection go; harmless when there is none."""


class SyncStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def cursor(self) -> Cursor:
        """How far it has pulled."""

    def pending(self, limit: int = 500) -> tuple[StoredEvent, ...]:
        """Unsent events in the order in which they go out."""

    def pending_count(self) -> int:
        """How many events the centre does not have yet."""

    def accept(self, accepted: Sequence[Accepted]) -> frozenset[UUID]:
        """Take number and clock for these, delete their outbox rows, fold anew.

        Returns:
            Ids of the requests concerned.
        """

    def put_back(self, event_ids: Sequence[UUID]) -> None:
        """Move what the centre did not take to the end of the outbox."""

    def bury(self, event_id: UUID, why: str) -> None:
        """Take an event that can never be stored out of the outbox, kept as a dead letter."""

    def incomplete(self, items: Sequence[Numbered]) -> frozenset[UUID]:
        """Requests of these events whose older history was pruned here: fetch it before."""

    def pull_in(
        self, items: Sequence[Numbered], incarnation: str, older: Sequence[StoredEvent] = ()
    ) -> frozenset[UUID]:
        """Store pulled events, fold, move the cursor.

        Args:
            older: the whole history of the requests that `incomplete` named.

        Raises:
            SequenceGapError: the first is not right after the cursor, one is missing in between, or
                another event has the number of one here.

        Returns:
            Ids of the requests concerned.
        """

    def held(self, at_most: int | None = None) -> StoredPosition | None:
        """The event with the highest number that this seat has, or the highest up to this one."""

    def rewind(self, common: Cursor, agency: str | None = None) -> int:
        """The centre went back: everything above `common` is unsent again, before pending rows.

        Args:
            agency: of the login; its seat forgets all numbers and sends only its own again.

        Returns:
            How many events that were.
        """

    def prune(self, now: datetime) -> bool:
        """Let go of some requests that were closed long ago and that the centre has whole.

        Returns:
            Whether more are left.
        """

    def remember(self, hello: Hello, clock_offset_ms: int) -> None:
        """Keep what the centre said last: whether the code is taken, how the clock is off."""


class FileTransferStore(Protocol):
    """The seat's files, for the thread that moves them; may be asked from any thread."""

    def waiting(self) -> tuple[str, ...]:
        """sha256 of files that the centre does not have, oldest first, some at a time."""

    def sent(self, sha256: str) -> None:
        """The centre has this one whole."""

    def refused(self, sha256: str, why: str) -> None:
        """The centre never takes this one; it stays here."""

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type; None when it is not here."""

    def path(self, sha256: str) -> Path | None:
        """Where it lies; None when it is not here."""

    def piece(self, sha256: str, n: int) -> bytes | None:
        """Piece `n` of a file to send; None when it is not here."""

    def calls(self, sha256: str) -> tuple[tuple[str, str], ...]:
        """The calls (exchange, id) whose recording this file is; none for others."""

    def begun(self, sha256: str) -> int:
        """Bytes of a download that are here already, whole pieces only."""

    def add_piece(self, sha256: str, n: int, data: bytes) -> None:
        """Keep piece `n` of a download."""

    def finish(self, sha256: str) -> Path | None:
        """Make a file of the pieces; None, and no pieces any more, when they are not that file."""


class RemoteFiles(Protocol):
    """Files of other seats, fetched when somebody looks."""

    def fetch(self, sha256: str) -> Future[Path | None]:
        """Begin to fetch; the result is where the file lies, None when nobody has it.

        The same file asked for twice is fetched once. The future fails with `UnavailableError`
        when the centre is away.
        """
