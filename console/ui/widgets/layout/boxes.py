"""Rows and columns of widgets in one call, in reading order."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

type Part = QWidget | QLayout | int
"""What a box holds; a number is room that stretches by this factor."""
type Margins = tuple[int, int, int, int]

STRETCH = 1
NONE: Margins = (0, 0, 0, 0)


def row_of(
    *parts: Part | tuple[QWidget | QLayout, int],
    margins: Margins | None = None,
    gap: int | None = None,
    parent: QWidget | None = None,
) -> QHBoxLayout:
    """Parts from left to right.

    Args:
        parts: a pair is a widget or layout with its stretch factor.
        margins: left, top, right, bottom; None leaves them to the style.
        gap: between two parts; None leaves it to the style.
        parent: widget that the box lays out.
    """
    box = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _filled(box, parts, margins, gap)


def column_of(
    *parts: Part | tuple[QWidget | QLayout, int],
    margins: Margins | None = None,
    gap: int | None = None,
    parent: QWidget | None = None,
) -> QVBoxLayout:
    """Parts from top to bottom; otherwise as `row_of`."""
    box = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _filled(box, parts, margins, gap)


def _filled[B: QBoxLayout](
    box: B,
    parts: tuple[Part | tuple[QWidget | QLayout, int], ...],
    margins: Margins | None,
    gap: int | None,
) -> B:
    if margins is not None:
        box.setContentsMargins(*margins)
    if gap is not None:
        box.setSpacing(gap)
    for part in parts:
        what, factor = part if isinstance(part, tuple) else (part, 0)
        if isinstance(what, int):
            box.addStretch(what)
        elif isinstance(what, QLayout):
            box.addLayout(what, factor)
        else:
            box.addWidget(what, factor)
    return box
