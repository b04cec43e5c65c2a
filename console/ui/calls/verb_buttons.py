"""The buttons of the call bar: what can be done with the call now, and the dialogs behind them."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from console.domain.catalogue.catalogue import Reason
from console.ui import actions
from console.ui.calls.keypad import Keypad
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.transfer import TransferDialog
from console.ui.widgets.basic.button import Button, ButtonKind

_WAYS = frozenset({"blind", "consult", "conference"})
_MORE = frozenset({"record", "dtmf", "logout"})
READY_NEXT = ("paused", "wrap_up", "logged_out")
"""States in which the pause button means "ready again"."""


class VerbButtons(QHBoxLayout):
    """A row of buttons. A verb that the line does not support has no button; one that makes no
    sense now is disabled. During a consultation the verbs are those that end it.

    Signals:
        transfer_opened: the person looks for somebody to transfer to.
        room_wanted: open the call room.
    """

    transfer_opened = Signal()
    room_wanted = Signal()

    def __init__(
        self,
        calls: CallPresenter,
        pause_reasons: tuple[Reason, ...],
        places: tuple[tuple[str, str], ...],
        bar: QWidget,
    ) -> None:
        """Make the buttons that the line supports.

        Args:
            pause_reasons: shown under **Tạm nghỉ**.
            places: (name, number) of agencies to transfer to.
            bar: the widget that shows them.
        """
        super().__init__()
        self._calls, self._places, self._reasons, self._bar = calls, places, pause_reasons, bar
        self.buttons: dict[str, Button] = {}
        self.transfer_dialog: TransferDialog | None = None
        self.pause_menu, self.more_menu = QMenu(bar), QMenu(bar)
        self.setSpacing(10)
        self._build()

    def _build(self) -> None:
        self.addStretch(1)
        served = self._calls.capabilities
        verbs: tuple[tuple[str, frozenset[str], str, ButtonKind, Callable[[], None]], ...] = (
            ("answer", frozenset({"answer"}), "call.answer", "answer", self._calls.answer),
            ("hold", frozenset({"hold"}), "call.hold", "plain", self.toggle_hold),
            ("transfer", _WAYS, "call.transfer", "plain", self.open_transfer),
            ("complete", frozenset({"complete"}), "", "primary", self._calls.complete),
            ("cancel", frozenset({"cancel"}), "", "plain", self._calls.cancel),
            ("hangup", frozenset({"hangup"}), "call.hangup", "danger", self._calls.hangup),
            ("pause", frozenset({"pause"}), "call.pause", "plain", self.toggle_pause),
            ("more", _MORE, "", "plain", self.open_more),
        )
        for name, needed, action, kind, handler in verbs:
            if not needed & served:
                continue
            text = self._words().get(name) or actions.word(action)
            hint = actions.key(action) if action and name != "pause" else ""
            button = Button(text, shortcut_hint=hint, kind=kind)
            button.setObjectName(f"call.{name}")
            # A click must not take the focus away from a half-typed form.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, do=handler: do())
            self.addWidget(button)
            self.buttons[name] = button
        if (more := self.buttons.get("more")) is not None:
            more.setAccessibleName(self.tr("Thêm"))
        self._fill_pauses(self.pause_menu)

    def _words(self) -> dict[str, str]:
        """Names of the buttons that are not in the window's table of commands."""
        return {
            "pause": self.tr("Tạm nghỉ"),
            "complete": self.tr("Nối máy"),
            "cancel": self.tr("Trở lại"),
            "more": "⋯",
        }

    def _fill_pauses(self, menu: QMenu) -> None:
        for reason in self._reasons:
            limit = (
                self.tr(" ({0} phút)").format(reason.limit_minutes) if reason.limit_minutes else ""
            )
            entry = menu.addAction((reason.text + limit).replace("&", "&&"))
            entry.triggered.connect(
                lambda _checked=False, text=reason.text: self._calls.pause(text)
            )

    def open_transfer(self) -> None:
        """Ask for the target and the kind of transfer; the call goes on meanwhile."""
        call = self._calls.current
        ways = _WAYS & self._calls.capabilities
        if call is None or call.state != "talking" or call.asked or not ways:
            return
        dialog = TransferDialog(call.number_text, self._places, self._bar.window(), ways=ways)
        dialog.chosen.connect(self._calls.transfer)
        dialog.asked.connect(self._calls.consult)
        dialog.invited.connect(self._calls.conference)
        self.transfer_dialog = dialog
        dialog.destroyed.connect(self._forget_dialog)
        dialog.show()
        self.transfer_opened.emit()

    def _forget_dialog(self) -> None:
        self.transfer_dialog = None

    def open_keypad(self) -> None:
        """Open the keypad, for machines at the other end."""
        call = self._calls.current
        if call is None or call.state != "talking" or "dtmf" not in self._calls.capabilities:
            return
        pad = Keypad(call.number_text, self._bar.window())
        pad.pressed.connect(self._calls.press_key)
        pad.show()

    def toggle_recording(self) -> None:
        """Mute the recording while personal data is read out, or resume it; start one if there is
        none.
        """
        call = self._calls.current
        if call is not None and call.state == "talking":
            wish = {"on": "mute", "muted": "unmute"}.get(call.recording, "on")
            self._calls.record(wish)

    def open_more(self) -> None:
        """Show the rarer verbs that make sense now."""
        menu = self.more_menu
        menu.clear()
        for text, key, handler in self._more_now():
            entry = menu.addAction(text.replace("&", "&&"))
            if key:
                entry.setText(f"{entry.text()}\t{key}")
            entry.triggered.connect(lambda _checked=False, do=handler: do())
        button = self.buttons["more"]
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _more_now(self) -> list[tuple[str, str, Callable[[], None]]]:
        served, call = self._calls.capabilities, self._calls.current
        found: list[tuple[str, str, Callable[[], None]]] = []
        if call is not None and call.state == "talking":
            if "record" in served:
                found.append(
                    (self._recording_verb(call), actions.key("call.mute"), self.toggle_recording)
                )
                if call.recording in ("on", "muted"):
                    stop = self.tr("Thôi ghi âm")
                    found.append((stop, "", lambda: self._calls.record("off")))
            if "dtmf" in served:
                found.append(
                    (actions.word("call.keypad"), actions.key("call.keypad"), self.open_keypad)
                )
        if self._calls.has_line:
            found.append((self.tr("Tổng đài…"), "", self.room_wanted.emit))
        state = self._calls.agent_state
        if "logout" in served and state not in ("logged_out", "offline"):
            found.append((self.tr("Ra khỏi hàng chờ"), "", self._calls.leave_queues))
        if "login" in served and state == "logged_out":
            found.append((self.tr("Vào hàng chờ"), "", self._calls.ready))
        return found

    def _recording_verb(self, call: CallView) -> str:
        words = {"on": self.tr("Ngưng ghi âm"), "muted": self.tr("Ghi âm tiếp")}
        return words.get(call.recording, self.tr("Ghi âm"))

    def toggle_pause(self) -> None:
        """Pause with a reason, or become ready (and join the queues) again."""
        if "pause" not in self._calls.capabilities:
            return
        if self._calls.agent_state in READY_NEXT:
            self._calls.ready()
        elif self._reasons:
            button = self.buttons["pause"]
            self.pause_menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
        else:
            self._calls.pause(self.tr("Tạm nghỉ"))

    def toggle_hold(self) -> None:
        """Hold the call, or resume it."""
        call = self._calls.current
        if call is None or call.state != "talking":
            return
        if call.held:
            self._calls.resume()
        elif "hold" in self._calls.capabilities:
            self._calls.hold()

    def enable(self, call: CallView | None) -> None:
        """Enable the verbs that make sense for this call."""
        talking = call is not None and call.state == "talking"
        asking = call is not None and bool(call.asked)
        # A consultation of the phone itself is completed on the phone.
        by_us = asking and call is not None and not call.question
        agent = self._calls.agent_state
        on = {
            "answer": any(c.mine and c.state == "ringing" for c in self._calls.calls),
            "hold": talking and not asking,
            "transfer": talking and not asking,
            "complete": by_us and call is not None and call.asked_state == "talking",
            "cancel": asking,
            "hangup": call is not None,
            "pause": agent not in ("offline", "none"),
            "more": True,
        }
        shown = {"complete": by_us, "cancel": asking, "transfer": not asking, "hold": not asking}
        shown["hangup"] = not (asking and "cancel" in self.buttons)
        for name, button in self.buttons.items():
            button.setEnabled(on[name])
            button.setVisible(shown.get(name, True))
        if (hold := self.buttons.get("hold")) is not None:
            held = call is not None and call.held
            hold.setText(self.tr("Tiếp máy") if held else actions.word("call.hold"))
        if (pause := self.buttons.get("pause")) is not None:
            ready = agent in READY_NEXT
            pause.setText(self.tr("Sẵn sàng") if ready else self.tr("Tạm nghỉ"))
