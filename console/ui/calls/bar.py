"""The call bar, the same on every page: state of the line, who is ringing, and what can be done. A
ringing call changes its colour but moves nothing below it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import override

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from console.domain.catalogue.catalogue import Reason
from console.ui import actions
from console.ui.calls.keypad import Keypad
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.transfer import TransferDialog
from console.ui.calls.words import about_words, end_words, queue_words, ringing_words, state_words
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.theme.signs import BadgeTone
from console.ui.widgets.basic.badge import Badge, draw_shape
from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.basic.plain_label import PlainLabel, set_property

_WAYS = frozenset({"blind", "consult", "conference"})
_MORE = frozenset({"record", "dtmf", "logout"})
_READY_NEXT = ("paused", "wrap_up", "logged_out")
"""States in which the pause button means "ready again"."""
_LONGEST = "0000 000 000"


class StateDot(QWidget):
    """The coloured shape before the state; the word next to it says the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing is known yet."""
        super().__init__(parent)
        self._tone, self._shape = "muted", "circle"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, tone: str, shape: str) -> None:
        """Change colour and shape."""
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
        draw_shape(painter, self._shape, box, themes.current().tone(self._tone))
        painter.end()


class CallBar(QFrame):
    """State, number, timer, verbs. A verb that the line does not support has no button; one that
    makes no sense now is disabled. During a consultation the verbs are those that end it.
    """

    transfer_opened = Signal()
    room_wanted = Signal()
    form_wanted = Signal()

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
            pause_reasons: shown under **Tạm nghỉ**.
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
        self._others = Badge()
        self._queue = PlainLabel(tone="muted")
        self.to_form = Button(
            self.tr("Mở phiếu"), shortcut_hint=actions.key("page.intake"), kind="foot"
        )
        self.to_form.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.to_form.clicked.connect(self.form_wanted)
        self._away = False
        self.buttons: dict[str, Button] = {}
        self.transfer_dialog: TransferDialog | None = None
        self.pause_menu = QMenu(self)
        self.more_menu = QMenu(self)
        self._build()
        calls.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(12, 9, 12, 9)
        self._whole.setSpacing(10)
        row, verb_row = QHBoxLayout(), QHBoxLayout()
        for part, stretch in ((row, 1), (verb_row, 0)):
            part.setSpacing(10)
            self._whole.addLayout(part, stretch)
        self._parts = (row, verb_row)
        for widget in (self._dot, self._state, self._number):
            row.addWidget(widget)
        # Shrinks in favour of the verbs, and never takes more room than it needs.
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._name.setMinimumWidth(1)
        row.addWidget(self._name)
        row.addWidget(self._timer)
        row.addWidget(self.to_form)
        for sign in (self._recording, self._others, self._queue):
            row.addWidget(sign)
        row.addStretch(1)
        verb_row.addStretch(1)
        served = self._calls.capabilities
        verbs: tuple[tuple[str, frozenset[str], str, ButtonKind, Callable[[], None]], ...] = (
            ("answer", frozenset({"answer"}), "call.answer", "answer", self._calls.answer),
            ("hold", frozenset({"hold"}), "call.hold", "plain", self._toggle_hold),
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
            verb_row.addWidget(button)
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

    @property
    def state_text(self) -> str:
        """The state in words, as shown."""
        return self._state.text()

    # --- verbs that need a choice first

    def open_transfer(self) -> None:
        """Ask for the target and the kind of transfer; the call goes on meanwhile."""
        call = self._calls.current
        ways = _WAYS & self._calls.capabilities
        if call is None or call.state != "talking" or call.asked or not ways:
            return
        dialog = TransferDialog(call.number_text, self._places, self.window(), ways=ways)
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
        pad = Keypad(call.number_text, self.window())
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
        if self._calls.agent_state in _READY_NEXT:
            self._calls.ready()
        elif self._reasons:
            button = self.buttons["pause"]
            self.pause_menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
        else:
            self._calls.pause(self.tr("Tạm nghỉ"))

    def toggle_hold(self) -> None:
        """Hold the call, or resume it."""
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

    def show_page(self, *, away: bool) -> None:
        """Say whether the page in front is one without the call's form."""
        self._away = away
        self._show_ring(self._calls.current)

    def _show_ring(self, call: CallView | None) -> None:
        rings = call is not None and call.state == "ringing"
        set_property(self, "rings", rings)
        self.to_form.setVisible(rings and self._away and self._has_room(self.to_form))

    def _has_room(self, more: QWidget) -> bool:
        """Whether one more button fits; optional ones go before the bar wraps."""
        if self._whole.direction() == QBoxLayout.Direction.TopToBottom:
            return True
        needs = more.minimumSizeHint().width() + self._parts[0].spacing()
        return self.width() >= self._one_row() + (0 if more.isVisibleTo(self) else needs)

    def tick(self, now: datetime) -> None:
        """Update the timers, once a second."""
        self._now = now
        self._show_state()
        self._show_timer(self._calls.current)

    def refresh(self) -> None:
        """Show the state of the line."""
        call = self._calls.current
        shown = call or self._calls.last
        self._show_state()
        # Empty, never hidden: the bar keeps its height, so that a ringing call does not move the
        # page.
        self._number.setText(shown.number_text if shown else "")
        self._name.setText(self._about(call))
        self._name.setVisible(shown is not None)
        self._queue.setText(queue_words(self._calls))
        old = self._calls.as_of is not None
        self._queue.setVisible((call is None or old) and self._calls.has_line)
        self._show_ring(call)
        self._show_recording(call)
        self._show_others(call)
        self._show_timer(call)
        self._enable(call)

    def _show_state(self) -> None:
        text, tone, shape = state_words(self._calls, self._now)
        self._state.setText(text)
        self._dot.set(tone, shape)

    def _about(self, call: CallView | None) -> str:
        if call is not None:
            return about_words(call)
        last = self._calls.last
        return end_words(last.end_reason, str(last.more.get("target") or "")) if last else ""

    def _show_recording(self, call: CallView | None) -> None:
        signs: dict[str, tuple[str, BadgeTone]] = {
            "on": (self.tr("Đang ghi âm"), "warn"),
            "muted": (self.tr("Tạm ngưng ghi âm"), "muted"),
            "unknown": (self.tr("Không rõ ghi âm"), "muted"),
        }
        text, tone = signs.get(call.recording, ("", "muted")) if call else ("", "muted")
        self._recording.set(text, tone, "circle" if tone == "warn" else "none")

    def _show_others(self, call: CallView | None) -> None:
        """Show the seat's other calls: one may ring during another."""
        others = [c for c in self._calls.calls if c.mine and call and c.call_id != call.call_id]
        ringing = sum(c.state == "ringing" for c in others)
        if ringing:
            self._others.set(self.tr("+{0} đổ chuông").format(ringing), "info", "diamond")
        else:
            text = self.tr("+{0} cuộc").format(len(others)) if others else ""
            self._others.set(text, "muted", "none")

    def _show_timer(self, call: CallView | None) -> None:
        span = None if self._now is None else self._span(call, self._now)
        self._timer.setText(formats.timer(span) if span is not None else "")
        self._timer.setVisible(span is not None)

    def _span(self, call: CallView | None, now: datetime) -> timedelta | None:
        """Length of the call or the pause, or what is left of the wrap-up time."""
        if call is not None:
            return now - (call.answered_at or call.offered_at)
        me = self._calls.operators.of(self._calls.extension)
        if me is None or self._calls.agent_state != me.state:
            return None
        if me.state == "wrap_up" and me.limit is not None:
            return me.limit - (now - me.since)
        return now - me.since if me.state == "paused" else None

    def _enable(self, call: CallView | None) -> None:
        talking = call is not None and call.state == "talking"
        asking = call is not None and bool(call.asked)
        by_us = (
            asking and call is not None and not call.question
        )  # Otherwise the phone forwards it.
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
            ready = agent in _READY_NEXT
            pause.setText(self.tr("Sẵn sàng") if ready else self.tr("Tạm nghỉ"))

    # --- one row, or two if large text leaves no room for one

    def _fold(self) -> None:
        narrow = self.width() < self._one_row()
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if narrow else ways.LeftToRight
        if way != self._whole.direction():
            self._whole.setDirection(way)

    def _one_row(self) -> int:
        row, verb_row = (part.minimumSize().width() for part in self._parts)
        return max(row, self._ringing_row()) + verb_row + 34

    def _ringing_row(self) -> int:
        """Width that a ringing call needs. It is kept free, so that a ring never wraps the bar."""
        words = {self._state: ringing_words(), self._number: _LONGEST, self._timer: "00:00"}
        parts = [label.fontMetrics().horizontalAdvance(text) for label, text in words.items()]
        parts += [self._dot.sizeHint().width(), self._name.minimumWidth()]
        return sum(parts) + (len(parts) - 1) * self._parts[0].spacing()

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        widest = max(part.minimumSize().width() for part in self._parts)
        return QSize(min(hint.width(), widest + 24), hint.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)
