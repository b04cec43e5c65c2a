"""Data of an agency's queue: rows by deadline, figures, one request in detail, and the agency's
steps.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError
from console.domain.live_events import RequestsChanged
from console.domain.requests.commands import (
    AcceptAssignment,
    AskExtension,
    Command,
    ForwardRequest,
    GrantExtension,
    RefuseAssignment,
    ReopenRequest,
    ReportResult,
)
from console.domain.requests.decide.permissions import WHO_MAY
from console.domain.requests.fold.assignments import FORWARDABLE
from console.domain.requests.fold.request import REOPENABLE
from console.domain.requests.request import Assignment
from console.domain.states import CLOSED_STATES, AssignmentState, Priority, Role, State
from console.domain.text.folding import fold
from console.services.views.requests import (
    QueueRow,
    QueueSummary,
    RequestDetail,
    RequestFilter,
    RequestRow,
)
from console.ui.request.centre_search import CentreSearch
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.text.numbers import typed_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk
    from console.services.ports.store.queries import Queries

LIMIT = 2000
FIRST = 100
"""Rows that are loaded first for another list; a screen shows 20 to 40."""
type _Window = tuple[str | None, str, str]
_VIEW_STATES: dict[str, tuple[State, ...]] = {
    "resolved": (State.RESOLVED,),
    "closed": (State.CLOSED,),
    "info": (State.NEED_INFO,),
}
VIEWS = ("open", "unassigned", "info", "resolved", "closed")
"""Choices of the state filter."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue table.

    Attributes:
        start: when the deadline's clock began; tells when the last quarter starts.
        agency: the agency that has it; None if no agency has.
    """

    request_id: UUID
    number: str
    service: str
    address: str
    state: State | AssignmentState
    priority: Priority
    deadline: datetime | None
    start: datetime | None
    agency: str | None
    asked_at: datetime | None = None
    bounces: int = 0
    open: bool = True

    @property
    def key(self) -> tuple[UUID, str | None]:
        """One assignment of one request."""
        return self.request_id, self.agency


class QueuePresenter(QObject):
    """Loads one page of the queue and keeps it up to date.

    Signals:
        rows_changed: `items` is new.
        summary_changed: a `QueueSummary`.
        detail_changed: a `RequestDetail`, or None.
        refused: a sentence.
    """

    rows_changed = Signal()
    summary_changed = Signal(object)
    detail_changed = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start with the queue; officers see only their own agency."""
        super().__init__(parent)
        self._desk = desk
        self.agency: str | None = desk.actor.agency if self.is_officer else None
        self.view = "open"
        self.query = ""
        self.items: tuple[QueueItem, ...] = ()
        self.detail: RequestDetail | None = None
        self.is_older = False
        self.selected: tuple[UUID, str | None] | None = None
        self._rows = Coalesced(self._load, failed=lambda e: self.refused.emit(sentence(e)))
        self._one = Coalesced(self._load_detail, every_ms=10)
        self._rows.setParent(self)
        self._one.setParent(self)
        self._kept: tuple[QueueItem, ...] = ()
        self._begun: _Window | None = None
        self.older = CentreSearch(desk, self)
        self.older.changed.connect(self._put_together)
        self._ends: list[Callable[[], None]] = [desk.bus.subscribe(RequestsChanged, self._on)]

    @property
    def is_officer(self) -> bool:
        """Whether this person works for an agency."""
        return self._desk.actor.role is Role.OFFICER

    @property
    def leads(self) -> bool:
        """Whether this person grants extensions."""
        return self._may(GrantExtension)

    # --- what is shown

    def show(self, *, agency: str | None, view: str, query: str) -> None:
        """Load by other filters; an officer's agency cannot be changed."""
        number = typed_number(query)
        sought = number.digits or query.strip() if number is not None else query.strip()
        wanted = (self.agency if self.is_officer else agency, view, sought)
        if wanted != (self.agency, self.view, self.query):
            self.agency, self.view, self.query = wanted
            self._rows.now()
            # Requests closed long ago are only at the centre.
            self.older.look_for(sought if view == "closed" else "")
            if number is not None and number.problem:
                self.refused.emit(number.problem)

    def refresh(self) -> None:
        """Reload now."""
        self._rows.now()

    def select(self, key: tuple[UUID, str | None] | None) -> None:
        """Show this one in detail. Until it is loaded no step is possible, so that a key pressed at
        once does not act on the previous one.
        """
        if key != self.selected:
            self.detail = None
        self.selected = key
        self._one.now()

    def close(self) -> None:
        """Unsubscribe."""
        self._rows.stop()
        self._one.stop()
        self.older.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    # --- steps on the chosen one

    @property
    def assignment(self) -> Assignment | None:
        """The assignment of the chosen request."""
        if self.detail is None or self.selected is None:
            return None
        request, agency = self.detail.request, self.selected[1] or self.agency
        if agency is not None:
            return request.assignment(agency)
        open_ones = [a for a in request.assignments if a.is_open]
        return open_ones[0] if len(open_ones) == 1 else None

    def can(self, step: str) -> bool:
        """Whether this person can take a step now: accept, refuse, extend, grant, report, reopen,
        forward. The rules decide again when it is taken.
        """
        detail, held = self.detail, self.assignment
        if detail is None or self.is_older:
            return False
        state = detail.request.state
        open_here = held is not None and held.is_open
        match step:
            case "accept":
                waits = held is not None and held.state is AssignmentState.FORWARDED
                return waits and self._may(AcceptAssignment)
            case "refuse" | "extend" | "report":
                return open_here and self._may(RefuseAssignment)
            case "grant":
                return held is not None and held.asked_at is not None and self.leads
            case "reopen":
                return state in REOPENABLE and self._may(ReopenRequest)
            case "forward":
                return state in FORWARDABLE and not open_here and self._may(ForwardRequest)
        return False

    def accept(self) -> None:
        """Accept the assignment."""
        if self.can("accept") and self.detail is not None:
            self._do(AcceptAssignment(request_id=self.detail.request.id, agency=self._whose()))

    def refuse(
        self, request_id: UUID, reason: str, suggested: str | None, done: OnDone, refused: OnRefused
    ) -> None:
        """Refuse the assignment."""
        command = RefuseAssignment(
            request_id=request_id, agency=self._whose(), reason=reason, suggested_agency=suggested
        )
        self._do(command, done, refused)

    def extend(
        self,
        request_id: UUID,
        reason: str,
        until: datetime,
        photos: tuple[str, ...],
        done: OnDone,
        refused: OnRefused,
    ) -> None:
        """Ask for a later date; if a supervisor does it, grant the request for one."""
        if self.can("grant"):
            granted = GrantExtension(
                request_id=request_id,
                agency=self._whose(),
                reason=reason or None,
                committed_at=until,
            )
            self._do(granted, done, refused)
            return
        asked = AskExtension(
            request_id=request_id,
            agency=self._whose(),
            reason=reason,
            committed_at=until,
            photos=photos,
        )
        self._do(asked, done, refused)

    def report(self, command: ReportResult, done: OnDone, refused: OnRefused) -> None:
        """Report the result."""
        self._do(command, done, refused)

    # --- inside

    def _may(self, command: type[Command]) -> bool:
        return self._desk.actor.role in WHO_MAY.get(command, frozenset())

    def _whose(self) -> str | None:
        held = self.assignment
        return held.agency if held is not None else None

    def _do(
        self, command: Command, done: OnDone | None = None, refused: OnRefused | None = None
    ) -> None:
        run_step(self._desk, command, done=done, refused=refused or self.refused.emit)

    def _on(self, event: RequestsChanged) -> None:
        self._rows.wish()
        if self.selected is not None and self.selected[0] in event.ids:
            self._one.wish()

    async def _load(self) -> None:
        now = self._desk.clock()
        window = self._window
        limits = (LIMIT,) if window == self._begun else (FIRST, LIMIT)
        for limit in limits:
            items = await self._desk.ask(partial(self._ask, window=window, now=now, limit=limit))
            if window != self._window:
                self._rows.wish()
                return
            self._begun, self._kept = window, items
            self._put_together()
            if len(items) < limit:
                break
        summary: QueueSummary = await self._desk.ask(lambda q: q.queue_summary(window[0], now))
        if window == self._window:
            self.summary_changed.emit(summary)

    @property
    def _window(self) -> _Window:
        return self.agency, self.view, self.query

    def _put_together(self) -> None:
        """Combine the seat's rows with those that only the centre has."""
        here = {item.request_id for item in self._kept}
        more = (
            self._of_request(row)
            for row in self.older.rows
            if row.id not in here
            and row.state in CLOSED_STATES
            # The centre selects an officer's rows: those that the agency ever had.
            and (self.is_officer or self.agency in (None, row.agency))
        )
        self.items = (*self._kept, *more)
        self.rows_changed.emit()

    def _ask(
        self, q: "Queries", *, window: _Window, now: datetime, limit: int
    ) -> tuple[QueueItem, ...]:
        """Runs on a reader thread."""
        agency, view, query = window
        if view == "open":
            return tuple(self._of_queue(r) for r in q.queue(agency, now, limit=limit, query=query))
        if view == "unassigned":
            found = tuple(self._of_request(r) for r in q.unassigned(LIMIT) if _fits(r, query))
            return found[:limit]
        which = RequestFilter(
            agency=agency, states=_VIEW_STATES[view], query=query or None, limit=limit
        )
        return tuple(self._of_request(r) for r in q.requests(which, now))

    def _of_queue(self, row: QueueRow) -> QueueItem:
        return QueueItem(
            request_id=row.request_id,
            number=row.number,
            service=self.service_name(row.service_code),
            address=self._where(row.address_string, row.ward_code),
            state=row.state,
            priority=row.priority,
            deadline=row.deadline,
            start=row.forwarded_at,
            agency=row.agency,
            asked_at=row.asked_at,
            bounces=row.bounces,
        )

    def _of_request(self, row: RequestRow) -> QueueItem:
        return QueueItem(
            request_id=row.id,
            number=row.number,
            service=self.service_name(row.service_code),
            address=self._where(row.address_string, row.ward_code),
            state=row.state,
            priority=row.priority,
            deadline=row.due_at,
            start=row.requested_at,
            agency=self.agency if self.is_officer else row.agency,
            open=row.state is not State.RESOLVED and row.state not in CLOSED_STATES,
        )

    def service_name(self, code: str) -> str:
        """The service's name; the code if it is unknown."""
        found = self._desk.catalogue.services.get(code)
        return found.name if found else code

    def _where(self, address: str | None, ward_code: str | None) -> str:
        ward = self._desk.catalogue.wards.get(ward_code or "")
        return formats.place(address, ward.name if ward else None)

    async def _load_detail(self) -> None:
        key = self.selected
        mine, found = self._desk.actor.agency, None
        if key is not None:
            found = await self._desk.ask(lambda q: q.detail(key[0], mine))
        older = key is not None and found is None and self._desk.older is not None
        if older and key is not None:
            found = await self._from_centre(key[0])
        if key != self.selected:
            self._one.wish()
            return
        self.detail, self.is_older = found, older
        self.detail_changed.emit(found)

    async def _from_centre(self, request_id: UUID) -> RequestDetail | None:
        try:
            return await self._desk.older.detail(request_id) if self._desk.older else None
        except ConsoleError as error:
            self.refused.emit(sentence(error))
            return None


def _fits(row: RequestRow, query: str) -> bool:
    text = fold(f"{row.number} {row.description} {row.address_string or ''}")
    return all(word in text for word in fold(query).split())
