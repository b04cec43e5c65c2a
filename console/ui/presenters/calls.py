"""The calls that this seat sees: who rings, who talks, who waits; and the verbs of the call bar.

State follows the exchange's events, never our own click (TELEPHONY.md 2.7). Only the seat that is
rung gets `offered` (zammad#2177).
"""

import time
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.commands import ClaimCall
from console.domain.live import CallEvent, LinkChanged
from console.domain.phone import normalise
from console.services.ports import Reply
from console.ui import formats
from console.ui.sentences import reply_sentence, sentence
from console.ui.tasks import spawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_GONE = frozenset({"ended", "abandoned", "missed", "callback_requested"})
_ONCE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """A live call as the screens show it.

    Attributes:
        state: waiting | ringing | dialling | talking | done.
        number_text: ready to read; `Số ẩn` when withheld.
        offered_at, answered_at: by this seat's clock, so that timers do not jump when the
            exchange's clock is off.
        recording: on | muted | off | unknown.
        mine: it rings at, or talks to, this seat.
        ref: what was passed to `dial`, else "".
        uncertain: not confirmed by the exchange since the link to it was lost.
    """

    call_id: str
    pbx: str
    state: str
    phone: str | None
    number_text: str
    name: str | None
    queue: str | None
    direction: str
    offered_at: datetime
    answered_at: datetime | None = None
    held: bool = False
    recording: str = "off"
    operator: str | None = None
    mine: bool = False
    ref: str = ""
    end_reason: str = ""
    uncertain: bool = False
    more: dict[str, object] = field(default_factory=dict)


