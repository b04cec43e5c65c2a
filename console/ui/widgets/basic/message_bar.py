"""Messages that do not take the focus: spoken by a screen reader, or one sentence over the page."""

from collections import deque
from datetime import UTC, datetime
from typing import Literal, override

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_property

_MOST_KEPT = 200


def announce(widget: QWidget, text: str, *, at_once: bool = True) -> None:
    """Let a screen reader say this, whatever has the focus."""
    event = QAccessibleAnnouncementEvent(widget, text)
    if at_once:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class MessageBar(QFrame):
    """One sentence, shown for as long as reading it takes; past messages can be read again.

    It lies over the page, so that no field moves under the person's hands: at the upper edge, or at
    the lower one while the focus is at the top.

    Signals:
        history_wanted: the person wants to see all past messages.
    """

    history_wanted = Signal()

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        """Stay hidden until there is a message; `page` is somewhere inside `parent`."""
        super().__init__(parent)
        self._page, self._over = page, parent
        self._low = False
        page.installEventFilter(self)
        if isinstance(app := QApplication.instance(), QApplication):
            app.focusChanged.connect(self._on_focus)
        self.setProperty("ui", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        self._text = PlainLabel(tone="warn", kind="strong", wrap=True)
        row.addWidget(self._text, 1)
        again = Button(self.tr("Xem lại"), kind="flat")
        again.clicked.connect(self.history_wanted)
        row.addWidget(again)
        close = Button(self.tr("Đã rõ"), kind="flat")
        close.clicked.connect(self.hide)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(12_000)
        self._timer.timeout.connect(self.hide)
        self._said: deque[tuple[datetime, str]] = deque(maxlen=_MOST_KEPT)
        self.setVisible(False)

    @property
    def said(self) -> tuple[tuple[datetime, str], ...]:
        """Past messages and their times, oldest first."""
        return tuple(self._said)

    def forget(self) -> None:
        """Another person sits here: forget messages that were meant for somebody else."""
        self._said.clear()
        self.hide()

    @property
    def text(self) -> str:
        """The message shown now."""
        return self._text.text()

    def say_done(self, text: str) -> None:
        """Show a message of success."""
        self.say(text, "ok")

    def say(self, text: str, tone: Literal["ok", "warn"] = "warn") -> None:
        """Show a message; a new one replaces the old one."""
        self._text.setText(text)
        self._text.set_tone(tone)
        set_property(self, "tone", tone)
        self.setVisible(bool(text))
        if text:
            self._low = False
            self._place()
            self._said.append((datetime.now(UTC), text))
            self._timer.start()
            announce(self, text, at_once=False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the page's size and position."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return super().eventFilter(watched, event)

    def _on_focus(self, _old: QWidget | None, _now: QWidget | None) -> None:
        self._place()

    def _place(self) -> None:
        """Stay at this edge, unless the focus would be hidden here and not at the other edge."""
        if not self.isVisible():
            return
        if self._hides_focus(self._room()):
            self._low = not self._low
            if self._hides_focus(self._room()):
                self._low = False
        self.setGeometry(self._room())
        self.raise_()

    def _room(self) -> QRect:
        page, width = self._page, self._page.width()
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        at = page.mapTo(self._over, QPoint())
        return QRect(at.x(), at.y() + (page.height() - height if self._low else 0), width, height)

    def _hides_focus(self, room: QRect) -> bool:
        focus = QApplication.focusWidget()
        if focus is None or not self._page.isAncestorOf(focus):
            return False
        return QRect(focus.mapTo(self._over, QPoint()), focus.size()).intersects(room)
