"""A push button that shows its key next to its word."""

from typing import Literal, override

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from console.ui.theme import themes

type ButtonKind = Literal["primary", "plain", "danger", "flat", "answer", "foot"]

_GAP = 8
_EDGE = 6


class Button(QPushButton):
    """A push button of the program.

    The label is plain text, so `&` shows as `&`. The key is drawn and is not part of the text:
    screen readers and tests find the button by its word, and hear the key as its description.
    """

    def __init__(
        self,
        text: str,
        *,
        shortcut_hint: str = "",
        kind: ButtonKind = "plain",
        parent: QWidget | None = None,
    ) -> None:
        """Make it."""
        super().__init__(parent)
        self._label = ""
        self._hint = shortcut_hint
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setText(text)
        if shortcut_hint:
            self.setAccessibleDescription(shortcut_hint)
            # Lets the key disappear when space is short; Qt's buttons never shrink by themselves.
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def label(self) -> str:
        """The word that people read."""
        return self._label

    @property
    def hint(self) -> str:
        """The key shown next to it."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Show another key."""
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.updateGeometry()
        self.update()

    def _ink(self) -> QColor:
        tokens = themes.current()
        if not self.isEnabled():
            return QColor(tokens.disabled)
        names = {
            "primary": tokens.on_accent,
            "danger": tokens.urgent,
            "flat": tokens.accent,
            "foot": tokens.accent,
            "answer": tokens.bg,
        }
        return QColor(names.get(str(self.property("kind")), tokens.text))

    def _hint_metrics(self) -> QFontMetrics:
        return QFontMetrics(themes.font(0.82, mono=True))

    @override
    def setText(self, text: str) -> None:
        """Show this word."""
        self._label = text
        super().setText(text.replace("&", "&&"))
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._hint:
            extra = self._hint_metrics().horizontalAdvance(self._hint) + _GAP
            hint.setWidth(hint.width() + extra)
        return hint

    @override
    def minimumSizeHint(self) -> QSize:
        """When space is short, the word stays and the key goes."""
        return super().sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._hint:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        ink = self._ink()
        label_width = self.fontMetrics().horizontalAdvance(self._label)
        hint_width = self._hint_metrics().horizontalAdvance(self._hint)
        if self.width() < label_width + _GAP + hint_width + 2 * _EDGE:
            painter.setPen(ink)
            painter.setFont(self.font())
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._label)
            return
        left = (self.width() - label_width - _GAP - hint_width) // 2
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(ink)
        painter.setFont(self.font())
        painter.drawText(QRect(left, 0, label_width + 2, self.height()), middle, self._label)
        painter.setFont(themes.font(0.82, mono=True))
        faint = str(self.property("kind")) == "plain" and self.isEnabled()
        painter.setPen(themes.current().tone("muted") if faint else ink)
        at = left + label_width + _GAP
        painter.drawText(QRect(at, 0, hint_width + 2, self.height()), middle, self._hint)