class CallPresenter(QObject):
    """Calls in, signals out; never touches the focus.

    Signals:
        changed: any of `calls`, `current`, `agent_state`, `link`.
        offered: a `CallView` that rings at this seat; once a call.
        answered: a `CallView` that this seat talks to now; once a call.
        ended: a `CallView` of this seat that is over.
        notice: a sentence when a step was refused.
        answer_wanted: the person pressed F9 or Nghe máy; the `CallView` that he means.
    """

    changed = Signal()
    offered = Signal(object)
    answered = Signal(object)
    ended = Signal(object)
    notice = Signal(str)
    answer_wanted = Signal(object)

    def __init__(self, desk: "Desk", extension: str = "", parent: QObject | None = None) -> None:
        """Follow the bus.

        Args:
            extension: of this seat; without one a call that rings nobody in particular
                (modem, webhook, simulator) rings here.
        """
        super().__init__(parent)
        self._desk = desk
        self._extension = extension
        self._calls: dict[str, CallView] = {}
        self._agent_state = "ready" if desk.telephony is not None else "none"
        self._pause_reason = ""
        self._link = "up"
        self._pressed: dict[str, float] = {}
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(CallEvent, self._on_call),
            desk.bus.subscribe(LinkChanged, self._on_link),
        ]

    # --- what there is

    @property
    def extension(self) -> str:
        """Of this seat; "" without one."""
        return self._extension

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that the line serves; empty without a line."""
        line = self._desk.telephony
        return line.capabilities if line is not None else frozenset()

    @property
    def has_line(self) -> bool:
        """Whether this seat has a line at all."""
        return self._desk.telephony is not None

    @property
    def calls(self) -> tuple[CallView, ...]:
        """Live calls: this seat's first, then those that wait, longest first."""
        order = {"talking": 0, "dialling": 0, "ringing": 1}
        return tuple(
            sorted(
                self._calls.values(),
                key=lambda c: (not c.mine, order.get(c.state, 2), c.offered_at),
            )
        )

    @property
    def current(self) -> CallView | None:
        """The call that this seat talks to, else the one that rings here, else None."""
        mine = [c for c in self.calls if c.mine]
        return mine[0] if mine else None

    @property
    def waiting(self) -> tuple[CallView, ...]:
        """Calls that nobody answered yet and that do not ring here."""
        return tuple(c for c in self.calls if not c.mine and c.state in ("waiting", "ringing"))

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
        """Why this seat takes no calls now; "" when it does."""
        return self._pause_reason

    @property
    def link(self) -> str:
        """Of the exchange: up | down | connecting | resyncing | off."""
        return self._link

    # --- the verbs of the call bar

    def answer(self) -> None:
        """Answer what rings here; also without a line that can answer, the call is meant."""
        call = next((c for c in self.calls if c.mine and c.state == "ringing"), None)
        line = self._desk.telephony
        if (meant := call or self.current) is not None:
            self.answer_wanted.emit(meant)
        if call is not None and line is not None and "answer" in self.capabilities:
            self._go(line.answer(call.call_id))

    def hangup(self) -> None:
        """End the current call; a second press within a second is the same press."""
        call, line = self.current, self._desk.telephony
        if call is not None and line is not None and self._first_press("hangup"):
            self._go(line.hangup(call.call_id))

    def hold(self) -> None:
        """Let the caller wait."""
        call, line = self.current, self._desk.telephony
        if call is not None and line is not None:
            self._go(line.hold(call.call_id))

    def resume(self) -> None:
        """Take the caller back."""
        call, line = self.current, self._desk.telephony
        if call is not None and line is not None:
            self._go(line.resume_call(call.call_id))

    def transfer(self, to: str) -> None:
        """Give the call to a number without asking first."""
        call, line = self.current, self._desk.telephony
        if call is not None and line is not None and self._first_press("transfer"):
            self._go(line.blind(call.call_id, to))

    def pause(self, reason: str) -> None:
        """Take no calls from the queues; `reason` is the text of a reason in the catalogue."""
        line = self._desk.telephony
        if line is not None:
            self._go(line.pause(reason))

    def ready(self) -> None:
        """Take calls again."""
        line = self._desk.telephony
        if line is not None:
            self._go(line.resume())

    def dial(self, number: str, ref: str = "") -> None:
        """Ring my phone, then `number`; `ref` comes back in `CallView.ref`."""
        line = self._desk.telephony
        if line is None or "dial" not in self.capabilities:
            self.notice.emit(self.tr("Máy này không gọi ra được."))
            return
        self._go(line.dial(number, ref))

    def close(self) -> None:
        """Listen no more."""
        for end in self._ends:
            end()
        self._ends.clear()

    # --- inside

    def _first_press(self, verb: str) -> bool:
        now = time.monotonic()
        first = now - self._pressed.get(verb, -_ONCE_S) >= _ONCE_S
        if first:
            self._pressed[verb] = now
        return first

    def _go(self, asked: Coroutine[object, object, Reply]) -> None:
        async def ask() -> None:
            reply = await asked
            if not reply.accepted:
                self.notice.emit(reply_sentence(reply.why, reply.detail))

        spawn(ask(), lambda error: self.notice.emit(sentence(error)))

    def _is_here(self, event: CallEvent) -> bool:
        if event.operator is None:
            return not self._extension or event.direction == "out"
        return event.operator == self._extension or not self._extension

    def _on_link(self, event: LinkChanged) -> None:
        if event.link != "pbx":
            return
        self._link = event.state
        # Up is said after the exchange listed its calls: those still here are confirmed.
        unsure = event.state != "up"
        self._calls = {k: replace(c, uncertain=unsure) for k, c in self._calls.items()}
        self.changed.emit()

    def _on_call(self, event: CallEvent) -> None:
        if event.kind == "agent_changed":
            self._on_agent(event)
        elif event.kind == "link":
            self._link = event.reason or self._link
        elif event.call_id:
            self._on_step(event)
        self.changed.emit()

    def _on_agent(self, event: CallEvent) -> None:
        if not self._is_here(event):
            return
        state = str(event.more.get("state") or event.reason or "ready")
        self._agent_state = {"on_call": "talking"}.get(state, state)
        paused = self._agent_state == "paused"
        self._pause_reason = (event.reason or "") if paused else ""

    def _on_step(self, event: CallEvent) -> None:
        before = self._calls.get(event.call_id)
        if event.kind in _GONE:
            self._gone(event, before)
            return
        view = self._stepped(event, before or self._new(event))
        self._calls[event.call_id] = view
        rings = view.mine and view.state == "ringing"
        if rings and not (before and before.mine and before.state == "ringing"):
            self.offered.emit(view)
        if view.mine and view.state == "talking" and not (before and before.state == "talking"):
            self._claim(view)
            self.answered.emit(view)

    def _gone(self, event: CallEvent, before: CallView | None) -> None:
        if before is None:
            return
        if event.reason == "answered_elsewhere" and not self._is_here(event):
            return
        del self._calls[event.call_id]
        if before.mine:
            reason = event.reason or event.kind
            self.ended.emit(replace(before, state="done", end_reason=reason))

    def _new(self, event: CallEvent) -> CallView:
        phone = normalise(event.peer_number)
        return CallView(
            call_id=event.call_id,
            pbx=event.pbx,
            state="waiting",
            phone=phone,
            number_text=formats.phone_number(phone or event.peer_number),
            name=event.peer_name,
            queue=event.queue,
            direction=event.direction,
            offered_at=self._desk.clock(),
            ref=str(event.more.get("ref", "")),
        )

    def _stepped(self, event: CallEvent, view: CallView) -> CallView:
        view = replace(
            view,
            name=event.peer_name or view.name,
            queue=event.queue or view.queue,
            uncertain=not event.certain,
            ref=str(event.more.get("ref", view.ref)),
            more={**view.more, **event.more},
        )
        if view.phone is None and event.peer_number:
            phone = normalise(event.peer_number)
            shown = formats.phone_number(phone or event.peer_number)
            view = replace(view, phone=phone, number_text=shown)
        here = self._is_here(event)
        match event.kind:
            case "ringing":
                if view.state == "talking":
                    return view
                state = "dialling" if view.direction == "out" else "ringing"
                mine = here or view.mine
                return replace(view, state=state if mine else "waiting", mine=mine)
            case "answered":
                return replace(
                    view,
                    state="talking",
                    mine=here,
                    operator=event.operator,
                    answered_at=self._desk.clock(),
                )
            case "held":
                return replace(view, held=True)
            case "resumed":
                return replace(view, held=False)
            case "recording":
                return replace(view, recording=event.reason or "unknown")
            case "transferred":
                return replace(view, mine=False) if here else view
            case _:
                return view

    def _claim(self, view: CallView) -> None:
        spawn(self._desk.do(ClaimCall(pbx=view.pbx, call_id=view.call_id)))
