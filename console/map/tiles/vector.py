"""Reads vector tiles (Mapbox Vector Tile 2.1; the specification is CC-BY) for the painted map.

Only the requested layers are decoded: a tile of the city has ten, the painted map needs half. A
broken tile yields what could be read before the fault and raises nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from console.map.tiles.varints import read_varints

type Path = tuple[tuple[int, int], ...]
"""Points of a line or ring in tile units; y grows downwards."""

_MOVE, _LINE, _CLOSE = 1, 2, 7
_MOST_FEATURES = 20_000
_LEAST_EXTENT = 16


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a layer.

    Attributes:
        kind: 1 point, 2 line, 3 polygon.
        said: its text properties, such as `class` and `name`.
    """

    kind: int
    said: dict[str, str]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer; `extent` is the side of the tile in tile units."""

    name: str
    extent: int
    features: tuple[Feature, ...]


def read_tile(body: bytes, wanted: Collection[str]) -> dict[str, Layer]:
    """The layers with these names."""
    found: dict[str, Layer] = {}
    try:
        for field, value in _fields(body):
            if field == 3 and isinstance(value, bytes):
                layer = _layer(value, wanted)
                if layer is not None:
                    found[layer.name] = layer
    except (ValueError, IndexError):
        return found
    return found


def _layer(body: bytes, wanted: Collection[str]) -> Layer | None:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[str | None] = []
    raw: list[bytes] = []
    for field, value in _fields(body):
        if field == 1 and isinstance(value, bytes):
            name = value.decode("utf-8", "replace")
            if name not in wanted:
                return None
        elif field == 2 and isinstance(value, bytes):
            raw.append(value)
        elif field == 3 and isinstance(value, bytes):
            keys.append(value.decode("utf-8", "replace"))
        elif field == 4 and isinstance(value, bytes):
            values.append(_text(value))
        elif field == 5 and isinstance(value, int):
            extent = max(_LEAST_EXTENT, value)
    features = tuple(_features(raw[:_MOST_FEATURES], keys, values))
    return Layer(name, extent, features) if name in wanted else None


def _text(body: bytes) -> str | None:
    """The text of a value; None for numbers."""
    for field, value in _fields(body):
        if field == 1 and isinstance(value, bytes):
            return value.decode("utf-8", "replace")
    return None


def _features(raw: list[bytes], keys: list[str], values: list[str | None]) -> Iterator[Feature]:
    for body in raw:
        kind, tags, geometry = 0, b"", b""
        for field, value in _fields(body):
            if field == 2 and isinstance(value, bytes):
                tags = value
            elif field == 3 and isinstance(value, int):
                kind = value
            elif field == 4 and isinstance(value, bytes):
                geometry = value
        if kind in (1, 2, 3):
            said = {}
            numbers = read_varints(tags)
            for key, at in zip(numbers[::2], numbers[1::2], strict=False):
                if key < len(keys) and at < len(values) and (text := values[at]) is not None:
                    said[keys[key]] = text
            yield Feature(kind, said, _paths(read_varints(geometry)))


def _paths(numbers: list[int]) -> tuple[Path, ...]:
    """The geometry commands as paths; a ring does not repeat its first point."""
    paths: list[Path] = []
    now: list[tuple[int, int]] = []
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == _CLOSE:
            continue
        if command not in (_MOVE, _LINE) or at + 2 * count > len(numbers):
            break
        if command == _MOVE and now:
            paths.append(tuple(now))
            now = []
        for place in range(at, at + 2 * count, 2):
            right, down = numbers[place], numbers[place + 1]
            x += (right >> 1) ^ -(right & 1)
            y += (down >> 1) ^ -(down & 1)
            now.append((x, y))
        at += 2 * count
    if now:
        paths.append(tuple(now))
    return tuple(paths)


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of each protobuf field: integers and byte strings, others are skipped."""
    at, end = 0, len(body)
    while at < end:
        head, at = _number(body, at)
        kind = head & 7
        if kind == 0:
            value, at = _number(body, at)
            yield head >> 3, value
        elif kind == 2:
            length, at = _number(body, at)
            if at + length > end:
                raise ValueError("tile cut short")
            yield head >> 3, body[at : at + length]
            at += length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("no vector tile")


def _number(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("number too long")
