"""Decodes bytes of a mail: every charset that mailers declare, and some they do not.

Python has neither VISCII (RFC 1456) nor TCVN 5712:1993 (VN1, used by the ABC fonts). Windows-1258
has tones as combining marks; `clean` in `domain/text/cleaning.py` makes them NFC.
"""

import codecs
import re
from functools import cache

_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_TCVN_LOW = {
    0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ", 0x12: "Ự", 0x13: "Ỳ",
    0x14: "Ỷ", 0x15: "Ỹ", 0x16: "Ý", 0x17: "Ỵ",
}  # fmt: skip
_TCVN_HIGH = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)


def _table(low: dict[int, str], high: str) -> dict[int, str]:
    ascii_half = {code: chr(code) for code in range(0x80)}
    return ascii_half | low | {0x80 + n: letter for n, letter in enumerate(high)}


VISCII, TCVN = _table(_VISCII_LOW, _VISCII_HIGH), _table(_TCVN_LOW, _TCVN_HIGH)
"""Tables for `str.translate` of octets read as Latin-1."""
_OURS = {
    "viscii": VISCII,
    "tcvn": TCVN,
}
_NAMES = (
    (re.compile(r"(x-)?(viet-?)?(cs)?viscii.*"), "viscii"),
    (re.compile(r"(x-)?(viet-?)?(iso-ir-180|tcvn[-_ ]?(3|5712.*)?|vn1)"), "tcvn"),
)
_KNOWN = re.compile(
    r"(us-?)?ascii|ansi_x3.*|utf-?(7|8|16|32)([-_]?[bl]e)?(-sig)?|iso-?8859-?\d{1,2}|latin-?\d{1,2}"
    r"|l\d|(windows|cp|x-cp|ibm)-?\d{3,4}|koi8-?[ru]|gb2312|gbk|gb18030|big5.*|euc-?(jp|kr)"
    r"|shift_?jis|iso-2022-(jp|kr).*|tis-?620|mac.*"
)
"""Names that may be looked up: Python's codecs include compressors and worse."""
_BAD_SHARE = 0.05
"""Up to this share of broken characters, declared UTF-8 is accepted."""


_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gbk",
    "x-big5": "big5",
    "x-euc-jp": "euc_jp",
    "x-euc-kr": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
}
"""Names used by mailers but unknown to Python."""


@cache
def _codec(name: str) -> str | None:
    """The codec of a declared name; None if it must not be looked up."""
    plain = name.strip().strip("\"'").lower()
    for pattern, ours in _NAMES:
        if pattern.fullmatch(plain):
            return ours
    plain = _ALIASES.get(plain, plain)
    if not _KNOWN.fullmatch(plain):
        return None
    if plain.startswith(("windows-", "x-cp", "cp-")):
        plain = "cp" + plain.rpartition("-")[2].removeprefix("cp")
    try:
        return codecs.lookup(plain).name
    except LookupError:
        return None


def decode(content: bytes, charset: str | None = None) -> tuple[str, bool]:
    """(text, whether some of it was broken).

    Tried in order: the declared charset, UTF-8, windows-1258, Latin-1. 8-bit bytes in declared
    ASCII are a mailer's mistake.

    Args:
        content: the bytes without transfer encoding.
        charset: the declared charset, or None.
    """
    name = _codec(charset[:60]) if charset else None
    if name in _OURS:
        return content.decode("latin-1").translate(_OURS[name]), False
    for each in dict.fromkeys(n for n in (name, "utf-8", "cp1258") if n):
        try:
            return content.decode(each), False
        except (UnicodeDecodeError, UnicodeError):
            if each == "utf-8" and name == "utf-8":
                text = content.decode("utf-8", "replace")
                if text.count("\ufffd") <= max(1, len(text) * _BAD_SHARE):
                    return text, True
    return content.decode("latin-1"), True
