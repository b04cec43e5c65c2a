"""Requests on the painted map: single ones close up, clusters far out; finds the one under the
pointer.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from console.map.display.state import MapState, PointKind, point_kind
from console.map.geography.projection import world
from console.services.views.requests import MapPoint
from console.ui.map.painted.frame import Frame
from console.ui.map.painted.shapes import PICTURE_PX, point_picture
from console.ui.theme import themes

CLUSTER_BELOW_ZOOM = 14
HIT_PX = 12.0
_CELL_PX = 56
_WIDEST_PX = 40.0
"""Diameter of the largest cluster."""
_URGENCY: tuple[PointKind, ...] = ("closed", "ok", "warn", "urgent")

type _Placed = tuple[MapPoint, tuple[float, float], PointKind]


@dataclass(slots=True)
class _Cell:
    """Requests that lie near each other; `kind` is that of the most urgent one."""

    n: int
    x: float
    y: float
    kind: PointKind
    first: MapPoint

    @property
    def at(self) -> QPointF:
        return QPointF(self.x / self.n, self.y / self.n)

    @property
    def radius(self) -> float:
        return 6.0 if self.n == 1 else 11 + min(9.0, math.log2(self.n) * 1.4)

    @property
    def box(self) -> QRectF:
        """The rectangle it covers."""
        reach = QPointF(self.radius, self.radius)
        return QRectF(self.at - reach, self.at + reach)

    def take(self, other: "_Cell") -> None:
        self.n += other.n
        self.x += other.x
        self.y += other.y
        self.kind = max(self.kind, other.kind, key=_URGENCY.index)


class PaintedPoints:
    """Paints the requests of a state, and finds them again."""

    def __init__(self, state: MapState) -> None:
        """Start empty."""
        self._state = state
        self._known: tuple[MapPoint, ...] = ()
        self._made_at = datetime.min.replace(tzinfo=UTC)
        self._placed: list[_Placed] = []
        self._last: tuple[object, Frame | None, list[_Cell]] = (None, None, [])

    def paint(self, painter: QPainter, colours: themes.Tokens, frame: Frame, ratio: float) -> None:
        """Paint the visible requests."""
        near = self._state.nearby
        stressed = frozenset(near.ids) if near else frozenset()
        if frame.zoom < CLUSTER_BELOW_ZOOM:
            for cell in self._cells(frame):
                if cell.n == 1:
                    strong = str(cell.first.id) in stressed
                    _single(painter, colours, cell.kind, cell.at, ratio, strong=strong)
                else:
                    _cluster(painter, colours, cell)
            return
        for point, at, kind in self._in_sight(frame):
            strong = bool(stressed) and str(point.id) in stressed
            _single(painter, colours, kind, at, ratio, strong=strong)

    def boxes(self, frame: Frame) -> list[QRectF]:
        """The rectangles of clusters; none close up, where single requests show."""
        if frame.zoom >= CLUSTER_BELOW_ZOOM:
            return []
        return [cell.box for cell in self._cells(frame)]

    def under(self, at: QPointF, frame: Frame) -> MapPoint | None:
        """The nearest request within 12 pixels; none inside a cluster."""
        best, reach = None, HIT_PX
        if frame.zoom < CLUSTER_BELOW_ZOOM:
            spots = [(cell.first, cell.at) for cell in self._cells(frame) if cell.n == 1]
        else:
            spots = [(point, spot) for point, spot, _ in self._in_sight(frame)]
        for point, spot in spots:
            far = math.hypot(spot.x() - at.x(), spot.y() - at.y())
            if far <= reach:
                best, reach = point, far
        return best

    def cluster_under(self, at: QPointF, frame: Frame) -> QPointF | None:
        """The middle of the cluster within 12 pixels."""
        if frame.zoom >= CLUSTER_BELOW_ZOOM:
            return None
        spots = (cell.at for cell in self._cells(frame) if cell.n > 1)
        return next(
            (s for s in spots if math.hypot(s.x() - at.x(), s.y() - at.y()) <= HIT_PX), None
        )

    def _in_sight(self, frame: Frame) -> Iterator[tuple[MapPoint, QPointF, PointKind]]:
        corner, scale = frame.corner, frame.scale
        left, top = corner.x(), corner.y()
        right, bottom = frame.width + 12, frame.height + 12
        for point, (x, y), kind in self._now():
            at_x, at_y = x * scale - left, y * scale - top
            if -12 < at_x < right and -12 < at_y < bottom:
                yield point, QPointF(at_x, at_y), kind

    def _cells(self, frame: Frame) -> list[_Cell]:
        """The cells of the view. Cells are fixed to the world, not to the view, so a cluster stays
        the same while the map is dragged. They are made once a frame: names avoid them, then they
        are painted.
        """
        placed = self._now()
        if self._last[0] is not placed or self._last[1] != frame:
            self._last = (placed, frame, self._made_cells(frame))
        return self._last[2]

    def _made_cells(self, frame: Frame) -> list[_Cell]:
        corner, found = frame.corner, dict[tuple[int, int], _Cell]()
        for point, at, kind in self._in_sight(frame):
            where = at + corner
            key = (int(where.x() // _CELL_PX), int(where.y() // _CELL_PX))
            single = _Cell(1, at.x(), at.y(), kind, point)
            if key in found:
                found[key].take(single)
            else:
                found[key] = single
        return _apart(found.values())

    def _now(self) -> list[_Placed]:
        """The requests with place and kind; made again when they change, or after a minute."""
        now = datetime.now(UTC)
        if self._known is not self._state.points or now - self._made_at > timedelta(minutes=1):
            self._known, self._made_at = self._state.points, now
            self._placed = [
                (point, world(point.lat, point.long), point_kind(point, now))
                for point in self._known
            ]
        return self._placed


def _apart(cells: Iterable[_Cell]) -> list[_Cell]:
    """Merge neighbouring cells that would overlap on the screen."""
    kept: list[tuple[float, float, float, _Cell]] = []
    for cell in cells:
        while True:
            x, y, radius = cell.x / cell.n, cell.y / cell.n, cell.radius
            at = next(
                (
                    i
                    for i, (other_x, other_y, reach, _) in enumerate(kept)
                    if abs(other_x - x) < _WIDEST_PX
                    and math.hypot(other_x - x, other_y - y) < radius + reach
                ),
                None,
            )
            if at is None:
                kept.append((x, y, radius, cell))
                break
            cell.take(kept.pop(at)[3])
    return [cell for _, _, _, cell in kept]


def _single(
    painter: QPainter,
    colours: themes.Tokens,
    kind: PointKind,
    at: QPointF,
    ratio: float,
    *,
    strong: bool,
) -> None:
    picture = point_picture(colours, kind, ratio, strong=strong)
    painter.drawPixmap(at - QPointF(PICTURE_PX / 2, PICTURE_PX / 2), picture)


def _cluster(painter: QPainter, colours: themes.Tokens, cell: _Cell) -> None:
    """Paint the number of requests in the colour of the most urgent one, next to its shape."""
    radius = cell.radius
    edge = QColor(colours.muted) if cell.kind == "closed" else colours.tone(cell.kind)
    painter.setPen(QPen(edge, 2.5))
    painter.setBrush(QColor(colours.panel))
    painter.drawEllipse(cell.at, radius, radius)
    painter.setPen(QColor(colours.text))
    painter.setFont(themes.font(0.85, bold=True))
    painter.drawText(cell.box, Qt.AlignmentFlag.AlignCenter, str(cell.n))
    if cell.kind in ("urgent", "warn"):
        painter.save()
        painter.translate(cell.at + QPointF(radius * 0.8, -radius * 0.8))
        painter.scale(0.6, 0.6)
        _single(painter, colours, cell.kind, QPointF(0, 0), 1.0, strong=False)
        painter.restore()
