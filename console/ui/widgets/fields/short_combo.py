"""A combo box that gives up width before its page does."""

from typing import override

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QWidget

_LEAST = 9
"""Characters of the choice that stay visible; the open list shows all of it."""


class ShortCombo(QComboBox):
    """Prefers room for its longest choice, but makes do with a few letters of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)

    @override
    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        least = QSize(self.fontMetrics().averageCharWidth() * _LEAST, self.fontMetrics().height())
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        kind = QStyle.ContentsType.CT_ComboBox
        made = self.style().sizeFromContents(kind, option, least, self)
        return QSize(min(made.width(), whole.width()), whole.height())
