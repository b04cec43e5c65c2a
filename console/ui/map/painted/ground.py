"""The background of the painted map: grid, ward outlines and names, scale, the keyboard's
crosshair.
"""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from console.map.display.state import MapNotice
from console.map.geography.projection import grid_step, metres_per_pixel, world
from console.ui.map.painted.frame import Frame
from console.ui.map.painted.overlays import ward_under
from console.ui.theme import themes

_SCALES = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)

type WardSpot = tuple[str, str, tuple[float, float]]
"""Code, label and centre in the world square."""


def paint_grid(painter: QPainter, colours: themes.Tokens, frame: Frame) -> None:
    """Paint lines of equal latitude and longitude, labelled in degrees."""
    north, west = frame.place_at(QPointF(0, 0))
    south, east = frame.place_at(QPointF(frame.width, frame.height))
    step, digits = grid_step(frame.width / max(east - west, 1e-9))
    painter.setFont(themes.font(0.8))
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
    colours: themes.Tokens,
    frame: Frame,
    outlines: Mapping[str, QPainterPath],
    marked: frozenset[str],
) -> None:
    """Paint the outlines of all wards, the marked ones last and strong."""
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
    colours: themes.Tokens,
    frame: Frame,
    wards: Sequence[WardSpot],
    outlines: Mapping[str, QPainterPath],
    marked: frozenset[str],
    *,
    busy: Sequence[QRectF] = (),
    halo: bool = False,
) -> list[QRectF]:
    """Paint ward names; where two collide the larger ward wins. A marked ward that is visible
    always shows its name, at the edge nearest to its centre.

    Args:
        busy: what lies above them: a name moves up or down to avoid it, or is left out.
        halo: something lies under them.

    Returns:
        Where names were written.
    """
    written = _name_boxes(frame, wards, outlines, marked, busy)
    for code, label, box in written:
        painter.setFont(themes.font(0.9, bold=code in marked))
        if halo:
            _paint_halo(painter, colours, box, label)
        painter.setPen(QColor(colours.accent if code in marked else colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        if code in marked and code not in outlines:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(-4, -5, 4, 5))
    return [box for _, _, box in written]


def _paint_halo(painter: QPainter, colours: themes.Tokens, box: QRectF, text: str) -> None:
    """Outline letters that lie over something."""
    painter.setPen(QColor(colours.panel))
    for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(box.translated(right, down), Qt.AlignmentFlag.AlignCenter, text)


def _name_boxes(
    frame: Frame,
    wards: Sequence[WardSpot],
    outlines: Mapping[str, QPainterPath],
    marked: frozenset[str],
    busy: Sequence[QRectF],
) -> list[tuple[str, str, QRectF]]:
    """Code, label and place of the names to write."""
    metrics = QFontMetricsF(themes.font(0.9))
    found = list[tuple[str, str, QRectF]]()
    view = QRectF(0, 0, frame.width, frame.height)
    around = view.adjusted(-80, -20, 80, 20)
    for code, label, (x, y) in sorted(wards, key=lambda ward: ward[0] not in marked):
        at = QPointF(x * frame.scale, y * frame.scale) - frame.corner
        width = metrics.horizontalAdvance(label) + 8
        if code in marked:
            if not _in_sight(frame, at, outlines.get(code)):
                continue
            at.setX(max(width / 2 + 50, min(at.x(), frame.width - width / 2 - 50)))
            at.setY(max(30.0, min(at.y(), frame.height - 34.0)))
            found.append((code, label, _box(at, width)))
        elif around.contains(at):
            box = _free(_box(at, width), [*(taken for _, _, taken in found), *busy])
            found += [(code, label, box)] if box is not None else []
    if not any(view.contains(box) for _, _, box in found):
        # Close up, no ward's own place may be visible: then show the name of the ward in the
        # middle.
        middle = frame.corner + frame.middle
        inside = ward_under(outlines, middle.x() / frame.scale, middle.y() / frame.scale)
        label = next((label for code, label, _ in wards if code == inside), "")
        at = QPointF(frame.width / 2, round(frame.height * 0.2))
        box = _free(_box(at, metrics.horizontalAdvance(label) + 8), busy)
        found += [(inside, label, box)] if inside and label and box is not None else []
    return found


def _box(at: QPointF, width: float) -> QRectF:
    return QRectF(at.x() - width / 2, at.y() - 8, width, 16)


_BESIDE_PX = (0, 22, -22)
"""How far a name may move from its place."""


def _free(box: QRectF, taken: Sequence[QRectF]) -> QRectF | None:
    """The box, or the same a line lower or higher, where it is free; None when there is no room."""
    moved = (box.translated(0, down) for down in _BESIDE_PX)
    return next((b for b in moved if not any(b.intersects(other) for other in taken)), None)


_UNKNOWN_REACH_M = 4_000
"""The assumed radius of a ward without an outline."""


def _in_sight(frame: Frame, at: QPointF, outline: QPainterPath | None) -> bool:
    """Whether a part of the ward is visible; without an outline, whether its centre is near."""
    view = QRectF(0, 0, frame.width, frame.height)
    if outline is None:
        reach = _UNKNOWN_REACH_M / metres_per_pixel(frame.centre[0], frame.zoom)
        return view.adjusted(-reach, -reach, reach, reach).contains(at)
    shape = outline.boundingRect()
    corner = shape.topLeft() * frame.scale - frame.corner
    return view.intersects(QRectF(corner, shape.size() * frame.scale))


type NoticeArea = tuple[MapNotice, QPainterPath]
"""A notice and its area, in the world square."""


def notice_areas(
    notices: Sequence[MapNotice],
    outlines: Mapping[str, QPainterPath],
    spots: Mapping[str, tuple[float, float]],
    frame: Frame,
) -> list[NoticeArea]:
    """The areas of notices, without those that name no place; a ward without an outline gets a
    circle around its name.
    """
    areas = ((notice, _area(notice, outlines, spots, frame)) for notice in notices)
    return [(notice, area) for notice, area in areas if not area.isEmpty()]


def title_boxes(areas: Sequence[NoticeArea], frame: Frame) -> list[QRectF]:
    """Where the titles of notices are written."""
    return [_title(notice, area, frame) for notice, area in areas]


def paint_notices(
    painter: QPainter, colours: themes.Tokens, areas: Sequence[NoticeArea], frame: Frame
) -> None:
    """Paint the areas of notices, hatched and with their titles."""
    for notice, area in areas:
        _paint_notice(painter, colours, notice, area, frame)


def _area(
    notice: MapNotice,
    outlines: Mapping[str, QPainterPath],
    spots: Mapping[str, tuple[float, float]],
    frame: Frame,
) -> QPainterPath:
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
    return area


def _title(notice: MapNotice, area: QPainterPath, frame: Frame) -> QRectF:
    at = area.boundingRect().center() * frame.scale - frame.corner
    width = QFontMetricsF(themes.font(0.9, bold=True)).horizontalAdvance(notice.label) + 8
    box = QRectF(at.x() - width / 2, at.y() + 15, width, 18)
    if _in_sight(frame, at, area):  # keep the title of a partly visible area inside the view
        box.moveLeft(max(6.0, min(box.left(), frame.width - width - 6)))
        box.moveTop(max(7.0, min(box.top(), frame.height - 25.0)))
    return box


def _paint_notice(
    painter: QPainter,
    colours: themes.Tokens,
    notice: MapNotice,
    area: QPainterPath,
    frame: Frame,
) -> None:
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
    box = _title(notice, area, frame)
    painter.setFont(themes.font(0.9, bold=True))
    _paint_halo(painter, colours, box, notice.label)
    painter.setPen(QColor(colours.warn))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, notice.label)


