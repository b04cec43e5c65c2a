"""Header fields of a mail: raw, unfolded, encoded words put together before they are decoded."""

import base64
import binascii
import quopri
import re
from email.message import Message
from email.utils import parseaddr

from console.channels.charsets import decode
from console.domain.text import clean_line

_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,190}")
LONGEST_FIELD = 20_000


def raw_fields(message: Message) -> dict[str, list[bytes]]:
    """All fields by lower-case name, in order, as the bytes that came."""
    fields: dict[str, list[bytes]] = {}
    for name, value in message.raw_items():
        content = str(value).encode("utf-8", "surrogateescape")[:LONGEST_FIELD]
        fields.setdefault(name.lower(), []).append(content)
    return fields


def plain(value: bytes) -> str:
    """A field without words in it, such as Message-ID: unfolded, nothing decoded."""
    return _FOLD.sub(b" ", value).decode("latin-1").strip()


def decoded(value: bytes | str) -> str:
    """A field of words (RFC 2047). Neighbours in one charset are put together as bytes first: some
    mailers cut within a letter. Raw eight-bit is read like a body.
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
            # Blanks between two encoded words belong to neither (RFC 2047, 6.2).
            text += decode(between)[0] if between.strip() or not charset else ""
            pending, charset = b"", named
        pending += content
        place = found.end()
    text += flush()
    return text + decode(unfolded[place:])[0]


def _word_bytes(kind: bytes, content: bytes) -> bytes:
    if kind in b"qQ":
        return quopri.decodestring(content.replace(b"_", b" "), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return base64.b64decode(letters[: len(letters) // 4 * 4])


def address_of(value: bytes) -> tuple[str | None, str | None]:
    """(address, name) of the first mailbox in a From field; None for what it does not give."""
    unfolded = _FOLD.sub(b" ", value).decode("utf-8", "surrogateescape")
    name, address = parseaddr(unfolded, strict=False)
    if not _ADDRESS.fullmatch(address):
        found = _ADDRESS.search(unfolded)
        address = found[0] if found else ""
    local, _, domain = address.rpartition("@")
    label = clean_line(decoded(name), 120)
    return (f"{local}@{domain.lower()}" if local else None), label or None
