"""What the painted map draws besides requests: heat map, assets, a measured path, a ring, the pin's
error circle, the name of the ward under it. The web map's counterpart is
`resources/map/console-tools.js`.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from console.map.display.heat import HeatCell
from console.map.display.state import Nearby
from console.map.geography.assets import Asset
from console.map.geography.projection import distance_text, metres_per_pixel, way_m
from console.ui.map.painted.frame import Frame
from console.ui.theme import themes

type Spot = Callable[[float, float], QPointF]
"""Where a place (lat, long) is on the screen."""


_NUMBERED_PX = 34
"""A hexagon this wide shows its number."""


def paint_heat(
    painter: QPainter, colours: themes.Tokens, cells: Sequence[HeatCell], spot: Spot
) -> None:
    """Paint hexagons, stronger for higher counts, with the count when there is room."""
    painter.setPen(Qt.PenStyle.NoPen)
    fill = QColor(colours.urgent)
    shapes = [QPolygonF([spot(*corner) for corner in cell.ring]) for cell in cells]
    for cell, shape in zip(cells, shapes, strict=True):
        fill.setAlphaF(0.10 + 0.55 * cell.share)
        painter.setBrush(fill)
        painter.drawPolygon(shape)
    painter.setPen(QColor(colours.text))
    painter.setFont(themes.font(0.85, bold=True))
    for cell, shape in zip(cells, shapes, strict=True):
        box = shape.boundingRect()
        if box.width() >= _NUMBERED_PX:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(cell.n))


def heat_numbers(cells: Sequence[HeatCell], spot: Spot) -> list[QRectF]:
    """Where the counts are written."""
    metrics = QFontMetricsF(themes.font(0.85, bold=True))
    found = []
    for cell in cells:
        box = QPolygonF([spot(*corner) for corner in cell.ring]).boundingRect()
        if box.width() >= _NUMBERED_PX:
            number = QRectF(0, 0, metrics.horizontalAdvance(str(cell.n)) + 6, metrics.height())
            number.moveCenter(box.center())
            found.append(number)
    return found


def paint_asset(painter: QPainter, colours: themes.Tokens, asset: Asset, at: QPointF) -> None:
    """Paint a mark whose shape shows the kind of asset."""
    painter.setPen(QPen(QColor(colours.accent), 1.5))
    painter.setBrush(QColor(colours.panel))
    if asset.kind == "tree":
        corners = (QPointF(0, -6), QPointF(5, 4), QPointF(-5, 4))
        painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
    elif asset.kind == "bus_stop":
        painter.drawRect(QRectF(at.x() - 4.5, at.y() - 4.5, 9, 9))
    else:
        radius = 4.0 if asset.kind == "lamp" else 5.0
        painter.drawEllipse(at, radius, radius)
    if asset.kind == "lamp":
        for i in range(8):
            way = QPointF(math.cos(i * math.pi / 4), math.sin(i * math.pi / 4))
            painter.drawLine(at + way * 5, at + way * 7.5)
    elif asset.kind in ("manhole", "bus_stop"):
        for dy in (-1.5, 1.5):
            painter.drawLine(at + QPointF(-3, dy), at + QPointF(3, dy))


def paint_way(
    painter: QPainter, colours: themes.Tokens, path: Sequence[tuple[float, float]], spot: Spot
) -> None:
    """Paint a measured path with its length."""
    if not path:
        return
    spots = [spot(*place) for place in path]
    line = QPainterPath(spots[0])
    for point in spots[1:]:
        line.lineTo(point)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((6, colours.panel), (3, colours.accent)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawPath(line)
    painter.setPen(QPen(QColor(colours.accent), 2))
    painter.setBrush(QColor(colours.panel))
    for point in spots:
        painter.drawEllipse(point, 4, 4)
    paint_tag(painter, colours, distance_text(way_m(path)), spots[-1] + QPointF(10, 0))


def paint_area(
    painter: QPainter, colours: themes.Tokens, path: Sequence[tuple[float, float]], spot: Spot
) -> None:
    """Paint an area that is being drawn, closed, with its corners."""
    corners = [spot(*place) for place in path]
    fill = QColor(colours.warn)
    fill.setAlphaF(0.2)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(colours.warn), 2.5))
    painter.drawPolygon(QPolygonF(corners))
    painter.setBrush(QColor(colours.panel))
    for corner in corners:
        painter.drawEllipse(corner, 4, 4)


def paint_ring(
    painter: QPainter, colours: themes.Tokens, ring: tuple[float, float, str], spot: Spot
) -> None:
    """Paint a ring around a place, with its name."""
    at = spot(ring[0], ring[1])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((5, colours.panel), (3, colours.accent)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, 14, 14)
    if ring[2]:
        paint_tag(painter, colours, ring[2], at + QPointF(20, 0))


def paint_near(painter: QPainter, colours: themes.Tokens, near: Nearby, frame: Frame) -> None:
    """Paint the circle in which requests are near."""
    radius = near.radius_m / metres_per_pixel(near.lat, frame.zoom)
    fill = QColor(colours.accent)
    fill.setAlpha(40)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(colours.accent), 1.5))
    painter.drawEllipse(frame.pixel(near.lat, near.long), radius, radius)


def paint_doubt(painter: QPainter, colours: themes.Tokens, at: QPointF, radius: float) -> None:
    """Paint the error circle of a place."""
    fill = QColor(colours.urgent)
    fill.setAlphaF(0.12)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(colours.urgent), 1.5, Qt.PenStyle.DashLine))
    painter.drawEllipse(at, radius, radius)


def paint_tag(
    painter: QPainter,
    colours: themes.Tokens,
    text: str,
    at: QPointF,
    *,
    centred: bool = False,
) -> None:
    """Paint a text in a box whose left edge's middle (or own middle) is at a point."""
    box = tag_box(text, at, centred=centred)
    painter.setFont(themes.font(0.9, bold=True))
    painter.setPen(QColor(colours.border))
    painter.setBrush(QColor(colours.panel))
    painter.drawRect(box)
    painter.setPen(QColor(colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def tag_box(text: str, at: QPointF, *, centred: bool = False) -> QRectF:
    """The rectangle that `paint_tag` covers."""
    width = QFontMetricsF(themes.font(0.9, bold=True)).horizontalAdvance(text) + 12
    return QRectF(at.x() - (width / 2 if centred else 0), at.y() - 10, width, 20)


def ward_under(outlines: Mapping[str, QPainterPath], x: float, y: float) -> str | None:
    """The code of the ward around a point of the world square."""
    at = QPointF(x, y)
    hits = (code for code, path in outlines.items() if path.boundingRect().contains(at))
    return next((code for code in hits if outlines[code].contains(at)), None)
