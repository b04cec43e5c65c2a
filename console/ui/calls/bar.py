"""The call bar, the same on every page: state of the line, who is ringing, and what can be done. A
ringing call changes its colour but moves nothing below it.
"""

from datetime import datetime, timedelta
from typing import override

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QWidget

from console.domain.catalogue.catalogue import Reason
from console.ui import actions
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.verb_buttons import VerbButtons
from console.ui.calls.words import about_words, end_words, queue_words, ringing_words, state_words
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.theme.signs import BadgeTone
from console.ui.widgets.basic.badge import Badge, draw_shape
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_property
from console.ui.widgets.layout.boxes import row_of

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
    """State, number, timer, and the buttons of the verbs."""

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
        self.verbs = VerbButtons(calls, pause_reasons, places, self)
        self._build()
        calls.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(12, 9, 12, 9)
        self._whole.setSpacing(10)
        row = row_of(gap=10)
        self._whole.addLayout(row, 1)
        self._parts = (row, self.verbs)
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
        self._whole.addLayout(self.verbs)

    @property
    def state_text(self) -> str:
        """The state in words, as shown."""
        return self._state.text()

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
        self.verbs.enable(call)

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
