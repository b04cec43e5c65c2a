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
from typing import Protocol, runtime_checkable
from uuid import UUID

from console.domain.events import StoredEvent
from console.domain.live import CallTaken
from console.domain.request import Request
from console.domain.states import Channel, ContactState, DeliveryState, State
from console.services.audit_ports import AuditQuestions
from console.services.call_views import CallFigures, RecordingRow
from console.services.contact_ports import ContactWork
from console.services.desk_event_ports import DeskEventQuestions, DeskEventWork
from console.services.notice_ports import NoticeQuestions, NoticeWork
from console.services.preferences import Preferences
from console.services.public_views import PublicFilter, PublicRow, PublicUpdate
from console.services.quality_ports import QualityQuestions, QualityWork
from console.services.report_ports import ReportQuestions, ReportWork
from console.services.site_views import SiteQuestions
from console.services.views import (
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
from console.services.warning_ports import WarningQuestions, WarningWork
from console.services.watch_ports import WatchQuestions

type Clock = Callable[[], datetime]
"""Gives the aware UTC time now."""


# --- stored values that are not events


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody reached us: one call, SMS, mail or post.

    Attributes:
        external_id: unique within the channel (CHANNELS.md 3); for voice `<pbx>/<linked id>`.
        sender: as given; `sender_key` is E.164, address or account id, None when unknown.
        raw: the bytes as they came.
        media: sha256 of stored files.
        proposal: what the sender chose himself, such as `service_code` (Open311), by field.
        about_id: the request it seems to be about; only a person links it.
        number: the request number reserved for it, eleven digits.
        opened_at: when a person first had it open, `handled_by` says who.
    """

    id: UUID
    channel: Channel
    external_id: str
    received_at: datetime
    sender: str | None = None
    sender_key: str | None = None
    sender_name: str | None = None
    sent_at: datetime | None = None
    text: str = ""
    flags: tuple[str, ...] = ()
    state: ContactState = ContactState.NEW
    request_id: UUID | None = None
    reject_reason: str | None = None
    handled_by: str | None = None
    thread_key: str | None = None
    lat: float | None = None
    long: float | None = None
    raw: bytes = b""
    media: tuple[str, ...] = ()
    proposal: tuple[tuple[str, str], ...] = ()
    about_id: UUID | None = None
    number: str | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPart:
    """One stored PDU, before joining.

    Attributes:
        external_id: sha256 over IMSI, SMSC, sender, SCTS, reference, total, sequence, user data.
        body: user data as bytes (UCS2 parts) or text octets, `coding` says which: gsm7 | ucs2
            | 8bit.
    """

    external_id: str
    imsi: str
    sender: str | None
    received_at: datetime
    scts: datetime | None
    coding: str
    body: bytes
    pdu: bytes
    reference: int | None = None
    reference_bits: int = 8
    total: int = 1
    sequence: int = 1
    flags: tuple[str, ...] = ()
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A call as we keep it; one row for (pbx, call_id) however many consoles watch.

    Attributes:
        state: ringing | claimed | talking | wrap_up | done | missed | abandoned | callback |
            settled.
        taken_by: the person who claimed it, or its callback.
        lost_as, outcome, ref, recorded, wrapped_at: as `domain.calls.CallState` has them.
        recording: path of the file, `recording_sha256` of its content; "" while there is none.
    """

    pbx: str
    call_id: str
    state: str
    offered_at: datetime
    contact_id: UUID
    phone: str | None = None
    name: str | None = None
    queue: str | None = None
    direction: str = "in"
    operator: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    lost_as: str | None = None
    outcome: str | None = None
    ref: str | None = None
    recorded: str = ""
    recording: str = ""
    recording_sha256: str = ""
    wrapped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A password of this seat, as argon2id keeps it.

    Attributes:
        hash: encoded, with its parameters; "" = the account has no password here.
        failures: wrong passwords since the last right one, `failed_at` the newest of them.
    """

    user: str
    hash: str
    set_at: datetime
    failures: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody of the centre who has signed in at this seat; `role` is the role's wire value."""

    user: str
    name: str
    role: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act at a seat that is no step of a request: who, where, when, what (SECURITY.md 15).

    Attributes:
        act: `signed_in`, `locked`, `unlocked`, `handed_over`, `drafts_handed_over`,
            `password_set`, `password_wrong`, `number_shown`, `notice_issued` and the like.
        subject: what it was done to: a request's number, an account.
        detail: never a citizen's name or number.
    """

    at: datetime
    actor: str
    role: str
    workstation: str
    act: str
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BlockedSender:
    """A sender whose messages go to the spam folder until then."""

    channel: Channel
    sender_key: str
    until: datetime
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the spool, named by its content."""

    sha256: str
    size: int
    mime: str
    name: str


# --- the writer's side


class UnitOfWork(
    ReportWork, WarningWork, NoticeWork, DeskEventWork, ContactWork, QualityWork, Protocol
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
        self, start_at: datetime, end_at: datetime, limit: int = 1000, *, key: str | None = None
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
            InputError: `not_a_photo`, `file_too_large`, `file_missing`.
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


# --- lines and channels


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer of a telephony method: the effect, if any, arrives as an event.

    Attributes:
        why: code of the refusal for `wording.py`.
    """

    accepted: bool
    why: str = ""
    detail: str = ""


class Telephony(Protocol):
    """A line (TELEPHONY.md 3). What is not in `capabilities` has no button; a method outside
    them refuses.
    """

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that this line serves."""

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the line for ever: reconnect by itself, publish `CallEvent` and `LinkChanged`."""

    async def answer(self, call_id: str) -> Reply:
        """Answer the ringing call."""

    async def hangup(self, call_id: str) -> Reply:
        """End the call."""

    async def hold(self, call_id: str) -> Reply:
        """Put the caller on hold."""

    async def resume_call(self, call_id: str) -> Reply:
        """Take the caller back."""

    async def blind(self, call_id: str, to: str) -> Reply:
        """Transfer without asking."""

    async def consult(self, call_id: str, to: str) -> Reply:
        """Ask somebody while the caller waits; first half of an attended transfer."""

    async def complete(self, call_id: str) -> Reply:
        """Second half: the caller goes to the one who was asked."""

    async def cancel(self, call_id: str) -> Reply:
        """No transfer after all: back to the caller."""

    async def conference(self, call_id: str, to: str) -> Reply:
        """Take this number into the call, three or more together."""

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """Play one key, `0-9 * # A-D`, to the one who is talked to."""

    async def record(self, call_id: str, state: str) -> Reply:
        """The recording: on | mute | unmute | off."""

    async def spy(self, operator: str, way: str) -> Reply:
        """Ring my phone and let me into an operator's call: listen | whisper | barge."""

    async def dial(self, number: str, ref: str) -> Reply:
        """Ring my phone, then the number; `ref` comes back in the events' `more`."""

    async def login(self) -> Reply:
        """Enter the queues of this seat, not paused."""

    async def logout(self) -> Reply:
        """Leave the queues."""

    async def pause(self, reason: str) -> Reply:
        """No calls from the queues."""

    async def resume(self) -> Reply:
        """Ready for calls again."""

    async def wrap_up(self) -> Reply:
        """End the time after a call now: the form was saved."""

    async def close(self) -> None:
        """Log off and leave."""


@runtime_checkable
class PersonLine(Protocol):
    """A line whose exchange knows who sits at the extension, beside `Telephony`."""

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:
        """Name this person as the agent from now on, ready for calls or out of the queues.

        A call that is on goes on.
        """


@runtime_checkable
class SharingLine(Protocol):
    """A line whose exchange carries words between seats, beside `Telephony`."""

    async def share(self, taken: CallTaken) -> Reply:
        """Tell the other seats who took, or settled, a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A written message from outside, cleaned (CHANNELS.md 3).

    Attributes:
        references: refs of our messages that it answers, best first.
        number: a request number that it names (eleven digits).
        reserve_number: give it a request number at once; a request made of it takes that one.
        spam: into the spam folder, not among the new ones: an advert, or a bounce that was told at
            its message.
    """

    channel: Channel
    external_id: str
    sender: str | None
    sender_key: str | None
    received_at: datetime
    text: str
    sender_name: str | None = None
    sent_at: datetime | None = None
    thread_key: str | None = None
    flags: tuple[str, ...] = ()
    raw: bytes = b""
    lat: float | None = None
    long: float | None = None
    media: tuple[str, ...] = ()
    proposal: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    number: str | None = None
    reserve_number: bool = False
    spam: bool = False


class Inbox(Protocol):
    """Where channels put what came; every method returns after the commit."""

    async def put(self, message: InboundMessage, *, part_ids: Sequence[str] = ()) -> UUID:
        """Store a message as a contact; the same (channel, external_id) again changes its
        text, never doubles it.
        """

    async def put_numbered(self, message: InboundMessage) -> str | None:
        """The same; returns the number of eleven digits that the contact has."""

    async def keep_part(self, part: SmsPart) -> bool:
        """Store one SMS part; False when it was there before."""

    async def open_parts(self, since: datetime) -> tuple[SmsPart, ...]:
        """Parts received since then, joined or not, oldest first."""

    async def report(
        self,
        outreach_id: UUID,
        state: DeliveryState,
        refs: tuple[str, ...] = (),
        error: str | None = None,
    ) -> None:
        """A later word on a message of ours, such as a delivery report."""

    async def sent_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The newest message of ours on this channel whose refs hold `ref`."""

    async def contact(self, contact_id: UUID) -> Contact | None:
        """The contact that a message of ours answers, or None."""

    async def request_number(self, request_id: UUID) -> str | None:
        """The eleven digits of a request, or None."""

    async def last_from(self, channel: Channel, sender_key: str) -> datetime | None:
        """When this sender last wrote on this channel."""

    async def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many of our messages went to this recipient since then, this one not counted."""

    async def note(self, channel: Channel, key: str) -> str | None:
        """What a channel wrote down for its next start, or None."""

    async def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Write something down for the next start, such as how far a mailbox was read."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What a channel says of a message: sent(refs), refused(why), retry(after_s), unknown."""

    state: str
    refs: tuple[str, ...] = ()
    why: str | None = None
    after_s: float | None = None


class MessageChannel(Protocol):
    """A written channel: brings messages in, takes ours out (CHANNELS.md 3)."""

    @property
    def channel(self) -> Channel:
        """Which one."""

    @property
    def name(self) -> str:
        """Name on the status line, such as `gsm1`."""

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Receive for ever; publish `LinkChanged`."""

    async def send(self, out: OutreachRow) -> SendResult:
        """Send one message; called by one courier only, one at a time."""

    async def close(self) -> None:
        """Let go of the device."""


# --- places


@dataclass(frozen=True, slots=True)
class WardRef:
    """A new ward by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """CONTRACT.md's address, as a value."""

    input: str
    number: str | None = None
    street: str | None = None
    cross_street: str | None = None
    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    needs_choice: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place offered while typing.

    Attributes:
        kind: ward, old_ward, street, landmark, asset, recent or point.
        note: of a point: `outside` the city, or lat and long `swapped`; the person is asked.
        asset_kind: of an asset: lamp, manhole, tree or bus_stop.
    """

    text: str
    kind: str
    lat: float | None = None
    long: float | None = None
    ward_code: str | None = None
    note: str | None = None
    asset_kind: str | None = None


class Places(Protocol):
    """Addresses and wards, offline; every method returns within milliseconds and raises
    nothing on any text.
    """

    def parse(self, text: str) -> ParsedAddress:
        """Understand an address as said."""

    def ward_at(self, lat: float, long: float) -> WardRef | None:
        """The new ward under a pin; None without polygons or outside the city."""

    def wards_touching(self, ring: Sequence[tuple[float, float]]) -> tuple[str, ...]:
        """Codes of the new wards that a drawn ring may reach, rather one too many."""

    def centre_of(self, ward_code: str) -> tuple[float, float] | None:
        """(lat, long) of a new ward's centre."""

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Places that the text may mean, best first."""

    def remember(
        self, text: str, lat: float | None, long: float | None, ward_code: str | None
    ) -> None:
        """A request named this place: it, and its street, go up among the suggestions."""

    def asset_owner(self, code: str) -> str | None:
        """Code of the agency that owns the asset of this code; None when it is not known, or two
        assets of that code have different owners.
        """

    def prepare(self) -> None:
        """Read what the search needs, in a thread of its own."""

    def road_class(self, street: str | None) -> str | None:
        """national, provincial, city, alley, or None when unknown."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a handler did: the events it appended and the number of a new request."""

    events: tuple[StoredEvent, ...] = ()
    request_id: UUID | None = None
    number: str | None = None
    state: State | None = None
    live: tuple[object, ...] = field(default=())
