"""What happened to a request: past tense, immutable, additive only. Everything else is folded from
these.

A stored event is an envelope (`StoredEvent`) around one fact. `kind` is the fact's class name in
snake case. An unknown kind from a newer console is kept as `UnknownFact` and folds as a note.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.domain.requests.request import Assignment, Pause
from console.domain.states import (
    Channel,
    DeliveryState,
    Outcome,
    Priority,
    Purpose,
    Role,
    State,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Base of all facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One fact of one request: who, where, when.

    Attributes:
        seq: the centre's gapless number within `stream`; None until accepted there.
        hlc: hybrid logical clock, milliseconds << 16 | counter.
    """

    id: UUID
    request_id: UUID
    at: datetime
    actor: str
    role: Role
    workstation: str
    hlc: int
    fact: Fact
    agency: str | None = None
    schema_v: int = 1
    stream: str = "hcmc"
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReceived(Fact):
    """A report was accepted as a request; starts the forward clock."""

    number: str
    channel: Channel
    service_code: str
    description: str
    requested_at: datetime
    forward_due_at: datetime
    address_string: str | None = None
    address: str | None = None
    lat: float | None = None
    long: float | None = None
    ward_code: str | None = None
    legacy_ward: str | None = None
    road_class: str | None = None
    priority: Priority = Priority.NORMAL
    danger: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterRecorded(Fact):
    """Who reported it. A kind of its own, so that grants and feeds can leave it out."""

    channel: Channel
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    contact_id: UUID | None = None
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForwarded(Fact):
    """Given to an agency; starts the acknowledge and resolve clocks.

    Attributes:
        rule: code of the routing rule, None when a person chose.
        norm: version of the norm that set the deadlines, such as `water.burst@2026-01-01`.
    """

    agency: str
    due_at: datetime | None
    acknowledge_due_at: datetime | None = None
    reason: str | None = None
    rule: str | None = None
    norm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAccepted(Fact):
    """The agency accepted it."""

    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRefused(Fact):
    """The agency sent it back: a bounce."""

    agency: str
    reason: str
    suggested_agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStarted(Fact):
    """The agency began."""

    agency: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Fact):
    """The officer asked for a later date, perhaps with photos of the place."""

    agency: str
    reason: str
    committed_at: datetime
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Fact):
    """The supervisor granted it; statistics keep the first due date."""

    agency: str
    committed_at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReported(Fact):
    """The agency says it is done; `callback_due_at` is set on the last open assignment."""

    agency: str
    resolution_code: str
    text: str
    photos: tuple[str, ...] = ()
    no_photo_reason: str | None = None
    callback_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachRecorded(Fact):
    """One attempt to tell the citizen; `contact_id` says which of several reporters."""

    channel: Channel
    outcome: Outcome
    verdict: Verdict | None = None
    text: str | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQueued(Fact):
    """A message of ours was queued; only the outreach row has its recipient."""

    outreach_id: UUID
    channel: Channel
    purpose: Purpose
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(Fact):
    """The delivery state of a message of ours."""

    outreach_id: UUID
    state: DeliveryState
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClosed(Fact):
    """The citizen was told, or could not be reached."""

    verdict: Verdict | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReopened(Fact):
    """Not fixed after all; counts against the agency, whose resolve clock goes on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMerged(Fact):
    """A duplicate of another request."""

    parent_id: UUID
    parent_number: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRejected(Fact):
    """Not a matter for 1022."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCancelled(Fact):
    """Cancelled by a supervisor."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoAsked(Fact):
    """We asked the citizen for more; pauses the forward clock and expires at `expires_at`."""

    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoGiven(Fact):
    """The citizen answered; the forward clock goes on."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The fields of `Request` that a step may change."""

    state: State
    status_notes: str | None = None
    callback_due_at: datetime | None = None
    closed_at: datetime | None = None
    verdict: Verdict | None = None
    info_expires_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    bounces: int = 0
    reopened: int = 0
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTakenBack(Fact):
    """The last step was a mistake: the request stands as before it.

    Attributes:
        event_id, step: the event that is taken back, and its kind.
        seen: how the request stood when the step was taken back (`request.outline`); if it stands
            otherwise by now, this event has no effect.
        before: what is restored.
    """

    event_id: UUID
    step: str
    seen: str
    before: Standing
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Fact):
    """A remark."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsChanged(Fact):
    """Fields got new values; `old` is what the actor saw, so that a conflict shows."""

    set: dict[str, object] = field(default_factory=dict)
    old: dict[str, object] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAttached(Fact):
    """Stored files (sha256) were added."""

    media: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPublished(Fact):
    """A supervisor published it, with exactly these words and photos.

    Attributes:
        lat, long: as exact as shown, None for no place.
    """

    text: str
    result: str | None = None
    photos: tuple[str, ...] = ()
    lat: float | None = None
    long: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUnpublished(Fact):
    """It was taken off the public page."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIssued(Fact):
    """A notice (`domain/desk/notices.py`); the event's `request_id` is the notice's own id.

    Attributes:
        kind: `outage` or `announcement`.
        text: what anybody may read; also the answer by message.
        script: what the operator says to a caller; None = the text.
        wards: codes of new wards.
        areas: drawn rings of (lat, long).
        touched: wards that the rings touched by the outlines of that day.
        group: code of the service group that it is about.
        public: it is also on the public site (the script never is).
        agencies: codes of those whose area or field it touched by the data of that day; they read
            it without the script.
    """

    kind: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime
    script: str | None = None
    wards: tuple[str, ...] = ()
    areas: tuple[tuple[tuple[float, float], ...], ...] = ()
    touched: tuple[str, ...] = ()
    everywhere: bool = False
    group: str | None = None
    public: bool = False
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChanged(NoticeIssued):
    """The notice's full new wording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEnded(Fact):
    """It ended early."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold(Fact):
    """A person who asked was answered from it; `contact_id` is the call or message."""

    channel: Channel
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyWarned(Fact):
    """A contact point was warned of a clock by mail or SMS.

    Attributes:
        agency: whose clock; "" for the switchboard's.
        to: code of the contact point; only the outreach row has its address.
    """

    agency: str
    clock: str
    level: int
    due_at: datetime
    to: str
    ways: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOrdered(Fact):
    """A supervisor's order that stops agencies' clocks (force majeure), under an id of its own.

    Attributes:
        paper: number of the document behind it.
        services, groups, wards, agencies: codes; empty = all.
    """

    reason: str
    since: datetime
    until: datetime
    paper: str = ""
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseEnded(Fact):
    """The order ended early."""

    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved(Fact):
    """The effect of an order on the clocks of one assignment; the last event of an order counts.

    Attributes:
        due_at, committed_at, acknowledge_due_at: where they end now; None = unchanged.
    """

    agency: str
    order: UUID
    since: datetime
    until: datetime
    due_at: datetime | None = None
    committed_at: datetime | None = None
    acknowledge_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEntered(Fact):
    """A worker signed in to a shift, which lives under an id of its own."""

    shift: str
    day: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftLeft(Fact):
    """The worker signed out."""

    shift: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHandedOver(Fact):
    """What a shift hands over to the next one; without names and numbers of citizens.

    Attributes:
        note: for the next shift.
        promises: one entry for each promise.
        items: (kind, key, words); kinds are `shifts.ITEM_KINDS`.
        counts: (kind, total), more than the items when the list was cut.
    """

    shift: str
    day: str
    note: str = ""
    promises: tuple[str, ...] = ()
    items: tuple[tuple[str, str, str], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftAccepted(Fact):
    """The next shift took it over."""

    shift: str
    day: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFact(Fact):
    """A kind that this version does not know, kept as it came."""

    unknown_kind: str
    body: dict[str, object] = field(default_factory=dict)
