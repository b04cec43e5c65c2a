"""Decodes the transfer encoding of a part, tolerantly.

The standard library needs the exact encoding name and clean content. If a mailer, a mailing list or
a virus scanner added something, it returns the encoded text or nonsense (RFC 2045, 6).
"""

import base64
import binascii
import re
from email.message import Message

_OTHER = re.compile(r"[^A-Za-z0-9+/=]+")
_LEAST_LINE = 20
"""Shortest line that may follow padding, in a body assembled from pieces."""


def content_of(part: Message) -> bytes:
    """The decoded bytes of a part; undecodable content unchanged."""
    named = re.match(r"\s*\"?([A-Za-z0-9-]*)", str(part.get("Content-Transfer-Encoding", "")))
    encoding = named[1].lower() if named else ""
    payload = part.get_payload()
    if encoding == "base64" and isinstance(payload, str):
        return from_base64(payload)
    if encoding in ("quoted-printable", "7bit", "8bit", "binary"):
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = encoding
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def from_base64(text: str) -> bytes:
    """The decoded bytes; text appended after the base64 is ignored."""
    out = bytearray()
    held = ""
    for line in text.split("\n"):
        if any(blank in line.strip() for blank in " \t"):
            if out or held:
                break  # appended text
            continue
        if not (row := _OTHER.sub("", line)):
            continue
        if out and not held and len(row) < _LEAST_LINE:
            break
        held += row
        if row.endswith("="):
            out += _decoded(held)
            held = ""
    return bytes(out + _decoded(held))


def _decoded(letters: str) -> bytes:
    bare = letters.rstrip("=")
    whole = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""
