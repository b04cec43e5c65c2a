"""What a request is: the value that `fold` builds from its events and `decide` judges."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import (
    CLOSED_STATES,
    AssignmentState,
    Channel,
    DeliveryState,
    Outcome,
    Priority,
    Purpose,
    State,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who reported this request. Kept apart: its events never reach an agency's feed.

    Attributes:
        phone: E.164, or None when unknown.
        consent: the citizen agreed that the agency sees name and number.
    """

    contact_id: UUID | None
    name: str | None
    phone: str | None
    email: str | None
    channel: Channel
    consent: bool = False


@dataclass(frozen=True, slots=True)
class OrderedPause:
    """A period in which an order stops an agency's clocks (force majeure)."""

    order: UUID
    since: datetime
    until: datetime


def with_order(pauses: tuple[OrderedPause, ...], new: OrderedPause) -> tuple[OrderedPause, ...]:
    """The pauses, with this one replacing an earlier version of the same order."""
    return (*(p for p in pauses if p.order != new.order), new)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One request given to one agency.

    Attributes:
        due_at: end of the resolve clock as first set.
        committed_at: the new date after a granted extension, else None.
        asked_at: the date an officer asked for, until the supervisor grants it.
        bounces: how often this agency sent it back.
        photos: of its result, then those of its progress reports.
        replaced: refused, and given to another agency since.
        pauses: by order; `pauses_of_commitment` are those ordered since `committed_at` was granted.
        moved_due_at, moved_committed_at, moved_acknowledge_at: where orders moved the deadlines to.
    """

    agency: str
    state: AssignmentState
    forwarded_at: datetime
    due_at: datetime | None
    acknowledge_due_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    committed_at: datetime | None = None
    asked_at: datetime | None = None
    bounces: int = 0
    reason: str | None = None
    resolution_code: str | None = None
    result_text: str | None = None
    photos: tuple[str, ...] = ()
    replaced: bool = False
    pauses: tuple[OrderedPause, ...] = ()
    pauses_of_commitment: tuple[OrderedPause, ...] = ()
    moved_due_at: datetime | None = None
    moved_committed_at: datetime | None = None
    moved_acknowledge_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """The agency still owes an answer."""
        return self.state not in (AssignmentState.RESOLVED, AssignmentState.REFUSED)

    @property
    def deadline(self) -> datetime | None:
        """The date that counts now: the committed one after an extension, else the due one, each as
        moved by orders.
        """
        return self.moved_committed_at or self.committed_at or self.judged_at

    @property
    def judged_at(self) -> datetime | None:
        """The date by which "on time" is judged: the first one, moved by orders but not by
        extensions.
        """
        return self.moved_due_at or self.due_at

    @property
    def acknowledge_until(self) -> datetime | None:
        """End of the acknowledge clock."""
        return self.moved_acknowledge_at or self.acknowledge_due_at


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to tell the citizen the result; `contact_id` says which of several reporters."""

    at: datetime
    actor: str
    channel: Channel
    outcome: Outcome
    verdict: Verdict | None
    text: str | None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message of ours about this request; only the outreach row has its recipient."""

    outreach_id: UUID
    at: datetime
    channel: Channel
    purpose: Purpose
    state: DeliveryState = DeliveryState.QUEUED
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FieldStamp:
    """Which event gave a field its value, and who sent it: the larger (hlc, event id) wins."""

    field: str
    hlc: int
    event_id: UUID
    actor: str = ""
    workstation: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A value that lost to another one whose author had not seen it; nothing typed is lost.

    To settle it, send `ChangeFields` with the standing value as the seen one. The lost value as the
    new one restores it; the standing value again keeps it.

    Attributes:
        value: the one that lost, as JSON has it.
        actor, workstation, at: who set it, where and when; "" and None for the first report's.
    """

    field: str
    value: object
    actor: str
    workstation: str
    at: datetime | None
    event_id: UUID | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A period in which a clock stands still; `until` is None while it lasts."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its events describe it.

    Attributes:
        number: eleven digits YYCCCNNNNND; `numbering.spoken` adds the blanks.
        address: the normalised address; `address_string` stays as said, never overwritten.
        state: with several agencies the slowest assignment's.
        status_notes: result or reason, as the public may read it.
        forward_due_at: end of the forward clock (5 minutes) without pauses.
        callback_due_at: end of the callback clock, once the agencies reported.
        danger: codes of the danger questions answered yes.
        attributes: the service's own fields, such as route and plate of a bus.
        pauses: of the forward clock.
        info_expires_at: end of the wait for the citizen's answer, while in `need_info`.
        messages: ours to the citizen, oldest first.
        stamps: who last set each changed field.
        disputes: values that lost when two people changed a field without seeing each other, until
            one value is chosen or the field is changed again.
        not_applied: ids of events that the fold refused.
        unsettled: those of them that no supervisor has acted on; a supervisor's next step, even a
            note, settles them.
        version: number of events folded.
    """

    id: UUID
    number: str
    channel: Channel
    state: State
    service_code: str
    description: str
    requested_at: datetime
    updated_at: datetime
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
    status_notes: str | None = None
    forward_due_at: datetime | None = None
    callback_due_at: datetime | None = None
    closed_at: datetime | None = None
    assignments: tuple[Assignment, ...] = ()
    reporters: tuple[Reporter, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    pauses: tuple[Pause, ...] = ()
    media: tuple[str, ...] = ()
    parent_id: UUID | None = None
    parent_number: str | None = None
    verdict: Verdict | None = None
    bounces: int = 0
    reopened: int = 0
    publish_state: str = "private"
    not_applied: tuple[UUID, ...] = ()
    version: int = 0
    info_expires_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    stamps: tuple[FieldStamp, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    unsettled: tuple[UUID, ...] = ()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The fields in dispute, by name."""
        return tuple(sorted({each.field for each in self.disputes}))

    @property
    def is_closed(self) -> bool:
        """Closed in the sense of Open311."""
        return self.state in CLOSED_STATES

    @property
    def due_at(self) -> datetime | None:
        """The latest deadline of the open assignments, else of all of them; None when no agency has
        it.
        """
        open_ones = [a.deadline for a in self.assignments if a.is_open and a.deadline]
        every = open_ones or [a.deadline for a in self.assignments if a.deadline]
        return max(every, default=None)

    @property
    def photos(self) -> tuple[str, ...]:
        """Every file once: what citizens sent (`media`), then what agencies reported with."""
        reported = (photo for each in self.assignments for photo in each.photos)
        return tuple(dict.fromkeys((*self.media, *reported)))

    def assignment(self, agency: str) -> Assignment | None:
        """The assignment of this agency, or None."""
        return next((a for a in self.assignments if a.agency == agency), None)


def outline(request: Request) -> str:
    """How a request stands, without any time: the clocks of workstations differ, and the centre's
    counts.
    """
    parts = (f"{a.agency}:{a.state.value}:{a.bounces}" for a in request.assignments)
    return " ".join((request.state.value, *parts))
