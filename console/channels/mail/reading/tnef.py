"""Unpacks `winmail.dat` of Outlook (MS-OXTNEF): text and files, as far as readable. Bounded; any
other content yields nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = 0x223E9F78
MOST_FILES = 20
_BODY, _TITLE, _DATA, _NEW_FILE, _FILE_PROPERTIES = 0x800C, 0x8010, 0x800F, 0x9002, 0x9005
_LONG_NAME = (0x3707, 0x3704)
"""PR_ATTACH_LONG_FILENAME, PR_ATTACH_FILENAME."""
_SIZES = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
          0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
"""Sizes of fixed-size property types in bytes, padded to four."""
_TEXTS = {0x001E: "latin-1", 0x001F: "utf-16-le"}


@dataclass(slots=True)
class TnefFile:
    """A packed file."""

    name: str = ""
    content: bytes = b""


def unpack(data: bytes) -> tuple[bytes, tuple[TnefFile, ...]]:
    """(plain text, files); empty if there are none."""
    text, files = b"", list[TnefFile]()
    for name, content in _attributes(data):
        if name == _BODY:
            text = content.rstrip(b"\0")
        elif name == _NEW_FILE and len(files) < MOST_FILES:
            files.append(TnefFile())
        elif files and name == _TITLE and not files[-1].name:
            files[-1].name = content.rstrip(b"\0").decode("latin-1")
        elif files and name == _DATA:
            files[-1].content = content
        elif files and name == _FILE_PROPERTIES:
            files[-1].name = _long_name(content) or files[-1].name
    return text, tuple(each for each in files if each.content)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or int.from_bytes(data[:4], "little") != SIGNATURE:
        return
    at = 6
    while at + 9 <= len(data):
        name = int.from_bytes(data[at + 1 : at + 3], "little")
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        content = data[at + 9 : at + 9 + size]
        if len(content) < size:
            return
        yield name, content
        at += 9 + size + 2  # a checksum


def _long_name(data: bytes) -> str:
    """The file's name from its MAPI properties; "" if they cannot be read."""
    at = 4
    found: dict[int, str] = {}
    for _ in range(min(200, int.from_bytes(data[:4], "little"))):
        kind = int.from_bytes(data[at : at + 2], "little")
        tag = int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if tag >= 0x8000 or kind & 0x1000:  # named or multi-valued: not one of ours
            break
        if kind in _SIZES:
            at += _SIZES[kind]
            continue
        at += 4  # the number of values: one
        size = int.from_bytes(data[at : at + 4], "little")
        content = data[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4
        if at > len(data) + 3:
            break
        if kind in _TEXTS and tag in _LONG_NAME:
            found[tag] = content.decode(_TEXTS[kind], "replace").rstrip("\0")
    return next((found[tag] for tag in _LONG_NAME if tag in found), "")
