"""Data of the page Gọi lại: results that citizens wait for, missed calls, dialling and outcomes."""

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.live_events import CallsChanged, OutreachChanged, RequestsChanged
from console.domain.requests.commands import (
    ClaimCall,
    CloseRequest,
    Command,
    RecordOutreach,
    ReopenRequest,
    SettleMissedCall,
)
from console.domain.states import Outcome, Verdict
from console.services.privacy.naming_consent import record_naming_consent
from console.services.views.calls import CallbackRow, MissedCallRow
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import OnDone, OnRefused, run_step, run_steps
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.domain.errors import ConsoleError
    from console.services.desk import Desk


_FAILED = frozenset(
    o.value for o in (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNREACHABLE, Outcome.REJECTED)
)
"""What the exchange reports about the citizen's leg besides an answer."""


def row_key(row: CallbackRow) -> tuple[UUID, UUID | None]:
    """The key of a row: one reporter of one request."""
    return row.request_id, row.contact_id


class CallbacksPresenter(QObject):
    """Keeps both lists up to date.

    Signals:
        rows_changed: `rows` is new.
        missed_changed: `missed` is new.
        refused: a sentence.
    """

    rows_changed = Signal()
    missed_changed = Signal()
    refused = Signal(str)

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QObject | None = None) -> None:
        """Load nothing yet."""
        super().__init__(parent)
        self._desk = desk
        self._calls = calls
        self.rows: tuple[CallbackRow, ...] = ()
        self.missed: tuple[MissedCallRow, ...] = ()
        self._all = Coalesced(self._load, failed=self._failed, parent=self)
        kinds = (RequestsChanged, CallsChanged, OutreachChanged)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(kind, self._on_change) for kind in kinds
        ]
        self._dialled: dict[str, CallbackRow] = {}
        calls.ended.connect(self._on_ended)

    def attempts(self, row: CallbackRow) -> int:
        """Failed attempts after which a message is sent, by the rules of the request's day."""
        return self._desk.catalogue.clocks_at(row.requested_at).attempts

    @property
    def can_dial(self) -> bool:
        """Whether this seat can make calls."""
        return "dial" in self._calls.capabilities

    def refresh(self) -> None:
        """Reload now."""
        self._all.now()

    def close(self) -> None:
        """Unsubscribe."""
        self._all.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    # --- results to report

    def dial(self, row: CallbackRow) -> None:
        """Ring this seat's phone, then the reporter."""
        if row.phone:
            self._dialled[row.number] = row
            self._calls.dial(row.phone, row.number)

    def _on_ended(self, view: CallView) -> None:
        """Record a failed attempt without asking the operator: the exchange knows what happened to
        the citizen's leg. A conversation is for the operator to report; a call that the operator
        did not answer or gave up is no attempt.
        """
        row = self._dialled.pop(view.ref, None) if view.direction == "out" else None
        said = str(view.more.get("outcome", ""))
        if row is not None and said in _FAILED:
            self.not_reached(row, Outcome(said), "", lambda: None, self.refused.emit)

    def told(
        self, row: CallbackRow, verdict: Verdict, text: str, done: OnDone, refused: OnRefused
    ) -> None:
        """Record that the citizen was told; the request stays open if the verdict is negative."""
        reached = RecordOutreach(
            request_id=row.request_id,
            outcome=Outcome.REACHED,
            verdict=verdict,
            text=text or None,
            contact_id=row.contact_id,
        )
        steps: tuple[Command, ...] = (reached,)
        if verdict is not Verdict.NOT_SATISFIED:
            steps = (reached, CloseRequest(request_id=row.request_id, verdict=verdict))
        run_steps(self._desk, steps, done=done, refused=refused)

    async def named(self, row: CallbackRow) -> bool | None:
        """Whether this reporter agreed to be named; None if name or number is missing."""
        phone = row.phone
        if not phone or not row.reporter_name:
            return None
        return await self._desk.ask(lambda q: q.is_named(phone))

    def name(self, row: CallbackRow, *, agreed: bool) -> None:
        """Record whether the reporter agrees to be named."""
        work = record_naming_consent(
            self._desk, row.number, row.phone or "", row.reporter_name or "", agreed=agreed
        )
        spawn(work, self._failed)

    def reopen(self, row: CallbackRow, reason: str, done: OnDone, refused: OnRefused) -> None:
        """Reopen it: not fixed, back to the agency."""
        command = ReopenRequest(request_id=row.request_id, reason=reason)
        run_step(self._desk, command, done=done, refused=refused)

    def not_reached(
        self, row: CallbackRow, outcome: Outcome, text: str, done: OnDone, refused: OnRefused
    ) -> None:
        """Record a failed attempt; after the last one the service queues a message."""
        command = RecordOutreach(
            request_id=row.request_id,
            outcome=outcome,
            text=text or None,
            contact_id=row.contact_id,
        )
        run_step(self._desk, command, done=done, refused=refused)

    def close_request(self, row: CallbackRow) -> None:
        """Close it: the citizen was told, or enough attempts failed."""
        run_step(self._desk, CloseRequest(request_id=row.request_id), refused=self.refused.emit)

    def may_close(self, row: CallbackRow) -> bool:
        """Whether it can be closed now: the citizen was told, or enough attempts failed."""
        reached = row.last_outcome == Outcome.REACHED.value
        return reached or row.attempts >= self.attempts(row) or row.message_state is not None

    # --- missed calls

    def dial_missed(self, row: MissedCallRow) -> None:
        """Call back a missed caller."""
        if row.phone:
            claim = ClaimCall(pbx=row.pbx, call_id=row.call_id)
            phone = row.phone

            def claimed() -> None:
                self._calls.dial(phone, row.call_id)

            # Claim it first, so that the others see who calls back; a colleague's claim is refused
            # with a sentence.
            run_step(self._desk, claim, done=claimed, refused=self.refused.emit)

    def settle(self, row: MissedCallRow, reason: str, done: OnDone, refused: OnRefused) -> None:
        """Record that no callback is needed."""
        command = SettleMissedCall(pbx=row.pbx, call_id=row.call_id, reason=reason)
        run_step(self._desk, command, done=done, refused=refused)

    # --- inside

    def _failed(self, error: "ConsoleError") -> None:
        self.refused.emit(sentence(error))

    def _on_change(self, _event: object) -> None:
        self._all.wish()

    async def _load(self) -> None:
        now = self._desk.clock()
        self.rows = await self._desk.ask(lambda q: q.callbacks(now))
        self.rows_changed.emit()
        self.missed = await self._desk.ask(lambda q: q.missed_calls())
        self.missed_changed.emit()
