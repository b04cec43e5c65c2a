"""The reading side of the local store: questions, asked on a reader thread."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.states import Channel, ContactState
from console.services.ports.preferences import Preferences
from console.services.ports.store.audit import AuditQuestions
from console.services.ports.store.clock_warnings import WarningQuestions
from console.services.ports.store.notices import NoticeQuestions
from console.services.ports.store.orders_and_shifts import DeskEventQuestions
from console.services.ports.store.privacy import PrivacyQuestions
from console.services.ports.store.public_site import SiteQuestions
from console.services.ports.store.quality import QualityQuestions
from console.services.ports.store.reports import ReportQuestions
from console.services.ports.store.supervision import WatchQuestions
from console.services.records import (
    AuditEntry,
    KnownPerson,
)
from console.services.views.calls import (
    CallbackRow,
    CallerCard,
    CallFigures,
    MissedCallRow,
    RecordingRow,
)
from console.services.views.contacts import BlockedRow, ContactRow, DraftRow, OutreachRow
from console.services.views.public_api import PublicFilter, PublicRow, PublicUpdate
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
            agency: of an officer, who sees only that agency's part (`domain.narrow`).
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
