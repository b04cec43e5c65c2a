"""The only label of the program: it shows text, never HTML.

`QLabel`, tooltips and message boxes guess the format, so a caller's words could open a file or
fetch a picture. No other file makes a bare `QLabel`.
"""

import html
import re
from typing import Literal, override

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from console.ui.theme.signs import LabelTone

_ABOVE = 2
_ENDLESS = re.compile(r"\S{20}(?=\S{4})")

type LabelKind = Literal["body", "title", "strong", "caption", "mono", "big", "figure", "huge"]


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and restyle; do nothing when it has that value."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    restyle(widget)


def set_tooltip(widget: QWidget, text: str) -> None:
    """Show `text` as plain text when the pointer rests on `widget`."""
    widget.setToolTip(as_said(text))


def as_said(text: str) -> str:
    """Escape a text for a tooltip, which guesses HTML, so that it shows as it is."""
    return f"<span>{html.escape(text)}</span>" if text else ""


def _breakable(text: str) -> str:
    """Add zero-width spaces at which a very long word may wrap."""
    return _ENDLESS.sub(lambda found: found[0] + "\u200b", text)


class PlainLabel(QLabel):
    """Text on the screen.

    Args:
        tone: the colour by meaning; colour is never the only sign.
        kind: size and weight.
        wrap: break long text over lines, also text without a space, such as a link.
        elide: cut the text to the width and end it in "…"; the label's text stays whole.
    """

    def __init__(
        self,
        text: str = "",
        *,
        tone: LabelTone = "text",
        kind: LabelKind = "body",
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make it."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setOpenExternalLinks(False)
        self.setProperty("tone", tone)
        self.setProperty("kind", kind)
        self.setWordWrap(wrap)
        self._said = ""
        self._is_named = False
        # Two marks on a bold capital rise up to two pixels above the font's own height.
        self.setContentsMargins(0, _ABOVE, 0, 0)
        self._elide = elide
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def set_tone(self, tone: LabelTone) -> None:
        """Change the colour by meaning."""
        set_property(self, "tone", tone)

    @override
    def setText(self, text: str) -> None:
        """Show this text; setting an equal text costs nothing, which the 1 Hz timer relies on."""
        if text != self._said:
            self._said = text
            shown = _breakable(text) if self.wordWrap() else text
            super().setText(shown)
            if self._is_named or shown != text:  # A screen reader gets whole words.
                self._is_named = shown != text
                self.setAccessibleName(text if self._is_named else "")

    @override
    def text(self) -> str:
        """The text as it was set, without the added break points."""
        return self._said

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self._elide:
            hint.setWidth(min(hint.width(), self.fontMetrics().averageCharWidth() * 4))
        return hint

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        room: QRect = self.contentsRect()
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= room.width()
        if not self._elide or fits:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment().value),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
        painter.end()
