"""The call bar: what the line does and the five verbs, the same on every page."""

from datetime import datetime
from typing import override

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from console.domain.catalogue import Reason
from console.ui import actions, formats, theme
from console.ui.dialogs.transfer import TransferDialog
from console.ui.presenters.calls import CallPresenter, CallView
from console.ui.signs import BadgeTone
from console.ui.widgets.badge import Badge, draw_shape
from console.ui.widgets.button import Button
from console.ui.widgets.plain_label import PlainLabel


class StateDot(QWidget):
    """The sign before the state: colour and shape; the word beside it says the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing is known yet."""
        super().__init__(parent)
        self._tone, self._shape = "muted", "circle"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, tone: str, shape: str) -> None:
        """Show another sign."""
        if (tone, shape) != (self._tone, self._shape):
            self._tone, self._shape = tone, shape
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(12, 12)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(1, 1, 10, 10)
        draw_shape(painter, self._shape, box, theme.current().tone(self._tone))
        painter.end()


class CallBar(QFrame):
    """State, number, timer, verbs.

    A verb that the line does not serve has no button; one that makes no sense now is greyed.
    """

    transfer_opened = Signal()

    def __init__(
        self,
        calls: CallPresenter,
        *,
        pause_reasons: tuple[Reason, ...] = (),
        places: tuple[tuple[str, str], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Build it.

        Args:
            pause_reasons: offered under **Tạm nghỉ**.
            places: (name, number) of agencies to transfer to.
        """
        super().__init__(parent)
        self.setProperty("ui", "callbar")
        self._calls = calls
        self._places = places
        self._reasons = pause_reasons
        self._now: datetime | None = None
        self._dot = StateDot()
        self._state = PlainLabel(kind="strong")
        self._number = PlainLabel(kind="big")
        self._name = PlainLabel(tone="muted", elide=True)
        self._timer = PlainLabel(kind="title")
        self._timer.setProperty("weight", "regular")
        self._recording = Badge()
        self._queue = PlainLabel(tone="muted")
        self.buttons: dict[str, Button] = {}
        self.transfer_dialog: TransferDialog | None = None
        self.pause_menu = QMenu(self)
        self._build()
        calls.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 12, 9)
        row.setSpacing(10)
        for widget in (self._dot, self._state, self._number):
            row.addWidget(widget)
        # Gives way to the verbs at the right, but takes no more room than it needs.
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self._name)
        for widget in (self._timer, self._recording, self._queue):
            row.addWidget(widget)
        row.addStretch(1)
        served = self._calls.capabilities
        verbs = (
            ("answer", "answer", "call.answer", "answer", self._calls.answer),
            ("hold", "hold", "call.hold", "plain", self._toggle_hold),
            ("transfer", "blind", "call.transfer", "plain", self.open_transfer),
            ("hangup", "hangup", "call.hangup", "danger", self._calls.hangup),
            ("pause", "pause", "call.pause", "plain", self.toggle_pause),
        )
        for name, needed, action, kind, handler in verbs:
            if needed not in served:
                continue
            text = self.tr("Tạm nghỉ") if name == "pause" else actions.word(action)
            hint = "" if name == "pause" else actions.key(action)
            button = Button(text, shortcut_hint=hint, kind=kind)  # type: ignore[arg-type]
            button.setObjectName(f"call.{name}")
            # A press must not take the focus out of a half-typed form.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, do=handler: do())
            row.addWidget(button)
            self.buttons[name] = button
        for reason in self._reasons:
            limit = (
                self.tr(" ({0} phút)").format(reason.limit_minutes) if reason.limit_minutes else ""
            )
            entry = self.pause_menu.addAction((reason.text + limit).replace("&", "&&"))
            entry.triggered.connect(
                lambda _checked=False, text=reason.text: self._calls.pause(text)
            )

    @property
    def state_text(self) -> str:
        """The state in words, as shown."""
        return self._state.text()

    # --- verbs that need more than one call

    def open_transfer(self) -> None:
        """Ask where to; the call goes on meanwhile."""
        call = self._calls.current
        if call is None or call.state != "talking" or "blind" not in self._calls.capabilities:
            return
        dialog = TransferDialog(call.number_text, self._places, self.window())
        dialog.chosen.connect(self._calls.transfer)
        self.transfer_dialog = dialog
        dialog.destroyed.connect(self._forget_dialog)
        dialog.show()
        self.transfer_opened.emit()

    def _forget_dialog(self) -> None:
        self.transfer_dialog = None

    def toggle_pause(self) -> None:
        """Pause with a reason, or be ready again."""
        if "pause" not in self._calls.capabilities:
            return
        if self._calls.agent_state == "paused":
            self._calls.ready()
        elif self._reasons:
            button = self.buttons["pause"]
            self.pause_menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
        else:
            self._calls.pause(self.tr("Tạm nghỉ"))

    def toggle_hold(self) -> None:
        """Hold, or take back."""
        self._toggle_hold()

    def _toggle_hold(self) -> None:
        call = self._calls.current
        if call is None or call.state != "talking":
            return
        if call.held:
            self._calls.resume()
        elif "hold" in self._calls.capabilities:
            self._calls.hold()

    # --- showing

    def tick(self, now: datetime) -> None:
        """One second went by."""
        self._now = now
        self._show_timer(self._calls.current)

    def refresh(self) -> None:
        """Show what the line does."""
        call = self._calls.current
        text, tone, shape = self._state_words(call)
        self._state.setText(text)
        self._dot.set(tone, shape)
        self._number.setText(call.number_text if call else "")
        self._number.setVisible(call is not None)
        self._name.setText(self._about(call))
        self._name.setVisible(call is not None)
        self._queue.setText(self._queue_words())
        self._queue.setVisible(call is None and self._calls.has_line)
        self._show_recording(call)
        self._show_timer(call)
        self._enable(call)

    def _state_words(self, call: CallView | None) -> tuple[str, str, str]:
        if not self._calls.has_line:
            return self.tr("Máy này không có đường thoại"), "muted", "circle"
        if self._calls.agent_state == "offline":
            return self.tr("Mất kết nối tổng đài"), "urgent", "square"
        if call is not None:
            if call.held:
                return self.tr("Đang giữ máy"), "warn", "triangle"
            words = {
                "ringing": (self.tr("Có cuộc gọi đến"), "accent", "diamond"),
                "dialling": (self.tr("Đang gọi ra"), "accent", "diamond"),
            }
            return words.get(call.state, (self.tr("Đang nói"), "ok", "circle"))
        states = {
            "paused": (self._paused_words(), "warn", "triangle"),
            "logged_out": (self.tr("Chưa vào hàng chờ"), "warn", "triangle"),
            "unreachable": (self.tr("Điện thoại mất kết nối"), "urgent", "square"),
            "wrap_up": (self.tr("Hoàn tất cuộc gọi"), "accent", "diamond"),
            "talking": (self.tr("Máy đang bận"), "warn", "triangle"),
            "ringing": (self.tr("Có cuộc gọi đến"), "accent", "diamond"),
        }
        return states.get(self._calls.agent_state, (self.tr("Sẵn sàng"), "ok", "circle"))

    def _paused_words(self) -> str:
        why = self._calls.pause_reason
        return self.tr("Tạm nghỉ: {0}").format(why) if why else self.tr("Đang tạm nghỉ")

    def _about(self, call: CallView | None) -> str:
        if call is None:
            return ""
        parts = [call.name or "", self.tr("hàng {0}").format(call.queue) if call.queue else ""]
        if call.uncertain:
            parts.append(self.tr("chưa xác thực"))
        return " · ".join(p for p in parts if p)

    def _queue_words(self) -> str:
        parts = []
        if self._calls.extension:
            parts.append(self.tr("máy {0}").format(self._calls.extension))
        parts.append(self.tr("chờ {0}").format(len(self._calls.waiting)))
        return " · ".join(parts)

    def _show_recording(self, call: CallView | None) -> None:
        signs: dict[str, tuple[str, BadgeTone]] = {
            "on": (self.tr("Đang ghi âm"), "warn"),
            "muted": (self.tr("Tạm ngưng ghi âm"), "muted"),
            "unknown": (self.tr("Không rõ ghi âm"), "muted"),
        }
        text, tone = signs.get(call.recording, ("", "muted")) if call else ("", "muted")
        self._recording.set(text, tone, "circle" if tone == "warn" else "none")

    def _show_timer(self, call: CallView | None) -> None:
        if call is None or self._now is None:
            self._timer.setVisible(False)
            return
        since = call.answered_at or call.offered_at
        self._timer.setText(formats.timer(self._now - since))
        self._timer.setVisible(True)

    def _enable(self, call: CallView | None) -> None:
        talking = call is not None and call.state == "talking"
        on = {
            "answer": call is not None and call.state == "ringing",
            "hold": talking,
            "transfer": talking,
            "hangup": call is not None,
            "pause": self._calls.agent_state not in ("offline", "none", "logged_out"),
        }
        for name, button in self.buttons.items():
            button.setEnabled(on[name])
        if (hold := self.buttons.get("hold")) is not None:
            held = call is not None and call.held
            hold.setText(self.tr("Tiếp máy") if held else actions.word("call.hold"))
        if (pause := self.buttons.get("pause")) is not None:
            paused = self._calls.agent_state == "paused"
            pause.setText(self.tr("Sẵn sàng") if paused else self.tr("Tạm nghỉ"))
