"""Header fields of a mail: raw, unfolded, with encoded words joined before decoding."""

import base64
import binascii
import quopri
import re
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr
from typing import override

from console.channels.mail.reading.charsets import decode
from console.domain.text.cleaning import clean_line

_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_CONTROLS = bytes((*range(0x09), *range(0x0A, 0x20), 0x7F))
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,190}")
LONGEST_FIELD = 20_000


class ShortFields(Compat32):
    """Truncates overlong fields: Python's parsing time of parameters grows with the square of their
    length.
    """

    @override
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_FIELD]

    @override
    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value unchanged: the library would lose 8-bit characters of a file name."""
        return value


def raw_fields(message: Message) -> dict[str, list[bytes]]:
    """All fields by lower-case name, in order, as raw bytes."""
    fields: dict[str, list[bytes]] = {}
    for name, value in message.raw_items():
        content = str(value).encode("utf-8", "surrogateescape")[:LONGEST_FIELD]
        fields.setdefault(name.lower(), []).append(content)
    return fields


def plain(value: bytes) -> str:
    """A field without encoded words, such as Message-ID: unfolded, without control characters (RFC
    5322, 2.2). A NUL would block the mail's row at the centre.
    """
    return _FOLD.sub(b" ", value).translate(None, _CONTROLS).decode("latin-1").strip()


def decoded(value: bytes | str, body: str | None = None) -> str:
    """A field with encoded words (RFC 2047). Adjacent words in the same charset are joined as bytes
    first, because some mailers split inside a character. Raw 8-bit text is decoded like a body.

    Args:
        body: charset of the mail's text, likely used for raw 8-bit text as well.
    """
    raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    text, place = "", 0
    pending, charset = b"", ""

    def flush() -> str:
        return decode(pending, charset)[0] if pending else ""

    unfolded = _FOLD.sub(b" ", raw)
    for found in _WORD.finditer(unfolded):
        between = unfolded[place : found.start()]
        named = found[1].decode("latin-1").split("*")[0]
        content = _word_bytes(found[2], found[3])
        if between.strip() or named.lower() != charset.lower():
            text += flush()
            # Spaces between two encoded words are not part of the text (RFC 2047, 6.2).
            text += _letters(between, body) if between.strip() or not charset else ""
            pending, charset = b"", named
        pending += content
        place = found.end()
    text += flush()
    return text + _letters(unfolded[place:], body)


def _letters(raw: bytes, body: str | None) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode(raw, body)[0]


def _word_bytes(kind: bytes, content: bytes) -> bytes:
    if kind in b"qQ":
        return quopri.decodestring(content.replace(b"_", b" "), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return base64.b64decode(letters[: len(letters) // 4 * 4])


def file_name(part: Message) -> str:
    """The file name of a part (RFC 2183, 2231), or its Content-ID, or "".

    Text in an unknown or undeclared charset is decoded like a body.
    """
    for field, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = part.get_param(parameter, None, field)
        if isinstance(value, tuple):
            octets = value[2].encode("latin-1", "replace")
            return clean_line(decode(octets, value[0])[0], 120)
        if value:
            return clean_line(decoded(str(value)), 120)
    return clean_line(decoded(str(part.get("Content-ID") or "")).strip(" <>"), 120)


def address_of(value: bytes, body: str | None = None) -> tuple[str | None, str | None]:
    """(address, name) of the first mailbox in a From field; None for what is missing.

    Args:
        body: see `decoded`.
    """
    unfolded = _FOLD.sub(b" ", value).decode("utf-8", "surrogateescape")
    name, address = parseaddr(unfolded, strict=False)
    if not _ADDRESS.fullmatch(address):
        found = _ADDRESS.search(unfolded)
        address = found[0] if found else ""
    address = clean_line(address, len(address))
    local, _, domain = address.rpartition("@")
    label = clean_line(decoded(name, body), 120)
    return (f"{local}@{domain.lower()}" if local and domain else None), label or None
