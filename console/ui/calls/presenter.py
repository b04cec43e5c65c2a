"""The calls that this seat sees (ringing, talking, waiting) and the other operators.

Only the seat whose phone rings gets `offered` (zammad#2177); all seats see the queue.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError
from console.domain.live_events import CallEvent, CallTaken, LinkChanged
from console.domain.requests.commands import ClaimCall, TakeOverCall
from console.services.ports.telephony import SharingLine
from console.ui.calls.failures import not_dialled, not_passed_on, step_failed
from console.ui.calls.operators import Operators
from console.ui.calls.verbs import CallVerbs
from console.ui.calls.views import (
    AgentView,
    CallView,
    new_view,
    question_over,
    questioned,
    stepped,
    without,
)
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk

__all__ = ["AgentView", "CallPresenter", "CallView"]

_GONE = frozenset({"ended", "abandoned", "missed", "callback_requested"})


class CallPresenter(CallVerbs):
    """Turns the exchange's events into signals; never touches the focus.

    Signals:
        changed: any of `calls`, `current`, `agent_state`, `operators`, `link`.
        offered: a `CallView` that rings at this seat; once for each call.
        answered: a `CallView` that this seat has answered; once for each call.
        ended: a `CallView` of this seat that is over.
    """

    changed = Signal()
    offered = Signal(object)
    answered = Signal(object)
    ended = Signal(object)

    def __init__(self, desk: "Desk", extension: str = "", parent: QObject | None = None) -> None:
        """Follow the bus.

        Args:
            extension: of this seat. Without one, a call for nobody in particular (modem, webhook,
                simulator) rings here, and calls for others are only shown.
        """
        super().__init__(desk, parent)
        self._extension = extension
        self._calls: dict[str, CallView] = {}
        self._chosen = ""
        self._last: CallView | None = None
        self.operators = Operators(desk)
        self._agent_state = "ready" if desk.telephony is not None else "none"
        self._pause_reason = ""
        self._link = "up"
        self._as_of: datetime | None = None
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(CallEvent, self._on_call),
            desk.bus.subscribe(LinkChanged, self._on_link),
            desk.bus.subscribe(CallTaken, self._on_taken),
        ]

    # --- state

    @property
    def extension(self) -> str:
        """This seat's extension; "" if it has none."""
        return self._extension

    @property
    @override
    def calls(self) -> tuple[CallView, ...]:
        """Live calls: this seat's first, then the waiting ones, longest wait first."""
        order = {"talking": 0, "dialling": 0, "ringing": 1}
        return tuple(
            sorted(
                self._calls.values(),
                key=lambda c: (not c.mine, order.get(c.state, 2), c.position, c.offered_at),
            )
        )

    @property
    @override
    def current(self) -> CallView | None:
        """The seat's call that the person chose, else the one being talked to, else the one that
        rings, else None.
        """
        mine = [c for c in self.calls if c.mine]
        chosen = next((c for c in mine if c.call_id == self._chosen), None)
        return chosen or (mine[0] if mine else None)

    def choose(self, call_id: str) -> None:
        """Make this call of the seat the one that the verbs act on."""
        if call_id != self._chosen:
            self._chosen = call_id
            self.changed.emit()

    @property
    def waiting(self) -> tuple[CallView, ...]:
        """Callers who wait and do not ring here."""
        return tuple(
            c
            for c in self.calls
            if not c.mine and c.direction == "in" and c.state in ("waiting", "ringing")
        )

    def state_of(self, agent: AgentView) -> str:
        """State of an operator; `on_queue_call` during a call that came from a queue."""
        calls = (c for c in self.calls if c.operator == agent.operator and c.queue)
        serves = any(c.state == "talking" for c in calls)
        return "on_queue_call" if agent.state == "on_call" and serves else agent.state

    @property
    def agent_state(self) -> str:
        """none | offline | logged_out | unreachable | ready | paused | ringing | talking |
        wrap_up.
        """
        if self._link != "up":
            return "offline"
        call = self.current
        if call is not None:
            return "ringing" if call.state == "ringing" else "talking"
        return self._agent_state

    @property
    def pause_reason(self) -> str:
        """Why this seat takes no calls now; "" if it takes calls."""
        return self._pause_reason

    @property
    def link(self) -> str:
        """Link to the exchange: up | down | connecting | resyncing | off."""
        return self._link

    @property
    def as_of(self) -> datetime | None:
        """When the exchange was last heard, while the link is down; else None."""
        return self._as_of

    @property
    def last(self) -> CallView | None:
        """The seat's last call, during its wrap-up time; else None."""
        return self._last if self.agent_state == "wrap_up" else None

    # --- actions besides the verbs

    def form_saved(self, contact_id: UUID | None) -> None:
        """End the wrap-up time: the call's form has been saved."""
        line, last = self._desk.telephony, self._last
        if line is None or "wrap_up" not in self.capabilities or self.agent_state != "wrap_up":
            return
        if last is not None and last.contact_id == contact_id:
            self._go(line.wrap_up())

    def take_over(self, call: CallView, reason: str = "") -> None:
        """Take over a call that a colleague claimed."""
        command = TakeOverCall(pbx=call.pbx, call_id=call.call_id, reason=reason)
        spawn(self._desk.do(command), lambda error: self.notice.emit(sentence(error)))

    def close(self) -> None:
        """Unsubscribe."""
        for end in self._ends:
            end()
        self._ends.clear()

    # --- events

    def _is_here(self, event: CallEvent) -> bool:
        if event.operator is None:
            asks = bool(event.more.get("consult"))  # It concerns the call, but no phone rings here.
            return not asks and (not self._extension or event.direction == "out")
        return event.operator == self._extension

    def _on_link(self, event: LinkChanged) -> None:
        if event.link != "pbx":
            return
        self._heard_link(event.state)
        # "Up" comes after the exchange has listed its calls: those still here are confirmed.
        unsure = event.state != "up"
        for call_id, view in self._calls.items():
            lost = view.hold_unknown or (unsure and view.held)
            held = view.held and not unsure
            self._calls[call_id] = replace(view, uncertain=unsure, held=held, hold_unknown=lost)
        self.changed.emit()

    def _heard_link(self, state: str) -> None:
        if state == "up":
            self._as_of = None
        elif self._as_of is None:
            self._as_of = self._desk.clock()
        self._link = state

    def _on_taken(self, event: CallTaken) -> None:
        """This seat claimed or settled a call: tell the others over the line."""
        if (view := self._calls.get(event.call_id)) is not None and event.kind == "claimed":
            taken = replace(view, taken_by=event.person, taken_at=event.at)
            self._calls[event.call_id] = taken
            self.changed.emit()
        line: object = self._desk.telephony
        if isinstance(line, SharingLine):
            spawn(line.share(event))

    def _on_call(self, event: CallEvent) -> None:
        if event.kind == "agent_changed":
            self._on_agent(event)
        elif event.kind == "link":
            self._on_link_event(event)
        elif event.kind == "queue_changed":
            self._on_queue(event)
        elif event.call_id:
            self._on_step(event)
        self.changed.emit()

    def _on_link_event(self, event: CallEvent) -> None:
        self._heard_link(event.reason or self._link)
        still = event.more.get("calls")
        if event.reason == "up" and isinstance(still, tuple):
            for call_id in set(self._calls) - set(still):
                self._over(call_id, "unknown")

    def _on_queue(self, event: CallEvent) -> None:
        """Update the queue; a call that left it and does not ring here no longer waits."""
        waiting = event.more.get("calls")
        if not isinstance(waiting, list):
            return
        for call_id, view in tuple(self._calls.items()):
            if view.queue != event.queue:
                continue
            if call_id in waiting:
                self._calls[call_id] = replace(view, position=waiting.index(call_id) + 1)
            elif not view.mine and view.state in ("waiting", "ringing"):
                del self._calls[call_id]
            else:
                self._calls[call_id] = replace(view, position=0)

    def _on_agent(self, event: CallEvent) -> None:
        state = str(event.more.get("state") or event.reason or "ready")
        operator = event.operator or self._extension
        before = self.operators.heard(event, operator, state)
        if not (event.operator is None or self._is_here(event)):
            return
        if before is not None and before.state == "ringing" and state not in ("ringing", "on_call"):
            self._rings_no_more()
        self._agent_state = {"on_call": "talking"}.get(state, state)
        self._pause_reason = (event.reason or "") if state == "paused" else ""

    def _rings_no_more(self) -> None:
        """The phone stopped ringing; a later event says whether a colleague answered."""
        for view in [c for c in self.calls if c.mine and c.state == "ringing"]:
            self._calls[view.call_id] = replace(view, state="waiting", mine=False)
            self._say_over(view, "unknown", None)

    def _on_step(self, event: CallEvent) -> None:
        if event.more.get("asked_by") == self._extension and self._extension:
            self._on_question(event)
            return
        before = self._calls.get(event.call_id)
        if event.kind in _GONE:
            self._gone(event, before)
            return
        if before is None and event.kind in ("claimed", "settled"):
            return
        now, here = self._desk.clock(), self._is_here(event)
        view = stepped(event, before or new_view(event, now), now, here=here)
        self._calls[event.call_id] = view
        rang = before is not None and before.mine and before.state == "ringing"
        if view.mine and view.state == "ringing" and not rang:
            self.offered.emit(view)
        if before is not None and rang and not view.mine:
            self._say_over(before, "answered_elsewhere", event)
        talks = view.mine and view.state == "talking"
        if talks and not (before and before.mine and before.state == "talking"):
            if not event.more.get("consult"):  # A consulted colleague does not take over the call.
                self._claim(view)
            self.answered.emit(view)
        elif talks and event.kind == "transferred" and event.more.get("target") == self._extension:
            self._claim(view)
        if view.mine and (said := step_failed(event)):
            self.notice.emit(said)

    def _on_question(self, event: CallEvent) -> None:
        """Our own consultation call: shown with the citizen's call, never as a call of its own."""
        about = self._calls.get(str(event.more.get("consult_for")))
        if about is None:
            return
        self._calls[about.call_id] = questioned(about, event)
        if event.more.get("transfer") == "cancelled":
            self.notice.emit(not_passed_on(event))

    def _gone(self, event: CallEvent, before: CallView | None) -> None:
        if before is None:
            if event.more.get("outcome") == "no_attempt" and self._is_here(event):
                self._not_dialled(event)
            return
        here, final = self._is_here(event), event.more.get("final") is not False
        if event.more.get("consult") and not here and event.more.get("final") is not True:
            self._calls[event.call_id] = question_over(before)
            if before.mine and event.more.get("transfer") == "cancelled":
                self.notice.emit(not_passed_on(event))
        elif event.kind == "ended":
            elsewhere = before.state == "talking" and not before.mine
            whole = event.operator is None or event.reason != "answered_elsewhere"
            if (here and not elsewhere) or (final and whole):
                self._over(event.call_id, event.reason or event.kind, event)
            else:
                self._calls[event.call_id] = without(before, event.operator)
        elif final:
            self._over(event.call_id, event.reason or event.kind, event)
        elif here and before.mine:  # This phone was not answered; the queue goes on.
            self._calls[event.call_id] = replace(before, state="waiting", mine=False)
            self._say_over(before, event.reason or event.kind, event)

    def _not_dialled(self, event: CallEvent) -> None:
        """An outgoing call that never started: our own phone rings first and was not available."""
        view = new_view(event, self._desk.clock())
        self.notice.emit(not_dialled(event, view.number_text))
        self._say_over(view, "no_attempt", event)

    def _over(self, call_id: str, reason: str, event: CallEvent | None = None) -> None:
        view = self._calls.pop(call_id)
        if view.mine:
            self._say_over(view, reason, event)

    def _say_over(self, view: CallView, reason: str, event: CallEvent | None) -> None:
        more = {**view.more, **(event.more if event is not None else {})}
        over = replace(view, state="done", mine=True, end_reason=reason, more=more)
        if view.state == "talking":
            self._last = over
        self.ended.emit(over)

    @override
    def _claim(self, view: CallView) -> None:
        if view.direction == "in":
            spawn(self._desk.do(ClaimCall(pbx=view.pbx, call_id=view.call_id)), self._not_claimed)

    def _not_claimed(self, error: ConsoleError) -> None:
        """A colleague pressed F9 but this phone answered: tell the person; the call goes on."""
        self.notice.emit(sentence(error))
