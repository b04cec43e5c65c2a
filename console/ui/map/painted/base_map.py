"""The base map under the painted map: image tiles as they are, vector tiles drawn with our styles.

A thread reads and paints tiles and owns the file of the base map. The map shows the tiles that are
ready, and repaints when another one comes.
"""

import logging
import math
import queue
import threading
from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from console.domain.errors import InputError
from console.map.geography.projection import TILE_PX
from console.map.tiles.basemap import OpenBase, open_base
from console.map.tiles.style import LAYERS, RULES, Rule, colours, is_named, name_of
from console.map.tiles.vector import Feature, Layer, read_tile
from console.map.tiles.vector import Path as Line
from console.ui.map.painted.frame import Frame
from console.ui.theme import themes

logger = logging.getLogger(__name__)

KEPT = 160
"""Memory for painted tiles, 40 MB."""
_KEPT_DATA = 24
_NEW = 2000

type Key = tuple[int, int, int, bool]
"""Zoom, column, row, night."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map: its place in the world square, and its rotation in degrees."""

    text: str
    x: float
    y: float
    turn: float
    big: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A tile made by the thread; None where the base map has nothing."""

    key: Key
    image: QImage | None
    labels: tuple[Label, ...] = ()


class PaintedBase(QObject):
    """The tiles of one base map.

    Signals:
        changed: more tiles are ready; paint again.
    """

    changed = Signal()
    _made = Signal(object)

    def __init__(self, path: Path, about: OpenBase, parent: QObject | None = None) -> None:
        """Start the thread.

        Args:
            path: the base map's file.
            about: its metadata.
        """
        super().__init__(parent)
        self._about = about
        self._tiles: OrderedDict[Key, Made] = OrderedDict()
        self._asked: set[Key] = set()
        self._jobs: queue.LifoQueue[Key | None] = queue.LifoQueue()
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(
            target=self._work, args=(path,), name="map-tiles", daemon=True
        )
        self._thread.start()

    @property
    def attribution(self) -> str:
        """The attribution, which must be on the screen."""
        return self._about.attribution

    def close(self) -> None:
        """End the thread and release the file."""
        self._jobs.put(None)
        self._thread.join(5)

    def paint(self, painter: QPainter, frame: Frame, *, night: bool) -> None:
        """Paint the tiles that are ready; request the missing ones."""
        zoom = int(frame.zoom)
        if zoom < self._about.min_zoom:
            return
        side = TILE_PX
        corner = frame.corner
        first_x, first_y = math.floor(corner.x() / side), math.floor(corner.y() / side)
        last_x = math.floor((corner.x() + frame.width) / side)
        last_y = math.floor((corner.y() + frame.height) / side)
        wanted = [
            (zoom, x, y, night)
            for y in range(first_y, last_y + 1)
            for x in range(first_x, last_x + 1)
            if 0 <= x < 1 << zoom and 0 <= y < 1 << zoom
        ]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for key in wanted:
            made = self._tiles.get(key)
            if made is None:
                self._ask(key)
            elif made.image is not None:
                at = QPointF(key[1] * side, key[2] * side) - corner
                painter.drawImage(QRectF(at.x(), at.y(), side, side), made.image)
        self._write_names(painter, frame, wanted, night=night)

    def _write_names(
        self, painter: QPainter, frame: Frame, wanted: list[Key], *, night: bool
    ) -> None:
        """Write the names of all tiles, each once, without overlaps."""
        table, placed = colours(night=night), list[QRectF]()
        written: set[str] = set()
        corner = frame.corner
        for key in wanted:
            made = self._tiles.get(key)
            for label in made.labels if made else ():
                at = QPointF(label.x * frame.scale, label.y * frame.scale) - corner
                painter.setFont(themes.font(0.95 if label.big else 0.8, bold=label.big))
                wide = QFontMetricsF(painter.font()).horizontalAdvance(label.text) / 2 + 3
                turn = math.radians(label.turn)
                half_x = abs(wide * math.cos(turn)) + 8
                half_y = abs(wide * math.sin(turn)) + 8
                box = QRectF(at.x() - half_x, at.y() - half_y, 2 * half_x, 2 * half_y)
                if label.text in written or any(box.intersects(other) for other in placed):
                    continue
                placed.append(box)
                written.add(label.text)
                _write(painter, label, at, table)

    def _ask(self, key: Key) -> None:
        if key not in self._asked:
            self._asked.add(key)
            self._jobs.put(key)

    @Slot(object)
    def _on_made(self, made: Made) -> None:
        self._asked.discard(made.key)
        self._tiles[made.key] = made
        while len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        self.changed.emit()

    def _work(self, path: Path) -> None:
        try:
            base = open_base(path)
        except InputError as error:
            logger.warning("base map: %s", error)
            return
        maker = _Maker(base)
        try:
            while (key := self._jobs.get()) is not None:
                self._made.emit(maker.make(key))
        except RuntimeError:
            return  # the map has gone
        finally:
            base.tiles.close()


class _Maker:
    """Makes tiles for display; runs on the thread."""

    def __init__(self, base: OpenBase) -> None:
        self._base = base
        self._data: OrderedDict[tuple[int, int, int], dict[str, Layer]] = OrderedDict()

    def make(self, key: Key) -> Made:
        zoom, x, y, night = key
        # Vector tiles are made for 512 pixels a side, so one serves four of ours.
        wanted = zoom - 1 if self._base.vector else zoom
        source = max(self._base.min_zoom, min(wanted, self._base.max_zoom))
        shift = max(0, zoom - source)
        where = (source, x >> shift, y >> shift)
        share = QRectF(
            (x - (where[1] << shift)) / (1 << shift),
            (y - (where[2] << shift)) / (1 << shift),
            1 / (1 << shift),
            1 / (1 << shift),
        )
        if self._base.vector:
            return self._drawn(key, where, share, night=night)
        found = self._base.tiles.tile(*where)
        image = QImage.fromData(found[1]) if found else QImage()
        if image.isNull() or image.width() > _NEW or image.height() > _NEW:
            return Made(key, None)
        if shift:
            part = QRectF(
                share.x() * image.width(), share.y() * image.height(),
                share.width() * image.width(), share.height() * image.height(),
            )  # fmt: skip
            image = image.copy(part.toAlignedRect())
        return Made(key, image)

    def _drawn(self, key: Key, where: tuple[int, int, int], share: QRectF, *, night: bool) -> Made:
        layers = self._layers(where)
        if not layers:
            return Made(key, None)
        table = colours(night=night)
        image = QImage(2 * TILE_PX, 2 * TILE_PX, QImage.Format.Format_RGB32)
        image.fill(QColor(table["ground"]))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(2, 2)  # sharp on screens with twice the pixels
        for rule in RULES:
            layer = layers.get(rule.layer)
            if layer is not None and key[0] >= rule.from_zoom:
                _draw(painter, rule, layer, share, key[0], table)
        painter.end()
        return Made(key, image, tuple(_names(layers, where, share, key[0])))

    def _layers(self, where: tuple[int, int, int]) -> dict[str, Layer]:
        if where not in self._data:
            found = self._base.tiles.tile(*where)
            self._data[where] = read_tile(found[1], LAYERS) if found else {}
            while len(self._data) > _KEPT_DATA:
                self._data.popitem(last=False)
        return self._data[where]


def _draw(
    painter: QPainter,
    rule: Rule,
    layer: Layer,
    share: QRectF,
    zoom: int,
    table: dict[str, str],
) -> None:
    scale = TILE_PX / (share.width() * layer.extent)
    shift = QPointF(share.x() * layer.extent * scale, share.y() * layer.extent * scale)
    colour = QColor(table[rule.colour])
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for feature in layer.features:
        if rule.classes and feature.said.get("class") not in rule.classes:
            continue
        if feature.kind == 1 or (rule.fill and feature.kind != 3):
            continue
        for line in feature.paths:
            spots = QPolygonF([QPointF(x * scale, y * scale) - shift for x, y in line])
            path.addPolygon(spots)
            if rule.fill:
                path.closeSubpath()
    if rule.fill:
        painter.fillPath(path, colour)
        return
    pen = QPen(colour, rule.width(zoom))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)


def _names(
    layers: dict[str, Layer], where: tuple[int, int, int], share: QRectF, zoom: int
) -> list[Label]:
    """The names whose place lies in this part of the tile."""
    found = []
    whole = 1 << where[0]
    for layer_name in ("place", "transportation_name", "water_name"):
        layer = layers.get(layer_name)
        for feature in layer.features if layer else ():
            text = name_of(feature.said)
            class_ = feature.said.get("class", "")
            if layer is None or not text or not is_named(layer_name, class_, zoom):
                continue
            spot = _middle(feature)
            if spot is None:
                continue
            x, y = spot[0] / layer.extent, spot[1] / layer.extent
            if share.contains(QPointF(x, y)):
                big = layer_name == "place" and class_ in ("city", "town")
                world_x, world_y = (where[1] + x) / whole, (where[2] + y) / whole
                found.append(Label(text[:60], world_x, world_y, spot[2], big))
    return found


def _middle(feature: Feature) -> tuple[float, float, float] | None:
    """The place of a point, or the middle of a line's longest piece and its rotation."""
    if feature.kind == 1:
        return (*feature.paths[0][0], 0.0) if feature.paths else None
    pieces = [pair for line in feature.paths for pair in _pieces(line)]
    if not pieces:
        return None
    (x1, y1), (x2, y2) = max(pieces, key=lambda p: math.dist(*p))
    turn = math.degrees(math.atan2(y2 - y1, x2 - x1))
    if abs(turn) > 90:  # never upside down
        turn -= math.copysign(180, turn)
    return (x1 + x2) / 2, (y1 + y2) / 2, turn


def _pieces(line: Line) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return list(pairwise(line))


def _write(painter: QPainter, label: Label, at: QPointF, table: dict[str, str]) -> None:
    painter.save()
    painter.translate(at)
    painter.rotate(label.turn)
    metrics = QFontMetricsF(painter.font())
    path = QPainterPath()
    path.addText(
        -metrics.horizontalAdvance(label.text) / 2, metrics.ascent() / 2 - 1, painter.font(),
        label.text,
    )  # fmt: skip
    painter.strokePath(path, QPen(QColor(table["label-halo"]), 3))
    painter.fillPath(path, QColor(table["label"]))
    painter.restore()
