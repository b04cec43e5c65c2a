"""The writing side of the local store: one transaction, on the store's writer thread."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.clocks.escalation import Warned
from console.domain.desk.notices import Notice
from console.domain.desk.shifts import Shift
from console.domain.privacy.wishes import Wish
from console.domain.requests.events import StoredEvent
from console.domain.requests.request import Request
from console.domain.states import Channel, DeliveryState
from console.services.ports.preferences import Preferences
from console.services.ports.store.quality import QualityWork
from console.services.ports.store.reports import ReportWork
from console.services.records import (
    AuditEntry,
    BlockedSender,
    CallRecord,
    Contact,
    Credential,
    KnownPerson,
    SmsPart,
)
from console.services.views.contacts import DraftRow, OutreachRow


class UnitOfWork(ReportWork, QualityWork, Protocol):
    """One local transaction: events, projections, search row and outbox commit together."""

    def request(self, request_id: UUID) -> Request | None:
        """The folded request, or None."""

    def request_id(self, number: str) -> UUID | None:
        """The id behind a number of eleven digits."""

    def events(self, request_id: UUID) -> Sequence[StoredEvent]:
        """All its events in folding order."""

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Store events and everything that follows from them."""

    def next_number(self, at: datetime) -> str:
        """The next request number of this console, eleven digits."""

    def next_hlc(self, at: datetime) -> int:
        """The next hybrid logical clock value."""

    def seen(self, command_id: UUID) -> bool:
        """Whether this command committed before; marks it as seen."""

    def contact(self, contact_id: UUID) -> Contact | None:
        """The contact, or None."""

    def save_contact(self, contact: Contact) -> bool:
        """Insert or update by id; True when it was new."""

    def thread_request(self, thread_key: str) -> UUID | None:
        """The request of the latest linked contact in this thread."""

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many of our messages went to this recipient since then."""

    def note(self, channel: Channel, key: str) -> str | None:
        """What a channel noted, or None."""

    def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Upsert by (channel, key)."""

    def block(self, sender: BlockedSender) -> None:
        """Upsert by (channel, sender_key); a block whose `until` is past no longer counts."""

    def is_blocked(self, channel: Channel, sender_key: str, at: datetime) -> bool:
        """Whether this sender's messages go to the spam folder at that time."""

    def block_of(self, channel: Channel, sender_key: str) -> BlockedSender | None:
        """The last block of this sender, even if it is over."""

    def add_part(self, part: SmsPart) -> bool:
        """Store an SMS part; False when its external id exists already."""

    def parts(
        self, *, unjoined_only: bool = True, since: datetime | None = None
    ) -> tuple[SmsPart, ...]:
        """Stored parts, oldest first."""

    def bind_parts(self, external_ids: Sequence[str], contact_id: UUID) -> None:
        """Assign these parts to the contact they make."""

    def call(self, pbx: str, call_id: str) -> CallRecord | None:
        """The call's row."""

    def save_call(self, call: CallRecord) -> None:
        """Upsert by (pbx, call_id)."""

    def missed_calls(self, phone: str) -> tuple[CallRecord, ...]:
        """Unsettled missed calls of this number (E.164)."""

    def recorded_calls(self, before: datetime) -> tuple[CallRecord, ...]:
        """Calls offered before this time that still have a recording, oldest first."""

    def live_calls(self, pbx: str) -> tuple[CallRecord, ...]:
        """Calls of this exchange that are ringing, in progress or in wrap-up, as far as we know."""

    def draft(self, draft_id: UUID) -> DraftRow | None:
        """A half-typed form, or None."""

    def save_draft(self, draft: DraftRow) -> None:
        """Upsert by id."""

    def delete_draft(self, draft_id: UUID) -> None:
        """Delete it; does nothing when it does not exist."""

    def outreach(self, outreach_id: UUID) -> OutreachRow | None:
        """A message of ours."""

    def save_outreach(self, row: OutreachRow) -> None:
        """Upsert by id."""

    def due_outreach(self, channel: Channel, limit: int) -> tuple[OutreachRow, ...]:
        """Queued messages of this channel, oldest first."""

    def outreach_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The message that received this reference last and still has it, unless queued."""

    def outreach_in(self, channel: Channel, state: DeliveryState) -> tuple[OutreachRow, ...]:
        """Messages of this channel in this state."""

    def credential(self, user: str) -> Credential | None:
        """The account's password at this seat, or None."""

    def save_credential(self, credential: Credential) -> None:
        """Upsert by user."""

    def known_person(self, user: str) -> KnownPerson | None:
        """Who signed in here before, or None."""

    def save_person(self, person: KnownPerson) -> None:
        """Store who signed in here; upsert by user."""

    def save_preferences(self, user: str, liked: Preferences) -> None:
        """Store the account's preferences; upsert by user."""

    def audit(self, entry: AuditEntry) -> None:
        """Append a line to the audit, chained to the previous one and never changed."""

    def expired_info(self, now: datetime) -> tuple[UUID, ...]:
        """Requests in `need_info` whose time to answer has run out."""

    # --- clock warnings

    def note_warning(self, warned: Warned, at: datetime) -> bool:
        """Record this warning; False when it was given before."""

    # --- notices

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""

    # --- shifts

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""

    # --- senders

    def heard_from(self, sender_key: str, limit: int) -> Sequence[datetime]:
        """When this sender wrote, newest first."""

    def receipts_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many automatic receipts were queued for this recipient since then, sent or not."""

    def wants_no_messages(self, channel: Channel, recipient: str) -> bool:
        """Whether this recipient refused automatic messages."""

    def set_opt_out(self, channel: Channel, sender_key: str, at: datetime, *, out: bool) -> None:
        """Store the sender's latest wish about messages."""

    # --- privacy

    def wish(self, wish_id: UUID) -> Wish | None:
        """The wish in its current state, or None."""
