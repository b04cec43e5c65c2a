"""Reads PMTiles version 3: one file with a whole pyramid of tiles. The specification is in the
public domain: github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.

The browser cannot request byte ranges from our URL scheme, so tiles are read and decompressed here.
"""

import gzip
import io
import json
import os
import struct
import threading
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from console.domain.errors import InputError
from console.map.tiles.varints import read_varints

_HEADER = struct.Struct("<7sB11Q6B4iB2i")
_GZIP, _PLAIN = 2, 1
_MVT = 1
_MIME = {1: "application/vnd.mapbox-vector-tile", 2: "image/png", 3: "image/jpeg", 4: "image/webp"}
_LARGEST_TILE = 8 * 1024 * 1024
_LARGEST_DIRECTORY = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Header:
    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    data: tuple[int, int]
    internal: int
    packing: int
    kind: int
    min_zoom: int
    max_zoom: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Entries:
    """A directory: ascending tile ids with their run lengths, lengths and offsets."""

    ids: tuple[int, ...]
    runs: tuple[int, ...]
    lengths: tuple[int, ...]
    offsets: tuple[int, ...]


class PmTiles:
    """A PMTiles file of vector (MVT) or raster tiles; thread-safe, keeps the file open."""

    def __init__(self, path: Path) -> None:
        """Read header, root directory and metadata.

        Raises:
            InputError: `not_a_basemap`, with the reason.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InputError("not_a_basemap", file=str(path), why=str(error)) from error
        self._size = os.fstat(self._file.fileno()).st_size
        try:
            self._head = _read_header(self._file.read(_HEADER.size))
            self._root = self._directory(*self._head.root)
            meta = json.loads(self._unpack(self._read(*self._head.metadata)) or b"{}")
            if self._head.kind not in _MIME:
                raise ValueError("tiles of an unknown kind")
        except (OSError, ValueError, EOFError, LookupError, OverflowError, zlib.error) as error:
            self._file.close()
            raise InputError("not_a_basemap", file=str(path), why=str(error)[:100]) from error
        self.meta: dict[str, Any] = meta if isinstance(meta, dict) else {}
        self._leaf = lru_cache(maxsize=64)(self._directory)

    @property
    def vector(self) -> bool:
        """Whether the tiles are vector tiles."""
        return self._head.kind == _MVT

    @property
    def zooms(self) -> tuple[int, int]:
        """Lowest and highest zoom."""
        return self._head.min_zoom, self._head.max_zoom

    @property
    def box(self) -> tuple[float, float, float, float]:
        """South, west, north, east of the area that the file claims to cover."""
        return self._head.box

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the vector layers, as the metadata lists them."""
        listed = self.meta.get("vector_layers")
        return tuple(
            str(layer["id"])
            for layer in (listed if isinstance(listed, list) else [])
            if isinstance(layer, dict) and "id" in layer
        )

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes] | None:
        """(mime, bytes) of a tile, decompressed; None if there is none or the file is broken."""
        if not self._head.min_zoom <= z <= self._head.max_zoom:
            return None
        if not (0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        try:
            body = self._body(tile_id(z, x, y))
        except (OSError, ValueError, EOFError, LookupError, OverflowError, zlib.error):
            return None
        return (_MIME[self._head.kind], body) if body else None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _body(self, wanted: int) -> bytes | None:
        entries = self._root
        for _ in range(4):  # the specification allows three levels
            at = bisect_right(entries.ids, wanted) - 1
            if at < 0:
                return None
            if entries.runs[at] == 0:
                start = self._head.leaves[0] + entries.offsets[at]
                entries = self._leaf(start, entries.lengths[at])
                continue
            if wanted >= entries.ids[at] + entries.runs[at]:
                return None
            if entries.lengths[at] > _LARGEST_TILE:
                return None
            raw = self._read(self._head.data[0] + entries.offsets[at], entries.lengths[at])
            return _gunzip(raw, _LARGEST_TILE) if self._head.packing == _GZIP else raw
        return None

    def _directory(self, start: int, length: int) -> _Entries:
        if length > _LARGEST_DIRECTORY:
            raise ValueError("directory too large")
        return _read_directory(self._unpack(self._read(start, length)))

    def _read(self, start: int, length: int) -> bytes:
        if start + length > self._size:
            raise ValueError("file cut short")
        with self._lock:
            self._file.seek(start)
            body = self._file.read(length)
        if len(body) != length:
            raise ValueError("file cut short")
        return body

    def _unpack(self, body: bytes) -> bytes:
        return _gunzip(body, _LARGEST_DIRECTORY) if self._head.internal == _GZIP else body


def _gunzip(body: bytes, most: int) -> bytes:
    """Decompress up to a limit: a tile of a kilobyte may expand to a gigabyte."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
        found = stream.read(most + 1)
    if len(found) > most:
        raise ValueError("unpacks to too much")
    return found


def _read_header(raw: bytes) -> _Header:
    if len(raw) < _HEADER.size or raw[:7] != b"PMTiles":
        raise ValueError("no PMTiles file")
    (_, version, *numbers) = _HEADER.unpack(raw)
    if version != 3:
        raise ValueError(f"PMTiles version {version}, not 3")
    (root_at, root_n, meta_at, meta_n, leaf_at, leaf_n, data_at, data_n, _a, _b, _c) = numbers[:11]
    # clustered, then compressions, type, zooms, bounds
    internal, packing, kind, low, high, west, south, east, north = numbers[12:21]
    return _Header(
        (root_at, root_n), (meta_at, meta_n), (leaf_at, leaf_n), (data_at, data_n),
        _known(internal), _known(packing), kind, low, high,
        (south / 1e7, west / 1e7, north / 1e7, east / 1e7),
    )  # fmt: skip


def _known(packing: int) -> int:
    if packing not in (_PLAIN, _GZIP):
        raise ValueError("packed otherwise than by gzip")
    return packing


def _read_directory(raw: bytes) -> _Entries:
    numbers = read_varints(raw)
    n = numbers[0]
    if n < 0 or len(numbers) != 1 + 4 * n:
        raise ValueError("directory broken")
    ids, total = [], 0
    for step in numbers[1 : 1 + n]:
        total += step
        ids.append(total)
    runs, lengths = numbers[1 + n : 1 + 2 * n], numbers[1 + 2 * n : 1 + 3 * n]
    offsets: list[int] = []
    for index, value in enumerate(numbers[1 + 3 * n :]):
        if value == 0 and index:
            offsets.append(offsets[-1] + lengths[index - 1])
        else:
            offsets.append(value - 1)
    return _Entries(tuple(ids), tuple(runs), tuple(lengths), tuple(offsets))


def tile_id(z: int, x: int, y: int) -> int:
    """Number of a tile: lower zooms first, then along the Hilbert curve."""
    before = ((1 << (2 * z)) - 1) // 3
    whole = 1 << z
    d, side = 0, whole >> 1
    while side:
        right, down = int((x & side) > 0), int((y & side) > 0)
        d += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = whole - 1 - x, whole - 1 - y
            x, y = y, x
        side >>= 1
    return before + d
