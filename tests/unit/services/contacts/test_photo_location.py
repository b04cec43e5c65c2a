"""Places in photos."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.services.contacts.photo_location import position


def jpeg_at(lat: float, long: float, order: str = "<", off: tuple[int, int] | None = None) -> bytes:
    """A JPEG header with a GPS directory, optionally with its error in metres as a fraction."""

    def fractions(value: float) -> bytes:
        value = abs(value)
        degrees, minutes = int(value), int(value % 1 * 60)
        seconds = round((value - degrees - minutes / 60) * 3600 * 1000)
        return struct.pack(order + "6I", degrees, 1, minutes, 1, seconds, 1000)

    def letter(text: str) -> bytes:
        return text.encode() + b"\0\0\0"

    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    gps_at = 8 + 2 + 12 + 4
    root = struct.pack(order + "H", 1) + struct.pack(order + "HHII", 0x8825, 4, 1, gps_at)
    root += bytes(4)
    entries = 4 if off is None else 5
    values_at = gps_at + 2 + 12 * entries + 4
    gps = struct.pack(order + "H", entries)
    gps += struct.pack(order + "HHI", 1, 2, 2) + letter("N" if lat >= 0 else "S")
    gps += struct.pack(order + "HHII", 2, 5, 3, values_at)
    gps += struct.pack(order + "HHI", 3, 2, 2) + letter("E" if long >= 0 else "W")
    gps += struct.pack(order + "HHII", 4, 5, 3, values_at + 24)
    if off is not None:
        gps += struct.pack(order + "HHII", 31, 5, 1, values_at + 48)
    tiff = head + root + gps + bytes(4) + fractions(lat) + fractions(long)
    tiff += struct.pack(order + "2I", *off) if off is not None else b""
    body = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xda"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("lat", "long"), [(10.8612, 106.7058), (-10.5, -106.25)])
def test_where_it_was_taken(order: str, lat: float, long: float) -> None:
    found = position(jpeg_at(lat, long, order))
    assert found is not None
    assert (found.lat, found.long) == pytest.approx((lat, long), abs=1e-5)
    assert found.accuracy_m is None
    told = position(jpeg_at(lat, long, order, (257, 10)))
    assert told is not None
    assert told.accuracy_m == pytest.approx(25.7)


@pytest.mark.parametrize("off", [(0, 1), (5, 0), (4_000_000_000, 1)])
def test_an_error_that_says_nothing_is_none(off: tuple[int, int]) -> None:
    found = position(jpeg_at(10.8, 106.7, off=off))
    assert found is not None
    assert found.accuracy_m is None


def test_no_place() -> None:
    assert position(jpeg_at(0.0, 0.0)) is None
    assert position(b"") is None
    assert position(b"\x89PNG\r\n\x1a\n") is None
    assert position(b"\xff\xd8\xff\xe0\x00\x10JFIF") is None


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 200))
def test_any_bytes_give_a_place_or_none(noise: bytes, at: int, cut: int) -> None:
    raw = bytearray(jpeg_at(10.8, 106.7))
    raw[at : at + len(noise)] = noise
    for candidate in (bytes(raw), bytes(raw[:cut]), b"\xff\xd8\xff\xe1" + noise):
        found = position(candidate)
        assert found is None or -90 <= found.lat <= 90
