"""What people ask for: imperative, frozen, each with an id of its own so that a repeat is harmless.

The window, the command line and Open311 send the same commands; `services/` has one handler for
each.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.domain.ids import uuid7
from console.domain.requests.events import NoticeIssued
from console.domain.states import Channel, DeliveryState, Outcome, Priority, Purpose, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    id: UUID = field(default_factory=uuid7)


# --- requests


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest(Command):
    """Save a report as a request.

    Attributes:
        request_id: made by the sender, so that a repeat saves nothing twice.
        agency: chosen by the operator; None lets the routing rules choose.
        phone: as typed; the handler normalises it.
        danger: codes of the danger questions answered yes.
        forward: send it to the agency at once (a sure rule or a chosen agency), else leave it
            `received`.
        draft_id: the draft it came from; the same transaction deletes the draft.
    """

    request_id: UUID = field(default_factory=uuid7)
    channel: Channel = Channel.VOICE
    service_code: str
    description: str
    address_string: str | None = None
    address: str | None = None
    lat: float | None = None
    long: float | None = None
    ward_code: str | None = None
    legacy_ward: str | None = None
    road_class: str | None = None
    priority: Priority | None = None
    danger: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    agency: str | None = None
    forward: bool = True
    reporter_name: str | None = None
    phone: str | None = None
    email: str | None = None
    consent: bool = False
    contact_id: UUID | None = None
    draft_id: UUID | None = None
    media: tuple[str, ...] = ()
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCommand(Command):
    """Base of the steps on an existing request."""

    request_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRequest(RequestCommand):
    """Give the request to an agency; None uses the routing rules."""

    agency: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentCommand(RequestCommand):
    """Base of an agency's steps on its own assignment; None = the actor's agency, or the only open
    one.
    """

    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAssignment(AssignmentCommand):
    """The agency takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAssignment(AssignmentCommand):
    """The agency sends it back with a reason and perhaps a better address."""

    reason: str
    suggested_agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWork(AssignmentCommand):
    """The agency begins."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension(AssignmentCommand):
    """The officer asks for a later date; this is the progress report of a late case.

    Attributes:
        photos: sha256 of stored photos that show the place now.
    """

    reason: str
    committed_at: datetime
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension(AssignmentCommand):
    """The supervisor grants it; `committed_at` None takes the requested date."""

    reason: str | None = None
    committed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult(AssignmentCommand):
    """The agency says it is done.

    Attributes:
        photos: sha256 of stored photos.
        no_photo_reason: required when there is no photo.
    """

    resolution_code: str
    text: str
    photos: tuple[str, ...] = ()
    no_photo_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutreach(RequestCommand):
    """One attempt to tell the citizen the result, and what the citizen said; `contact_id` says
    which of several reporters.
    """

    outcome: Outcome
    channel: Channel = Channel.VOICE
    verdict: Verdict | None = None
    text: str | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRequest(RequestCommand):
    """Close: the citizen was told, or was not reached three times and got a message."""

    verdict: Verdict | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult(RequestCommand):
    """Send the result to everybody who wrote to us, the same way they did; once for each result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenRequest(RequestCommand):
    """Reopen within 30 days of closing, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest(RequestCommand):
    """This request is a duplicate of `parent_id`; its reporters still get the result."""

    parent_id: UUID
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCaller(RequestCommand):
    """One more person reports the same open request: kept for the callback, no new request."""

    channel: Channel = Channel.VOICE
    reporter_name: str | None = None
    phone: str | None = None
    email: str | None = None
    contact_id: UUID | None = None
    draft_id: UUID | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRequest(RequestCommand):
    """Not a matter for 1022; the citizen is told why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest(RequestCommand):
    """A supervisor cancels it, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskInfo(RequestCommand):
    """Ask the citizen for more; the forward clock pauses."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(RequestCommand):
    """A remark in the log; `answers=True` makes it the citizen's answer on a request in
    `need_info`.
    """

    text: str
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack(RequestCommand):
    """Take back the last step, which must be this event."""

    event_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest(RequestCommand):
    """Publish the request in these words.

    Attributes:
        result: what the agency did, None for nothing yet.
        photos: the chosen ones of the request's photos; sha256 each.
        exact: decimal digits of the place, None for no place at all.
    """

    text: str
    result: str | None = None
    photos: tuple[str, ...] = ()
    exact: int | None = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpublishRequest(RequestCommand):
    """Take it off the public page, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFields(RequestCommand):
    """Change fields of the request.

    Attributes:
        changes: (field, value the actor saw, new value); fields: service_code, description,
            address_string, address, lat, long, ward_code, legacy_ward, road_class, priority, and
            `attributes.CODE` for an answer to what the service asks (`answers.field_of`).
    """

    changes: tuple[tuple[str, object, object], ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachMedia(RequestCommand):
    """Add stored files (sha256) to the request."""

    media: tuple[str, ...]


# --- contacts and messages


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectContact(Command):
    """Reject a message that becomes no request; `reply` tells the sender why, on the same
    channel.
    """

    contact_id: UUID
    reason: str
    reply: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenContact(Command):
    """This person has opened the message: it is read, and others see who works on it."""

    contact_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachContact(RequestCommand):
    """Attach the message to an existing request: an answer, more text and files, or one more person
    who reports the same.
    """

    contact_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSpam(Command):
    """Move the message to the spam folder; nothing is deleted.

    Attributes:
        block_days: also block the sender for so many days, for this `reason`; supervisors only; 0 =
            do not block.
    """

    contact_id: UUID
    block_days: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSender(Command):
    """Send what this sender (as typed) writes to the spam folder for so many days from now; a
    sender who is already blocked gets the new term. Supervisors only.
    """

    channel: Channel
    sender: str
    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetSenderGo(Command):
    """Unblock this sender; messages already held stay where they are. Supervisors only."""

    channel: Channel
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreContact(Command):
    """Move the message from spam or rejected back to new; its sender is unblocked."""

    contact_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepContact(Command):
    """Enter a message by hand: somebody at the counter, a post found elsewhere.

    Attributes:
        sender: number, address or profile as given.
        link: address of the post.
        media: sha256 of stored files.
    """

    contact_id: UUID = field(default_factory=uuid7)
    channel: Channel
    text: str
    sender: str | None = None
    sender_name: str | None = None
    link: str | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Command):
    """Queue a message to a citizen, on the contact's own channel."""

    channel: Channel
    recipient: str
    text: str
    purpose: Purpose = Purpose.REPLY
    request_id: UUID | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(Command):
    """The delivery state of a message of ours; sent by the channel's courier."""

    outreach_id: UUID
    state: DeliveryState
    refs: tuple[str, ...] = ()
    error: str | None = None


