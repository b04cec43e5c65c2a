"""Rows about requests: lists, details, queues, duplicates, map points, figures.

Times are aware UTC; numbers are eleven digits; every text is clean (`domain/text/cleaning.py`) and
plain.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.domain.reports.quality import Held
from console.domain.requests.request import Request
from console.domain.states import (
    AssignmentState,
    Channel,
    Priority,
    State,
)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list.

    Attributes:
        synced: the centre has all of it.
        conflicts: fields in dispute (`Request.disputes`).
        skipped: steps that were not applied and that no supervisor has seen yet.
    """

    id: UUID
    number: str
    service_code: str
    channel: Channel
    state: State
    priority: Priority
    description: str
    address_string: str | None
    ward_code: str | None
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    lat: float | None
    long: float | None
    synced: bool = True
    conflicts: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in the history; `applied` is False for a step that the fold refused."""

    id: UUID
    seq: int | None
    at: datetime
    actor: str
    workstation: str
    kind: str
    from_state: State | None
    to_state: State | None
    reason: str | None
    applied: bool = True
    agency: str | None = None
    body: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A request with its history, oldest first, its holders, and whether the centre has it all."""

    request: Request
    synced: bool
    history: tuple[EventLine, ...]
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A problem of two consoles or the centre that a supervisor must look at.

    Attributes:
        kind: conflict | not_applied | dead_letter (the centre can never store it) | not_taken (the
            centre does not take it since a day) | same_number (two requests with one number)
            | made_twice (two people made a request each of one written message) | not_told (a
            message to the citizen did not arrive, or nobody knows) | not_shared (the centre cannot
            store a row that seats share), not_taken_in (this seat cannot).
        request_id, state: None for a shared row without a request.
        at: of the latest event concerned.
        count: fields in dispute, steps not applied, or events not at the centre.
        why: code of the centre's refusal, for `dead_letter`; kind of a shared row.
        key: identifies a shared row.
    """

    kind: str
    request_id: UUID | None
    number: str
    service_code: str
    state: State | None
    at: datetime
    count: int = 1
    why: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Selects requests for a list; empty = all.

    Attributes:
        query: words, accents optional, or a number in any spelling.
        overdue: only those past their deadline at `now`.
        limit: at most 2,000.
    """

    agency: str | None = None
    states: tuple[State, ...] = ()
    overdue: bool = False
    query: str | None = None
    limit: int = 200
    offset: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open assignment in an agency's queue, without its reporter."""

    request_id: UUID
    number: str
    agency: str
    service_code: str
    address_string: str | None
    ward_code: str | None
    request_state: State
    state: AssignmentState
    priority: Priority
    forwarded_at: datetime
    due_at: datetime | None
    committed_at: datetime | None
    asked_at: datetime | None
    bounces: int
    description: str = ""

    @property
    def deadline(self) -> datetime | None:
        """The date that counts now."""
        return self.committed_at or self.due_at


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """Figures of a queue; `on_time_share` is 0 to 1 over the last 30 days, None without a case."""

    open: int
    late: int
    due_soon: int
    refused: int
    on_time_share: float | None


@dataclass(frozen=True, slots=True)
class DuplicateQuestion:
    """The form's content so far, for finding likely duplicates."""

    service_code: str
    lat: float | None = None
    long: float | None = None
    address_string: str | None = None
    ward_code: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    within_m: int | None = None
    hours: int | None = None
    exclude: UUID | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A likely duplicate, best first; `reason` is a code for `wording`."""

    request_id: UUID
    number: str
    service_code: str
    state: State
    description: str
    address_string: str | None
    requested_at: datetime
    distance_m: float | None
    reason: str
    due_at: datetime | None
    reporters: int
    photo: str | None
    lat: float | None = None
    long: float | None = None


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A request on the map: never a name or a number of a person."""

    id: UUID
    number: str
    lat: float
    long: float
    service_code: str
    state: State
    priority: Priority
    due_at: datetime | None
    agency: str | None = None
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures for badges and the wallboard."""

    inbox_new: int
    callbacks: int
    missed_calls: int
    open_requests: int
    late: int
    not_forwarded: int
    outbox: int
    received_today: int
    closed_today: int
    tasks: int = 0
    by_agency: tuple[tuple[str, int, int], ...] = ()
    by_group: tuple[tuple[str, int], ...] = ()