def paint_scale(painter: QPainter, colours: themes.Tokens, frame: Frame) -> None:
    """Paint the scale bar."""
    per_pixel = metres_per_pixel(frame.centre[0], frame.zoom)
    metres = next(m for m in _SCALES if m <= 120 * per_pixel or m == _SCALES[-1])
    width = metres / per_pixel
    painter.setFont(themes.font(0.9))
    left = QPointF(8, frame.height - 8)
    text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    metrics = QFontMetricsF(painter.font())
    across = max(width, metrics.horizontalAdvance(text) + 8)
    ground = QRectF(left.x(), left.y() - metrics.height() - 2, across, metrics.height() + 2)
    painter.fillRect(ground, QColor(colours.bg))  # names and borders would run through it
    painter.setPen(QPen(QColor(colours.text), 1.5))
    painter.drawLine(left, left + QPointF(width, 0))
    for end in (left, left + QPointF(width, 0)):
        painter.drawLine(end, end - QPointF(0, 6))
    painter.drawText(left + QPointF(4, -4), text)


def paint_credit(painter: QPainter, colours: themes.Tokens, frame: Frame, text: str) -> None:
    """Paint the attribution of the base map at the lower right."""
    if not text:
        return
    painter.setFont(themes.font(0.8))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 10
    box = QRectF(frame.width - width, frame.height - 18, width, 18)
    painter.fillRect(box, QColor(colours.panel))
    painter.setPen(QColor(colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_aim(painter: QPainter, colours: themes.Tokens, frame: Frame) -> None:
    """Paint where Enter would place the pin."""
    centre = frame.middle
    painter.setPen(QPen(QColor(colours.accent), 2))
    painter.drawLine(centre - QPointF(12, 0), centre + QPointF(12, 0))
    painter.drawLine(centre - QPointF(0, 12), centre + QPointF(0, 12))
