"""The strip that tells of an incoming call or a notice without taking the focus."""

from collections import deque
from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from console.ui.widgets.button import Button
from console.ui.widgets.plain_label import PlainLabel

_MOST_KEPT = 200


def announce(widget: QWidget, text: str, *, at_once: bool = True) -> None:
    """Let a screen reader say this, whatever has the focus."""
    event = QAccessibleAnnouncementEvent(widget, text)
    if at_once:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class CallBanner(QFrame):
    """An incoming call, over whatever page is open.

    Signals:
        opened: the form of this call is wanted.
        answer_wanted: answer it.
    """

    opened = Signal()
    answer_wanted = Signal()

    def __init__(self, *, can_answer: bool, parent: QWidget | None = None) -> None:
        """Hidden until a call comes."""
        super().__init__(parent)
        self.setProperty("ui", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        self._words = PlainLabel(self.tr("Có cuộc gọi đến"), tone="accent", kind="strong")
        self._number = PlainLabel(kind="title")
        self._name = PlainLabel(tone="muted", elide=True)
        row.addWidget(self._words)
        row.addWidget(self._number)
        row.addWidget(self._name, 1)
        if can_answer:
            answer = Button(self.tr("Nghe"), shortcut_hint="F9", kind="answer")
            answer.clicked.connect(self.answer_wanted)
            row.addWidget(answer)
        to_form = Button(self.tr("Mở phiếu"), shortcut_hint="Ctrl+1")
        to_form.clicked.connect(self.opened)
        row.addWidget(to_form)
        self.setVisible(False)

    def show_call(self, number: str, about: str) -> None:
        """A call rings; said aloud too."""
        self._number.setText(number)
        self._name.setText(about)
        self.setVisible(True)
        announce(self, f"{self._words.text()} {number} {about}".strip())


class NoticeBar(QFrame):
    """One sentence, for as long as it takes to read it; what was said can be read again.

    Signals:
        history_wanted: all that was said is to be shown.
    """

    history_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hidden until there is something to say."""
        super().__init__(parent)
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
        """What was said and when, oldest first."""
        return tuple(self._said)

    def forget(self) -> None:
        """Somebody else sits here: what was said before was not for him."""
        self._said.clear()
        self.hide()

    @property
    def text(self) -> str:
        """What is said now."""
        return self._text.text()

    def say(self, text: str) -> None:
        """Show this sentence; a new one replaces it."""
        self._text.setText(text)
        self.setVisible(bool(text))
        if text:
            self._said.append((datetime.now(UTC), text))
            self._timer.start()
            announce(self, text, at_once=False)
