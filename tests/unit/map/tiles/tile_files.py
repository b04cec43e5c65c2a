"""Small base maps for tests: a PMTiles writer, and vector tiles with a few shapes."""

import gzip
import json
import struct
from pathlib import Path

from console.map.tiles.pmtiles import tile_id

type Tile = tuple[int, int, int]


def varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """(tile id, run, length, offset), ascending."""
    body, last = varint(len(entries)), 0
    for entry in entries:
        body += varint(entry[0] - last)
        last = entry[0]
    for column in (1, 2):
        body += b"".join(varint(entry[column]) for entry in entries)
    return body + b"".join(varint(entry[3] + 1) for entry in entries)


def write_pmtiles(
    path: Path,
    tiles: dict[Tile, bytes],
    *,
    layers: tuple[str, ...] = ("water", "transportation", "place"),
    kind: int = 1,
    leaves: bool = False,
    zooms: tuple[int, int] = (0, 14),
    attribution: str = "© OpenStreetMap contributors",
) -> Path:
    """A gzipped PMTiles file; `leaves` puts the entries one directory down."""
    data, entries = b"", []
    for where, body in sorted(tiles.items(), key=lambda item: tile_id(*item[0])):
        packed = gzip.compress(body, mtime=0)
        entries.append((tile_id(*where), 1, len(packed), len(data)))
        data += packed
    root = gzip.compress(directory(entries), mtime=0)
    leaf = b""
    if leaves:
        leaf = root
        root = gzip.compress(directory([(entries[0][0], 0, len(leaf), 0)]), mtime=0)
    meta = gzip.compress(
        json.dumps(
            {"name": "test", "attribution": attribution,
             "vector_layers": [{"id": name} for name in layers]}
        ).encode()
    )  # fmt: skip
    at = 127
    spans = []
    for part in (root, meta, leaf, data):
        spans += [at, len(part)]
        at += len(part)
    box = (int(106.3e7), int(10.3e7), int(107.0e7), int(11.2e7))
    n = len(entries)
    head = struct.pack(
        "<7sB11Q6B4iB2i", b"PMTiles", 3, *spans, n, n, n, 1, 2, 2, kind, *zooms, *box, 12,
        int(106.7e7), int(10.77e7),
    )  # fmt: skip
    path.write_bytes(head + root + meta + leaf + data)
    return path


# --- vector tiles (Mapbox Vector Tile 2.1), as far as tests of painting need them


def _field(number: int, kind: int, body: bytes) -> bytes:
    head = varint(number << 3 | kind)
    return head + (varint(len(body)) + body if kind == 2 else body)


def _zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _geometry(spots: list[tuple[int, int]], *, closed: bool) -> bytes:
    body, x, y = varint(1 << 3 | 1), 0, 0
    for index, (to_x, to_y) in enumerate(spots):
        if index == 1:
            body += varint((len(spots) - 1) << 3 | 2)
        body += _zigzag(to_x - x) + _zigzag(to_y - y)
        x, y = to_x, to_y
    return body + (varint(1 << 3 | 7) if closed else b"")


def vector_tile(
    *shapes: tuple[str, int, list[tuple[int, int]], dict[str, str]],
) -> bytes:
    """(layer, 1 point | 2 line | 3 polygon, spots of 0-4096, properties) each."""
    layers: dict[str, list[tuple[int, list[tuple[int, int]], dict[str, str]]]] = {}
    for layer, kind, spots, said in shapes:
        layers.setdefault(layer, []).append((kind, spots, said))
    tile = b""
    for name, features in layers.items():
        keys: list[str] = []
        values: list[str] = []
        body = _field(15, 0, varint(2)) + _field(1, 2, name.encode())
        for kind, spots, said in features:
            tags = b""
            for key, value in said.items():
                keys += [key] if key not in keys else []
                values += [value] if value not in values else []
                tags += varint(keys.index(key)) + varint(values.index(value))
            feature = _field(2, 2, tags) + _field(3, 0, varint(kind))
            feature += _field(4, 2, _geometry(spots, closed=kind == 3))
            body += _field(2, 2, feature)
        body += b"".join(_field(3, 2, key.encode()) for key in keys)
        body += b"".join(_field(4, 2, _field(1, 2, value.encode())) for value in values)
        body += _field(5, 0, varint(4096))
        tile += _field(3, 2, body)
    return tile