# --- calls


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCall(Command):
    """This person takes the call that is ringing or talking, or the callback of a missed one."""

    pbx: str
    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverCall(Command):
    """Take over what a colleague claimed: at once, or later as a supervisor with a reason."""

    pbx: str
    call_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleMissedCall(Command):
    """A missed call needs no callback any more: it was called back, or closed with a reason."""

    call_id: str
    pbx: str
    reason: str | None = None


# --- drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """Keep a half-typed form.

    Attributes:
        draft_id: the form's own id.
        fields: name of the field -> text, JSON-able values only.
    """

    draft_id: UUID
    fields: dict[str, object]
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft(Command):
    """The form was emptied on purpose."""

    draft_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDrafts(Command):
    """Give half-typed forms to another person at this workstation. No other command does that.

    Attributes:
        to_user: the account that owns them from now on.
    """

    draft_ids: tuple[UUID, ...]
    to_user: str


# --- notices


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNotice(Command):
    """Issue a notice: what to tell everybody who asks from this area in this period."""

    notice_id: UUID = field(default_factory=uuid7)
    said: NoticeIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice(Command):
    """Change what the notice says from now on.

    Attributes:
        seen: version that the person was looking at; None = any.
    """

    notice_id: UUID
    said: NoticeIssued
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNotice(Command):
    """A person who asked was answered from the notice; counted once for each call or message."""

    notice_id: UUID
    channel: Channel
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndNotice(Command):
    """End the notice now."""

    notice_id: UUID
    reason: str
