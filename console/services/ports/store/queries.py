"""The reading side of the local store: questions, asked on a reader thread."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.clocks.escalation import Warned
from console.domain.desk.notices import Notice
from console.domain.desk.pause_orders import PauseOrder
from console.domain.desk.shifts import Shift
from console.domain.privacy.person import Person
from console.domain.privacy.wishes import Wish
from console.domain.states import Channel, ContactState
from console.services.ports.preferences import Preferences
from console.services.ports.store.quality import QualityQueries
from console.services.ports.store.reports import ReportQueries
from console.services.records import AuditEntry, KnownPerson
from console.services.views.audit import AuditFilter, AuditLine
from console.services.views.calls import (
    CallbackRow,
    CallerCard,
    CallFigures,
    MissedCallRow,
    RecordingRow,
)
from console.services.views.contacts import BlockedRow, ContactRow, DraftRow, OutreachRow
from console.services.views.privacy import PersonalData
from console.services.views.public_api import PublicFilter, PublicRow, PublicUpdate
from console.services.views.public_site import SiteRow
from console.services.views.requests import (
    Counts,
    DuplicateQuestion,
    DuplicateRow,
    MapPoint,
    QueueRow,
    QueueSummary,
    RequestDetail,
    RequestFilter,
    RequestRow,
    TaskRow,
)
from console.services.views.supervision import WatchRow


class Queries(ReportQueries, QualityQueries, Protocol):
    """The read side; synchronous, called on a reader thread, or directly by a verb."""

    def detail(self, request_id: UUID, agency: str | None = None) -> RequestDetail | None:
        """A request with its history.

        Args:
            agency: of an officer, who sees only that agency's part.
        """

    def find_number(self, text: str) -> UUID | None:
        """The id of a typed request number; blanks, dots and dashes are ignored.

        Raises:
            InputError: `wrong_check_digit` when the last of eleven digits is wrong.
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
        """Requests waiting to be forwarded (received, refused, reopened), oldest first."""

    def queue_summary(self, agency: str | None, now: datetime) -> QueueSummary:
        """Figures of a queue."""

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
        """Earlier messages of this sender on any channel, newest first."""

    def thread(self, thread_key: str, limit: int = 50) -> tuple[ContactRow, ...]:
        """Messages in this thread, such as under one post, newest first."""

    def blocked_senders(self, now: datetime, limit: int = 500) -> tuple[BlockedRow, ...]:
        """Senders blocked at this time, by the end of the block."""

    def callbacks(self, now: datetime, limit: int = 200) -> tuple[CallbackRow, ...]:
        """Results that citizens wait for, by callback clock."""

    def missed_calls(self, limit: int = 200) -> tuple[MissedCallRow, ...]:
        """Unsettled missed or abandoned calls and callback wishes by number, oldest first."""

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
        """Accounts with a password at this seat."""

    def known_people(self) -> tuple[KnownPerson, ...]:
        """Who signed in here before, by user."""

    def preferences(self, user: str) -> Preferences:
        """The account's preferences; empty when none are known."""

    def audit_trail(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """The audit of this seat, newest first."""

    def sms_sent(self, since: datetime) -> tuple[int, int]:
        """(messages, SMS parts) sent since then, for the cost."""

    def outreach_of(self, request_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages about a request, oldest first."""

    def outreach_for_contact(self, contact_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages in answer to a contact, oldest first."""

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many of our messages went to this recipient since then."""

    def map_points(
        self, now: datetime, *, days: int = 7, limit: int = 5000, agency: str | None = None
    ) -> tuple[MapPoint, ...]:
        """Open and recent requests with a pin; with an agency, only those it was ever assigned."""

    def tasks(self, now: datetime, limit: int = 200) -> tuple[TaskRow, ...]:
        """Tasks for a supervisor: disputes, steps not applied, rejected events; newest first."""

    def public_requests(self, which: PublicFilter) -> tuple[PublicRow, ...]:
        """Published requests, newest first."""

    def public_request(self, number: str) -> PublicRow | None:
        """One by its eleven digits, published or not, or a reserved number."""

    def public_updates(
        self,
        start_at: datetime,
        end_at: datetime,
        limit: int = 1000,
        *,
        offset: int = 0,
        key: str | None = None,
    ) -> tuple[PublicUpdate, ...]:
        """Steps of published requests and of those reported with this API key, oldest first."""

    def counts(self, now: datetime) -> Counts:
        """Figures for badges and the wallboard."""

    # --- audit

    def audit_lines(self, wanted: AuditFilter, limit: int = 500) -> tuple[AuditLine, ...]:
        """Who read or changed what, newest first."""

    def audit_people(self) -> tuple[str, ...]:
        """Everybody whom this seat's audit names as acting."""

    def audit_head(self, at: datetime | None = None) -> tuple[int, str] | None:
        """Number and hash of the audit chain's last line, now or at this time; None if empty."""

    def first_broken_audit_line(self) -> int | None:
        """Number of the first altered line; None = all intact."""

    # --- clock warnings

    def warnings_due(self, now: datetime, limit: int = 500) -> tuple[Warned, ...]:
        """The latest threshold that each clock passed recently without a warning."""

    def warnings_standing(self, now: datetime, limit: int = 2000) -> tuple[Warned, ...]:
        """The latest threshold that each clock passed recently, with or without a warning."""

    # --- supervision

    def watch_counts(self, now: datetime) -> dict[str, int]:
        """The count of each kind."""

    def watch_rows(self, kind: str, now: datetime, limit: int = 200) -> tuple[WatchRow, ...]:
        """The rows of one kind, the most urgent first."""

    # --- notices

    def notices(self, now: datetime, agency: str | None = None) -> tuple[Notice, ...]:
        """Notices that are not over at `now`, the next to end first.

        Args:
            agency: only those that concern it, as it may read them.
        """

    def past_notices(
        self, now: datetime, limit: int = 200, agency: str | None = None
    ) -> tuple[Notice, ...]:
        """Notices that are over, the latest first; `agency` as in `notices`."""

    # --- orders and shifts

    def pause_orders(self) -> tuple[PauseOrder, ...]:
        """Every order that stops clocks, in the order given."""

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""

    def unpaused(
        self, order: PauseOrder, services: Sequence[str], limit: int = 200
    ) -> tuple[tuple[UUID, str], ...]:
        """(request, agency) of open assignments that the order covers but was not applied to.

        Args:
            services: that it covers, groups resolved; empty = all.
        """

    def events_known(self, ids: tuple[UUID, ...]) -> frozenset[UUID]:
        """Which of these events are stored."""

    # --- privacy

    def kept_of(self, person: Person) -> PersonalData:
        """All data of this person at this seat; scans the whole store."""

    def wishes(self) -> tuple[Wish, ...]:
        """The whole register, oldest first."""

    # --- public site

    def published(
        self,
        *,
        services: Sequence[str] = (),
        is_open: bool | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[SiteRow, ...]:
        """Published requests, newest first."""

    def publishable(
        self, services: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> tuple[UUID, ...]:
        """Requests of these services closed in that time that nobody published or unpublished."""

    def published_one(self, number: str) -> SiteRow | None:
        """One, by its eleven digits; None when it is not published."""
