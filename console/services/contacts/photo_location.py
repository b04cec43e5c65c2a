"""Where a photo was taken, by its Exif header (Exif 2.32, GPS IFD).

Only a suggestion: cameras err, and pictures travel. Any bytes give a place or None.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST_HEAD = 256 * 1024
"""Bytes of a file that are read."""
_MOST_ENTRIES = 200
_GPS = 0x8825
_LAT_REF, _LAT, _LONG_REF, _LONG, _ERROR = 1, 2, 3, 4, 31
_RATIONAL, _ASCII = 5, 2


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """A position in WGS 84; `accuracy_m` is None when the camera gives none."""

    lat: float
    long: float
    accuracy_m: float | None = None


def position(head: bytes) -> PhotoPlace | None:
    """Where a JPEG was taken, by its own data.

    Args:
        head: the first bytes of the file; at most `LARGEST_HEAD` count.
    """
    tiff = _exif_of(head[:LARGEST_HEAD])
    if tiff is None:
        return None
    try:
        return _position(tiff)
    except (struct.error, ZeroDivisionError, ValueError):
        return None


def _exif_of(head: bytes) -> bytes | None:
    """The TIFF block in the APP1 segment."""
    if not head.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        kind, size = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        body = head[at + 4 : at + 2 + size]
        if kind == 0xE1 and body.startswith(b"Exif\0\0"):
            return body[6:]
        if kind == 0xDA or size < 2:
            return None
        at += 2 + size
    return None


def _position(tiff: bytes) -> PhotoPlace | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    gps_at = next((value for tag, _, _, value in _entries(tiff, order, first) if tag == _GPS), None)
    if gps_at is None:
        return None
    found: dict[int, float | str] = {}
    for tag, kind, count, value in _entries(tiff, order, gps_at):
        if tag in (_LAT, _LONG) and kind == _RATIONAL and count == 3:
            found[tag] = _degrees(tiff, order, value)
        elif tag == _ERROR and kind == _RATIONAL and count == 1:
            found[tag] = _metres(tiff, order, value)
        elif tag in (_LAT_REF, _LONG_REF) and kind == _ASCII:
            found[tag] = chr(value & 0xFF if order == "<" else value >> 24)
    lat, long = found.get(_LAT), found.get(_LONG)
    if not isinstance(lat, float) or not isinstance(long, float):
        return None
    lat = -lat if found.get(_LAT_REF) == "S" else lat
    long = -long if found.get(_LONG_REF) == "W" else long
    inside = -90 <= lat <= 90 and -180 <= long <= 180 and (lat, long) != (0.0, 0.0)
    off = found.get(_ERROR)
    return PhotoPlace(lat, long, off if isinstance(off, float) else None) if inside else None


def _metres(tiff: bytes, order: str, at: int) -> float | str:
    """The error of the position; "" when it is absent, zero or over 100 km."""
    try:
        above, below = struct.unpack_from(order + "2I", tiff, at)
    except struct.error:
        return ""
    return above / below if below and 0 < above <= below * 100_000 else ""


def _entries(tiff: bytes, order: str, at: int) -> Iterator[tuple[int, int, int, int]]:
    """(tag, type, count, value or offset) for each entry of the directory at this offset."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for n in range(min(count, _MOST_ENTRIES)):
        yield struct.unpack_from(order + "HHII", tiff, at + 2 + 12 * n)


def _degrees(tiff: bytes, order: str, at: int) -> float:
    """Degrees from three fractions: degrees, minutes, seconds."""
    parts = struct.unpack_from(order + "6I", tiff, at)
    degrees, minutes, seconds = (parts[i] / parts[i + 1] for i in (0, 2, 4))
    return float(degrees + minutes / 60 + seconds / 3600)
