"""A number with a word under it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.ui.theme.signs import LabelTone
from console.ui.widgets.basic.plain_label import LabelKind, PlainLabel


class Figure(QWidget):
    """A figure such as `3` over `trễ hạn`; muted at zero, when there is nothing to worry about."""

    def __init__(
        self,
        caption: str,
        tone: LabelTone = "text",
        kind: LabelKind = "figure",
        parent: QWidget | None = None,
    ) -> None:
        """Show a dash until the first value comes."""
        super().__init__(parent)
        self._tone: LabelTone = tone
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._value = PlainLabel("—", tone=tone, kind=kind)
        self._caption = PlainLabel(caption, tone="muted")
        column.addWidget(self._value)
        column.addWidget(self._caption)

    @property
    def value(self) -> str:
        """The value shown."""
        return self._value.text()

    def set(self, text: str) -> None:
        """Show this value."""
        self._value.setText(text)
        self._value.set_tone("muted" if text == "0" else self._tone)
