"""Removes metadata from HEIC and WebP photos without decoding them.

A HEIC file refers to its parts by position (ISO/IEC 14496-12 `iloc`), so metadata (Exif, XMP) is
overwritten with zeros instead of being cut out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_DESCRIBE = frozenset({b"Exif", b"mime", b"uri "})
_MOST_ITEMS = 4096
"""Most items in a photo, and most extents in total; phones write some hundred."""
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_FRAME_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_FRAME_HEAD = 16
_TELLS = 0x20 | 0x08 | 0x04
"""Bits of VP8X that announce a colour profile, Exif or XMP."""


# --- WebP: a RIFF file


def clean_webp(content: bytes) -> bytes | None:
    """The file with image chunks only; None if it is not a complete WebP file."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or end > len(content) + 1:
        return None
    kept = []
    try:
        for kind, data in _chunks(content[12:end]):
            if kind == b"VP8X" and len(data) >= 10:
                kept.append(_chunk(kind, bytes([data[0] & ~_TELLS]) + data[1:10]))
            elif kind == b"ANMF":
                frame = [_chunk(k, d) for k, d in _chunks(data[_FRAME_HEAD:]) if k in _FRAME_KEPT]
                kept.append(_chunk(kind, data[:_FRAME_HEAD] + b"".join(frame)))
            elif kind in _WEBP_KEPT:
                kept.append(_chunk(kind, data))
    except ValueError:
        return None
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body if kept else None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise ValueError
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


# --- HEIC: a file of ISO boxes


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


class _Reader:
    """Reads numbers from a range of bytes."""

    def __init__(self, content: bytes | bytearray, at: int, end: int) -> None:
        self._content, self.at, self._end = content, at, end

    def number(self, size: int) -> int:
        if self.at + size > self._end:
            raise ValueError
        found = int.from_bytes(self._content[self.at : self.at + size])
        self.at += size
        return found

    def take(self, size: int) -> bytes:
        if self.at + size > self._end:
            raise ValueError
        self.at += size
        return bytes(self._content[self.at - size : self.at])


def clean_heic(content: bytes) -> bytes | None:
    """The file with Exif, XMP and stray boxes zeroed; None if it cannot be read."""
    made = bytearray(content)
    try:
        boxes = list(_boxes(made, 0, len(made)))
        meta = next(box for box in boxes if box.kind == b"meta")
        inner = list(_boxes(made, meta.start + 4, meta.end))
        hidden = _describing(made, next(b for b in inner if b.kind == b"iinf"))
        data = next((b.start for b in inner if b.kind == b"idat"), 0)
        blanked = 0
        for start, end in _places(made, next(b for b in inner if b.kind == b"iloc"), hidden, data):
            blanked += end - start
            if blanked > len(made):  # overlapping extents: a file made to waste time
                return None
            _blank(made, start, end)
    except (StopIteration, ValueError):
        return None
    for box in boxes:
        if box.kind in (b"uuid", b"free", b"skip", b"udta", b"moov"):
            _blank(made, box.start, box.end)
    return bytes(made)


def _boxes(content: bytearray, at: int, end: int) -> Iterator[_Box]:
    while at + 8 <= end:
        size, head = int.from_bytes(content[at : at + 4]), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise ValueError
        yield _Box(bytes(content[at + 4 : at + 8]), at + head, at + size)
        at += size


def _describing(content: bytearray, box: _Box) -> frozenset[int]:
    """Ids of the items that contain metadata."""
    read = _Reader(content, box.start, box.end)
    version = read.number(1)
    read.take(3)
    number = read.number(2 if version == 0 else 4)
    found = set()
    if number > _MOST_ITEMS:
        raise ValueError
    for entry in _boxes(content, read.at, box.end):
        item = _Reader(content, entry.start, entry.end)
        entry_version = item.number(1)
        item.take(3)
        item_id = item.number(4 if entry_version >= 3 else 2)
        item.take(2)
        if item.take(4) in _DESCRIBE:
            found.add(item_id)
    return frozenset(found)


def _places(
    content: bytearray, box: _Box, items: frozenset[int], data: int
) -> Iterator[tuple[int, int]]:
    """(start, end) of these items in the file; `data` is the start of `idat`."""
    read = _Reader(content, box.start, box.end)
    version = read.number(1)
    read.take(3)
    sizes, more = read.number(1), read.number(1)
    widths = sizes >> 4, sizes & 15, more >> 4, (more & 15 if version else 0)
    number = read.number(4 if version == 2 else 2)
    places = 0
    if number > _MOST_ITEMS:
        raise ValueError
    for _ in range(number):
        item_id = read.number(4 if version == 2 else 2)
        inside = version > 0 and read.number(2) & 15 == 1
        read.take(2)
        base = read.number(widths[2])
        extents = read.number(2)
        places += extents
        if places > _MOST_ITEMS:
            raise ValueError
        for _ in range(extents):
            read.number(widths[3])
            start = base + read.number(widths[0]) + (data if inside else 0)
            length = read.number(widths[1])
            if item_id in items:
                yield start, start + length


def _blank(content: bytearray, start: int, end: int) -> None:
    if end > len(content):
        raise ValueError
    content[start:end] = bytes(end - start)
