"""A network's answer to a short code such as `*101#` (3GPP TS 27.007 7.15, TS 23.038 5).

Modems give it plain, as UCS-2 in hex, or as packed septets in hex; some announce one and send
another.
"""

import re

from console.domain.text.cleaning import clean_line
from console.telephony.pdu.gsm7 import to_text, unpack

_CUSD = re.compile(r'\+CUSD: *(\d)(?: *, *"(.*)"(?: *, *(\d+))?)?', re.DOTALL)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
LONGEST = 182
"""Characters of one answer (TS 22.090)."""


def ussd_text(line: str) -> str | None:
    """The words of a `+CUSD:` line; "" when it has none, None when it is no such line."""
    found = _CUSD.match(line)
    if found is None:
        return None
    said, scheme = found[2] or "", int(found[3] or 15)
    if _HEX.fullmatch(said) and len(said) >= 4:
        said = _from_hex(bytes.fromhex(said), scheme)
    return clean_line(said, LONGEST)


def _from_hex(octets: bytes, scheme: int) -> str:
    """By the announced scheme, unless the octets are plainly of the other kind."""
    is_ucs2 = scheme in (72, 17, 8) or (len(octets) % 2 == 0 and octets[0] in (0, 1, 0x1E))
    if is_ucs2:
        return octets.decode("utf-16-be", "replace")
    return to_text(unpack(octets, len(octets) * 8 // 7, 0)).rstrip("@\r")
