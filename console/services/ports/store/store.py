"""The ports: what services need of the rooms above them, as Protocols. Adapters and fakes fill
them.

Three sides meet here. Handlers run on the store's one writer thread and see a `UnitOfWork`.
Screens and verbs ask
`Queries`, on a reader thread. Lines and channels (`Telephony`, `MessageChannel`) live on the
asyncio loop.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.domain.requests.events import StoredEvent
from console.domain.requests.request import Request
from console.domain.states import Channel, ContactState, DeliveryState, State
from console.services.ports.preferences import Preferences
from console.services.ports.store.audit import AuditQuestions
from console.services.ports.store.clock_warnings import WarningQuestions, WarningWork
from console.services.ports.store.contacts import ContactWork
from console.services.ports.store.notices import NoticeQuestions, NoticeWork
from console.services.ports.store.orders_and_shifts import DeskEventQuestions, DeskEventWork
from console.services.ports.store.privacy import PrivacyQuestions, PrivacyWork
from console.services.ports.store.quality import QualityQuestions, QualityWork
from console.services.ports.store.reports import ReportQuestions, ReportWork
from console.services.ports.store.supervision import WatchQuestions
from console.services.records import (
    AuditEntry,
    BlockedSender,
    CallRecord,
    Contact,
    Credential,
    KnownPerson,
    SmsPart,
    StoredFile,
)
from console.services.views.calls import CallFigures, RecordingRow
from console.services.views.public_api import PublicFilter, PublicRow, PublicUpdate
from console.services.views.public_site import SiteQuestions
from console.services.views.requests import (
    BlockedRow,
    CallbackRow,
    CallerCard,
    ContactRow,
    Counts,
    DraftRow,
    DuplicateQuestion,
    DuplicateRow,
    MapPoint,
    MissedCallRow,
    OutreachRow,
    QueueRow,
    QueueSummary,
    RequestDetail,
    RequestFilter,
    RequestRow,
    TaskRow,
)

type Clock = Callable[[], datetime]
"""Gives the aware UTC time now."""


# --- the writer's side


class UnitOfWork(
    ReportWork,
    WarningWork,
    NoticeWork,
    DeskEventWork,
    ContactWork,
    QualityWork,
    PrivacyWork,
    Protocol,
):
    """One local transaction. All or nothing; events, projections, search row and outbox commit
    together.
    """

    def request(self, request_id: UUID) -> Request | None:
        """The folded request, or None."""

    def request_id(self, number: str) -> UUID | None:
        """The id behind a number of eleven digits."""

    def events(self, request_id: UUID) -> Sequence[StoredEvent]:
        """All its events in the order of folding."""

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Store events and everything folded from them."""

    def next_number(self, at: datetime) -> str:
        """The next request number of this console, eleven digits."""

    def next_hlc(self, at: datetime) -> int:
        """The next hybrid logical clock value."""

    def seen(self, command_id: UUID) -> bool:
        """Whether this command committed before; marks it seen."""

    def contact(self, contact_id: UUID) -> Contact | None:
        """The contact, or None."""

    def save_contact(self, contact: Contact) -> bool:
        """Insert, or update the row of the same id; True when it was new."""

    def thread_request(self, thread_key: str) -> UUID | None:
        """The request that the newest linked contact of this thread belongs to."""

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many messages of ours went out to this recipient since then."""

    def note(self, channel: Channel, key: str) -> str | None:
        """What a channel wrote down, or None."""

    def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Upsert by (channel, key)."""

    def block(self, sender: BlockedSender) -> None:
        """Upsert by (channel, sender_key); one whose `until` is past counts no more."""

    def is_blocked(self, channel: Channel, sender_key: str, at: datetime) -> bool:
        """Whether this sender's messages go to the spam folder at that time."""

    def block_of(self, channel: Channel, sender_key: str) -> BlockedSender | None:
        """The last block of this sender, also one that is over."""

    def add_part(self, part: SmsPart) -> bool:
        """Keep an SMS part; False when its external id is already there."""

    def parts(
        self, *, unjoined_only: bool = True, since: datetime | None = None
    ) -> tuple[SmsPart, ...]:
        """Stored parts, oldest first."""

    def bind_parts(self, external_ids: Sequence[str], contact_id: UUID) -> None:
        """Say which contact these parts make."""

    def call(self, pbx: str, call_id: str) -> CallRecord | None:
        """The call's row."""

    def save_call(self, call: CallRecord) -> None:
        """Upsert by (pbx, call_id)."""

    def missed_calls(self, phone: str) -> tuple[CallRecord, ...]:
        """Unsettled missed calls of this number (E.164)."""

    def recorded_calls(self, before: datetime) -> tuple[CallRecord, ...]:
        """Calls offered before this time whose recording is still known, oldest first."""

    def live_calls(self, pbx: str) -> tuple[CallRecord, ...]:
        """Calls of this exchange that ring, are talked to or wrapped up, as far as we know."""

    def draft(self, draft_id: UUID) -> DraftRow | None:
        """A half-typed form, or None."""

    def save_draft(self, draft: DraftRow) -> None:
        """Upsert by id."""

    def delete_draft(self, draft_id: UUID) -> None:
        """Remove; nothing happens when it is not there."""

    def outreach(self, outreach_id: UUID) -> OutreachRow | None:
        """A message of ours."""

    def save_outreach(self, row: OutreachRow) -> None:
        """Upsert by id."""

    def due_outreach(self, channel: Channel, limit: int) -> tuple[OutreachRow, ...]:
        """Queued messages of this channel, oldest first."""

    def outreach_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The message that got this reference last and still has it; queued ones do not count."""

    def outreach_in(self, channel: Channel, state: DeliveryState) -> tuple[OutreachRow, ...]:
        """Messages of this channel in this state."""

    def credential(self, user: str) -> Credential | None:
        """The account's password at this seat, or None."""

    def save_credential(self, credential: Credential) -> None:
        """Upsert by user."""

    def known_person(self, user: str) -> KnownPerson | None:
        """Who signed in here before, or None."""

    def save_person(self, person: KnownPerson) -> None:
        """Remember who signed in here; upsert by user."""

    def save_preferences(self, user: str, liked: Preferences) -> None:
        """Keep what the account likes at the screen; upsert by user."""

    def audit(self, entry: AuditEntry) -> None:
        """Add a line to the audit; chained to the one before, never changed again."""

    def expired_info(self, now: datetime) -> tuple[UUID, ...]:
        """Requests in `need_info` whose time to answer has run out."""


