"""Lines of a text file in any usual encoding: UTF-8 with or without a byte order mark, UTF-16,
windows-1258.
"""

import codecs
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def texts_of(lines: Iterator[bytes]) -> Iterator[str]:
    """The lines of a file as text, without the byte order mark."""
    first = next(lines, b"")
    if first.startswith(_UTF16):
        yield from _whole_lines(codecs.iterdecode(chain((first,), lines), "utf-16", "replace"))
        return
    yield _text(first.removeprefix(codecs.BOM_UTF8))
    yield from map(_text, lines)


def _text(line: bytes) -> str:
    """A line that is not UTF-8 comes from an older Windows program."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", line.decode("windows-1258", "replace"))


def _whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces of UTF-16 were cut at a byte that looks like a line end; join them."""
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest
