"""The verbs of the call bar: each asks the line, and the outcome comes back as an event."""

import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.actors import LEADS
from console.services.calls.monitoring import listen_in
from console.services.ports.telephony import Reply, Telephony
from console.ui.calls.views import CallView
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import reply_sentence, sentence

if TYPE_CHECKING:
    from console.services.desk import Desk

_ONCE_S = 1.0


class CallVerbs(QObject):
    """What this seat can do with a call; `CallPresenter` says which call is meant.

    Signals:
        notice: a sentence when a step was refused.
        answer_wanted: the person pressed F9 or Nghe máy; carries the `CallView`.
    """

    notice = Signal(str)
    answer_wanted = Signal(object)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start with no call."""
        super().__init__(parent)
        self._desk = desk
        self._pressed: dict[str, float] = {}

    # --- state

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that the line supports; empty without a line."""
        line = self._desk.telephony
        return line.capabilities if line is not None else frozenset()

    @property
    def has_line(self) -> bool:
        """Whether this seat has a telephone line."""
        return self._desk.telephony is not None

    @property
    def may_listen(self) -> bool:
        """Whether this person may listen in and the line supports it."""
        return "spy" in self.capabilities and self._desk.actor.role in LEADS

    @property
    def calls(self) -> tuple[CallView, ...]:
        """Live calls, this seat's first."""
        raise NotImplementedError

    @property
    def current(self) -> CallView | None:
        """The call that the verbs act on."""
        raise NotImplementedError

    # --- one call

    def answer(self) -> None:
        """Answer what rings here. If the line cannot answer, the call is still claimed."""
        call = next((c for c in self.calls if c.mine and c.state == "ringing"), None)
        line = self._desk.telephony
        if (meant := call or self.current) is not None:
            self.answer_wanted.emit(meant)
        if call is not None:
            self._claim(call)
        if call is not None and line is not None and "answer" in self.capabilities:
            self._go(line.answer(call.call_id))

    def hangup(self) -> None:
        """End the current call; a second press within a second is ignored. During a consultation it
        ends the consultation, not the citizen's call.
        """
        meant = self._meant("hangup")
        if meant is None or not self._first_press("hangup"):
            return
        line, call = meant
        if call.question:
            self._go(line.hangup(call.question))
        elif call.asked and "cancel" in self.capabilities:
            self._go(line.cancel(call.call_id))
        else:
            self._go(line.hangup(call.call_id))

    def hold(self) -> None:
        """Put the caller on hold."""
        if meant := self._meant("hold"):
            self._go(meant[0].hold(meant[1].call_id))

    def resume(self) -> None:
        """Resume the call."""
        if meant := self._meant("resume_call"):
            self._go(meant[0].resume_call(meant[1].call_id))

    def transfer(self, to: str) -> None:
        """Blind transfer to a number."""
        meant = self._meant("blind")
        if meant is not None and self._first_press("transfer"):
            self._go(meant[0].blind(meant[1].call_id, to))

    def consult(self, to: str) -> None:
        """Consult this number while the caller waits."""
        meant = self._meant("consult")
        if meant is not None and self._first_press("transfer"):
            self._go(meant[0].consult(meant[1].call_id, to))

    def complete(self) -> None:
        """Complete the attended transfer."""
        meant = self._meant("complete")
        if meant is not None and self._first_press("complete"):
            self._go(meant[0].complete(meant[1].call_id))

    def cancel(self) -> None:
        """Cancel the consultation and return to the caller."""
        meant = self._meant("cancel")
        if meant is not None and self._first_press("cancel"):
            line, call = meant
            # A consultation started on the phone itself is a call of its own.
            self._go(line.hangup(call.question) if call.question else line.cancel(call.call_id))

    def conference(self, to: str) -> None:
        """Add this number to the call."""
        meant = self._meant("conference")
        if meant is not None and self._first_press("transfer"):
            self._go(meant[0].conference(meant[1].call_id, to))

    def press_key(self, digit: str) -> None:
        """Send a key (DTMF) to the other end."""
        if meant := self._meant("dtmf"):
            self._go(meant[0].dtmf(meant[1].call_id, digit))

    def record(self, state: str) -> None:
        """on | mute | unmute | off."""
        if meant := self._meant("record"):
            self._go(meant[0].record(meant[1].call_id, state))

    def dial(self, number: str, ref: str = "") -> None:
        """Ring this seat's phone, then `number`; `ref` comes back in `CallView.ref`."""
        line = self._desk.telephony
        if line is None or "dial" not in self.capabilities:
            self.notice.emit(self.tr("Máy này không gọi ra được."))
            return
        self._go(line.dial(number, ref))

    # --- the operator

    def pause(self, reason: str) -> None:
        """Take no calls from the queues; `reason` is the text of a reason in the catalogue."""
        line = self._desk.telephony
        if line is not None:
            self._go(line.pause(reason))

    def ready(self) -> None:
        """Take calls again, and join the queues that this seat has left."""
        line = self._desk.telephony
        if line is not None:
            self._go(line.resume())

    def leave_queues(self) -> None:
        """Take no calls and leave all queues."""
        line = self._desk.telephony
        if line is not None and "logout" in self.capabilities:
            self._go(line.logout())

    def listen(self, operator: str, way: str) -> None:
        """listen | whisper | barge into an operator's call; logged before the phone rings."""
        line = self._desk.telephony
        if line is not None and self.may_listen:
            self._go(listen_in(self._desk, line, operator, way))

    # --- inside

    def _claim(self, view: CallView) -> None:
        """Claim the call: stored here, and announced to the other seats."""
        raise NotImplementedError

    def _meant(self, verb: str) -> "tuple[Telephony, CallView] | None":
        """The line and the current call, if the line supports this verb."""
        line, call = self._desk.telephony, self.current
        if line is None or call is None or verb not in self.capabilities:
            return None
        return line, call

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