class Queries(
    ReportQuestions,
    WatchQuestions,
    WarningQuestions,
    SiteQuestions,
    NoticeQuestions,
    DeskEventQuestions,
    AuditQuestions,
    QualityQuestions,
    PrivacyQuestions,
    Protocol,
):
    """The read side; synchronous, called on a reader thread (or directly by a command-line
    verb).
    """

    def detail(self, request_id: UUID, agency: str | None = None) -> RequestDetail | None:
        """A request with its history.

        Args:
            agency: of an officer, who reads his agency's part only (`domain.narrow`).
        """

    def find_number(self, text: str) -> UUID | None:
        """The id behind a number as somebody wrote it: blanks, dots and dashes are ignored.

        Raises:
            InputError: `wrong_check_digit` when it has eleven digits and the last one does not fit.
        """

    def requests(self, which: RequestFilter, now: datetime) -> tuple[RequestRow, ...]:
        """Requests newest first (with `overdue`: by deadline)."""

    def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Full text, accents optional, newest first."""

    def queue(
        self, agency: str | None, now: datetime, *, limit: int = 200, query: str = ""
    ) -> tuple[QueueRow, ...]:
        """Open assignments by deadline; agency None = all agencies."""

    def unassigned(self, limit: int = 200) -> tuple[RequestRow, ...]:
        """Requests that wait to be forwarded: received, refused, reopened without an agency;
        oldest first.
        """

    def queue_summary(self, agency: str | None, now: datetime) -> QueueSummary:
        """Figures over a queue."""

    def caller(self, phone: str) -> CallerCard:
        """What is known of this number (E.164)."""

    def inbox(
        self,
        *,
        state: ContactState | None = ContactState.NEW,
        channel: Channel | None = None,
        limit: int = 200,
    ) -> tuple[ContactRow, ...]:
        """Written contacts, newest first; state None = all."""

    def contact(self, contact_id: UUID) -> ContactRow | None:
        """One contact."""

    def conversation(self, sender_key: str, limit: int = 50) -> tuple[ContactRow, ...]:
        """What this sender sent before on any channel, newest first."""

    def thread(self, thread_key: str, limit: int = 50) -> tuple[ContactRow, ...]:
        """What came in this thread, such as under one post, newest first."""

    def blocked_senders(self, now: datetime, limit: int = 500) -> tuple[BlockedRow, ...]:
        """Who is blocked at this time, by when it ends."""

    def callbacks(self, now: datetime, limit: int = 200) -> tuple[CallbackRow, ...]:
        """Results to be told, by callback clock."""

    def missed_calls(self, limit: int = 200) -> tuple[MissedCallRow, ...]:
        """Unsettled missed, abandoned and callback-requested calls, one row a number, oldest
        first.
        """

    def call_figures(self, since: datetime, until: datetime, within_s: float = 15) -> CallFigures:
        """Service level and abandonment of the calls offered from `since` to before `until`."""

    def recordings(self, phone: str, limit: int = 20) -> tuple[RecordingRow, ...]:
        """Recorded calls with this number (E.164), newest first."""

    def possible_duplicates(
        self, question: DuplicateQuestion, now: datetime, limit: int = 10
    ) -> tuple[DuplicateRow, ...]:
        """Likely duplicates, best first."""

    def drafts(self, workstation: str | None = None) -> tuple[DraftRow, ...]:
        """Open drafts, newest change first."""

    def with_password(self) -> frozenset[str]:
        """The accounts that have a password at this seat."""

    def known_people(self) -> tuple[KnownPerson, ...]:
        """Who signed in here before, by user."""

    def preferences(self, user: str) -> Preferences:
        """What the account likes at the screen; empty when nothing is known."""

    def audit_trail(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """The audit of this seat, newest first."""

    def sms_sent(self, since: datetime) -> tuple[int, int]:
        """(messages, SMS that they took) that went out since then, for the cost."""

    def outreach_of(self, request_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages about a request, oldest first."""

    def outreach_for_contact(self, contact_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages in answer to a contact, oldest first."""

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many messages of ours went out to this recipient since then."""

    def map_points(
        self, now: datetime, *, days: int = 7, limit: int = 5000, agency: str | None = None
    ) -> tuple[MapPoint, ...]:
        """Open requests and those of the last days that have a pin; with an agency only those that
        it was ever given.
        """

    def tasks(self, now: datetime, limit: int = 200) -> tuple[TaskRow, ...]:
        """What waits for the supervisor: disputes, steps not applied, what the centre did not take;
        newest first.
        """

    def public_requests(self, which: PublicFilter) -> tuple[PublicRow, ...]:
        """Published requests, newest first."""

    def public_request(self, number: str) -> PublicRow | None:
        """One, by its eleven digits, published or not; reserved numbers too."""

    def public_updates(
        self,
        start_at: datetime,
        end_at: datetime,
        limit: int = 1000,
        *,
        offset: int = 0,
        key: str | None = None,
    ) -> tuple[PublicUpdate, ...]:
        """Steps of published requests, and of those that came by this api key, oldest first."""

    def counts(self, now: datetime) -> Counts:
        """Figures for badges and the wallboard."""


class Store(Protocol):
    """The local store: one writer thread, reader threads."""

    async def write[T](self, work: Callable[[UnitOfWork], T], *, priority: int = 0) -> T:
        """Run `work` in one transaction on the writer thread; returns after the commit is on disk.

        Raises:
            UnavailableError: `disk_full`, `store_read_only`, `store_failed`; nothing was stored.
        """

    async def ask[T](self, question: Callable[[Queries], T]) -> T:
        """Run a question on a reader thread."""

    def write_now[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """The same as `write`, blocking; for command-line verbs."""

    def ask_now[T](self, question: Callable[[Queries], T]) -> T:
        """The same as `ask`, blocking; for command-line verbs."""

    def take_in_beside(self) -> int:
        """Chain audit lines that verbs left which only read; how many there were; blocking.

        Raises:
            UnavailableError: as a save.
        """

    def settle_reports(self, now: datetime, most: int | None = None) -> int:
        """Count past months that reports would else read again and again; blocking, half a second
        for fifteen thousand requests.

        Args:
            most: blocks to count now, newest first; None = all.

        Returns:
            How many blocks of thirty days were counted.
        """

    def close(self) -> None:
        """Finish what is queued, checkpoint, close."""


class Files(Protocol):
    """Content-addressed files of this seat."""

    def put(self, source: Path) -> StoredFile:
        """Copy a file in.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
            UnavailableError: `file_missing`; and what a disk may do.
        """

    def put_bytes(self, content: bytes, name: str) -> StoredFile:
        """Keep what came over a wire; the same content again is one file.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
        """

    def path(self, sha256: str) -> Path | None:
        """Where it lies, or None."""

    def is_locked(self, sha256: str) -> bool:
        """Whether it is kept but may not be opened yet: no virus scanner has looked at it."""

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type of a stored file, or None; its first name is not kept."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a handler did: the events it appended and the number of a new request."""

    events: tuple[StoredEvent, ...] = ()
    request_id: UUID | None = None
    number: str | None = None
    state: State | None = None
    live: tuple[object, ...] = field(default=())
