"""The ground of the painted map: grid, ward outlines and names, scale, the keyboard's aim."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from console.map.projection import grid_step, metres_per_pixel, world
from console.map.state import MapNotice
from console.ui import theme
from console.ui.map.frame import Frame

_SCALES = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)

type WardSpot = tuple[str, str, tuple[float, float]]
"""Code, label and centre in the world square."""


def paint_grid(painter: QPainter, colours: theme.Tokens, frame: Frame) -> None:
    """Lines of equal latitude and longitude with their degrees."""
    north, west = frame.place_at(QPointF(0, 0))
    south, east = frame.place_at(QPointF(frame.width, frame.height))
    step, digits = grid_step(frame.width / max(east - west, 1e-9))
    painter.setFont(theme.font(0.8))
    text_pen, line_pen = QPen(QColor(colours.muted)), QPen(QColor(colours.line))
    for i in range(math.ceil(west / step), math.floor(east / step) + 1):
        x = round(frame.pixel(south, i * step).x()) + 0.5
        painter.setPen(line_pen)
        painter.drawLine(QPointF(x, 0), QPointF(x, frame.height))
        painter.setPen(text_pen)
        painter.drawText(QPointF(x + 3, 12), f"{i * step:.{digits}f}")
    for i in range(math.ceil(south / step), math.floor(north / step) + 1):
        y = round(frame.pixel(i * step, west).y()) + 0.5
        painter.setPen(line_pen)
        painter.drawLine(QPointF(0, y), QPointF(frame.width, y))
        painter.setPen(text_pen)
        if y > 18:
            painter.drawText(QPointF(3, y + 12), f"{i * step:.{digits}f}")


def paint_outlines(
    painter: QPainter,
    colours: theme.Tokens,
    frame: Frame,
    outlines: Mapping[str, QPainterPath],
    marked: frozenset[str],
) -> None:
    """Outlines of all wards, the marked ones last and strong."""
    painter.save()
    painter.translate(-frame.corner)
    painter.scale(frame.scale, frame.scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for strong in (False, True):
        pen = QPen(QColor(colours.accent if strong else colours.border), 2 if strong else 1)
        pen.setCosmetic(True)
        if strong:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for code, path in outlines.items():
            if (code in marked) is strong:
                painter.drawPath(path)
    painter.restore()


def paint_names(
    painter: QPainter,
    colours: theme.Tokens,
    frame: Frame,
    wards: Sequence[WardSpot],
    outlines: Mapping[str, QPainterPath],
    marked: frozenset[str],
    *,
    halo: bool = False,
) -> None:
    """Names of the wards, the largest ward first where two collide; a marked ward always says its
    name, at the edge nearest to its centre.

    Args:
        halo: something lies under them.
    """
    painter.setFont(theme.font(0.9))
    metrics = QFontMetricsF(painter.font())
    placed = list[QRectF]()
    area = QRectF(0, 0, frame.width, frame.height).adjusted(-80, -20, 80, 20)
    for code, label, (x, y) in sorted(wards, key=lambda ward: ward[0] not in marked):
        at = QPointF(x * frame.scale, y * frame.scale) - frame.corner
        width = metrics.horizontalAdvance(label) + 8
        if code in marked:
            at.setX(max(width / 2 + 50, min(at.x(), frame.width - width / 2 - 50)))
            at.setY(max(30.0, min(at.y(), frame.height - 34.0)))
        elif not area.contains(at):
            continue
        box = QRectF(at.x() - width / 2, at.y() - 8, width, 16)
        if code not in marked and any(box.intersects(other) for other in placed):
            continue
        placed.append(box)
        painter.setFont(theme.font(0.9, bold=code in marked))
        if halo:
            painter.setPen(QColor(colours.panel))
            for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                painter.drawText(box.translated(right, down), Qt.AlignmentFlag.AlignCenter, label)
        painter.setPen(QColor(colours.accent if code in marked else colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        if code in marked and code not in outlines:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(-4, -5, 4, 5))


def paint_notices(
    painter: QPainter,
    colours: theme.Tokens,
    notices: Sequence[MapNotice],
    outlines: Mapping[str, QPainterPath],
    spots: Mapping[str, tuple[float, float]],
    frame: Frame,
) -> None:
    """Areas that something is told of, hatched, with its title; a ward without an outline has a
    circle around its name.
    """
    for notice in notices:
        area = QPainterPath()
        area.setFillRule(Qt.FillRule.WindingFill)
        for ring in notice.rings:
            area.addPolygon(QPolygonF([QPointF(*world(*corner)) for corner in ring]))
            area.closeSubpath()
        for code in notice.wards:
            if code in outlines:
                area.addPath(outlines[code])
            elif code in spots:
                reach = 34 / frame.scale
                area.addEllipse(QPointF(*spots[code]), reach, reach)
        _paint_notice(painter, colours, notice, area, frame)


def _paint_notice(
    painter: QPainter,
    colours: theme.Tokens,
    notice: MapNotice,
    area: QPainterPath,
    frame: Frame,
) -> None:
    if area.isEmpty():
        return
    tone = QColor(colours.warn)
    pen = QPen(tone, 2, Qt.PenStyle.DotLine if notice.soon else Qt.PenStyle.SolidLine)
    pen.setCosmetic(True)
    painter.save()
    painter.translate(-frame.corner)
    painter.scale(frame.scale, frame.scale)
    painter.setPen(pen)
    tone.setAlphaF(0.08 if notice.soon else 0.16)
    painter.setBrush(tone)
    painter.drawPath(area)
    painter.restore()
    at = area.boundingRect().center() * frame.scale - frame.corner
    painter.setFont(theme.font(0.9, bold=True))
    painter.setPen(QColor(colours.warn))
    width = QFontMetricsF(painter.font()).horizontalAdvance(notice.label) + 8
    box = QRectF(at.x() - width / 2, at.y() + 15, width, 18)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, notice.label)


def paint_scale(painter: QPainter, colours: theme.Tokens, frame: Frame) -> None:
    """How far a kilometre is here."""
    per_pixel = metres_per_pixel(frame.centre[0], frame.zoom)
    metres = next(m for m in _SCALES if m <= 120 * per_pixel or m == _SCALES[-1])
    width = metres / per_pixel
    painter.setFont(theme.font(0.9))
    painter.setPen(QPen(QColor(colours.text), 1.5))
    left = QPointF(8, frame.height - 8)
    painter.drawLine(left, left + QPointF(width, 0))
    for end in (left, left + QPointF(width, 0)):
        painter.drawLine(end, end - QPointF(0, 6))
    text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    painter.drawText(left + QPointF(4, -4), text)


def paint_credit(painter: QPainter, colours: theme.Tokens, frame: Frame, text: str) -> None:
    """Whose base map it is, at the lower right."""
    if not text:
        return
    painter.setFont(theme.font(0.8))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 10
    box = QRectF(frame.width - width, frame.height - 18, width, 18)
    painter.fillRect(box, QColor(colours.panel))
    painter.setPen(QColor(colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_aim(painter: QPainter, colours: theme.Tokens, frame: Frame) -> None:
    """Where Enter would put the pin."""
    centre = frame.middle
    painter.setPen(QPen(QColor(colours.accent), 2))
    painter.drawLine(centre - QPointF(12, 0), centre + QPointF(12, 0))
    painter.drawLine(centre - QPointF(0, 12), centre + QPointF(0, 12))
