"""The painted map on paper."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from console.ui.printing.page_output import write_whole


def sheet() -> QPageLayout:
    """The paper of a map: A4 landscape."""
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Landscape,
        QMarginsF(8, 8, 8, 8),
    )


def print_widget(widget: QWidget, title: str, target: Path) -> None:
    """Paint a widget onto one page; the file is written completely, or the old one stays.

    Raises:
        OSError: it could not be written.
    """

    def paint(writer: QPdfWriter) -> None:
        writer.setPageLayout(sheet())
        painter = QPainter(writer)
        room = QSizeF(writer.width(), writer.height())
        scale = min(room.width() / widget.width(), room.height() / widget.height())
        painter.scale(scale, scale)
        widget.render(painter, QPoint())
        painter.end()

    write_whole(target, title, paint)
