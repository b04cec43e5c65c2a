"""The marks of the painted map: pin, requests, outlines."""

import json
import logging
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from console.map.display.state import PointKind
from console.map.geography.projection import world
from console.ui.theme.themes import Tokens

logger = logging.getLogger(__name__)


PICTURE_PX = 28
"""Side of a request's picture."""


@lru_cache(maxsize=64)
def point_picture(colours: Tokens, kind: PointKind, ratio: float, *, strong: bool) -> QPixmap:
    """The mark of a request as a picture: painting thousands of them from shapes takes too long."""
    picture = QPixmap(QSize(PICTURE_PX, PICTURE_PX) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(PICTURE_PX / 2, PICTURE_PX / 2)
    draw_point(painter, colours, kind, middle, strong=strong)
    painter.end()
    return picture


def draw_point(
    painter: QPainter, colours: Tokens, kind: PointKind, at: QPointF, *, strong: bool
) -> None:
    """Draw a request: square, triangle or circle by urgency, hollow when closed; a ring emphasises
    it.
    """
    r = 8.0 if strong else 6.0
    edge, fill = QColor(colours.bg), colours.tone("ok" if kind == "closed" else kind)
    if kind == "closed":
        edge, fill, r = QColor(colours.muted), QColor(colours.panel), r - 2
    painter.setPen(QPen(edge, 2 if kind == "closed" else 1.5))
    painter.setBrush(fill)
    if kind == "urgent":
        painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r))
    elif kind == "warn":
        corners = [QPointF(0, -r - 1), QPointF(r + 1, r), QPointF(-r - 1, r)]
        painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
    else:
        painter.drawEllipse(at, r, r)
    if strong:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawEllipse(at, 12, 12)


def draw_pin(painter: QPainter, colours: Tokens, at: QPointF) -> None:
    """Draw the pin with its point at `at`."""
    path = QPainterPath(QPointF(0, 0))
    path.cubicTo(QPointF(-3, -8), QPointF(-10.5, -14), QPointF(-10.5, -24.5))
    path.arcTo(QRectF(-10.5, -35, 21, 21), 180, -180)
    path.cubicTo(QPointF(10.5, -14), QPointF(3, -8), QPointF(0, 0))
    painter.save()
    painter.translate(at)
    painter.setPen(QPen(QColor(colours.bg), 2.5))
    painter.setBrush(QColor(colours.urgent))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.bg))
    painter.drawEllipse(QPointF(0, -24.5), 3.5, 3.5)
    painter.restore()


def pin_box(at: QPointF) -> QRectF:
    """The rectangle that `draw_pin` covers, with some space around it."""
    return QRectF(at.x() - 14, at.y() - 38, 28, 40)


def outline_paths(file: Path | None) -> dict[str, QPainterPath]:
    """Ward code -> outline in the world square; empty without a readable file."""
    if file is None:
        return {}
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        return {str(f["properties"]["code"]): _path(f["geometry"]) for f in features}
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        logger.exception("ward outlines cannot be read: %s", file)
        return {}


def _path(geometry: dict[str, list[list[list[list[float]]]]]) -> QPainterPath:
    polygons = geometry["coordinates"]
    if str(geometry["type"]) == "Polygon":
        polygons = [polygons]  # type: ignore[list-item] # one ring level less
    path = QPainterPath()
    for polygon in polygons:
        for ring in polygon:
            spots = [QPointF(*world(position[1], position[0])) for position in ring]
            path.addPolygon(QPolygonF(spots))
    return path
