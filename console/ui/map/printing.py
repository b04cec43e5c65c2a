"""The painted map on paper."""

import logging
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

logger = logging.getLogger(__name__)


def print_widget(widget: QWidget, path: str) -> bool:
    """Paint a widget onto one A4 page across; False when the file cannot be written."""
    try:
        Path(path).open("wb").close()
    except OSError:
        logger.warning("the map cannot be printed to %s", path)
        return False
    writer = QPdfWriter(path)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Landscape,
            QMarginsF(8, 8, 8, 8),
        )
    )
    painter = QPainter()
    if not painter.begin(writer):
        return False
    room = QSizeF(writer.width(), writer.height())
    scale = min(room.width() / widget.width(), room.height() / widget.height())
    painter.scale(scale, scale)
    widget.render(painter, QPoint())
    painter.end()
    return True
