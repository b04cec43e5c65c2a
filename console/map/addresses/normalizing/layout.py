"""Simplifies the layout of an address: removes labels, separates pieces written together. Only the
layout changes, never a name.
"""

import re

_LABEL = re.compile(
    r"\b(số nhà|nhà số|số|đường|phường|xã|phường/xã|thị trấn|quận|huyện|quận/huyện|tp|thành phố|"
    r"tỉnh|địa chỉ|đ/c|đc|dia chi|so nha|duong|phuong|xa|quan|huyen)\s*:\s*",
    re.IGNORECASE,
)
_SAID_ONLY = frozenset({"địa chỉ", "đ/c", "đc", "dia chi"})
_DASH = re.compile(
    r"\s+[-–—]\s+(?=(?:phường|xã|thị trấn|quận|huyện|tp|thành phố|tỉnh|phuong|xa|quan|huyen)"
    r"\b(?!\s+(?:lộ|lo|tran)\b)|[pq](?:[.\s]+\w|\d))|(?<=\d)\s+[-–—]\s+(?=(?:đường|duong)\b)",
    re.IGNORECASE,
)
"""A dash before an area separates it from the street. A dash before a street may mean a crossing,
also before `xa lộ` and `Huyen Tran Cong Chua`.
"""

_GLUED_NUMBER = re.compile(
    r"(?<![^\W_])(\d{1,4})(?=(?!bis|ter|thang|tháng)[^\W\d_]{3,}\s)", re.IGNORECASE
)
_GLUED_AREAS = re.compile(
    r"(?<![^\W_])([pf]\.?\d{1,2}(?=q\.?\d{1,2}(?![^\W_]))|q\.?\d{1,2}(?=[pf]\.?\d{1,2}(?![^\W_])))",
    re.IGNORECASE,
)
_ROAD_WITHOUT_BAR = re.compile(r"\b(d)(ường)\b(?!\s+như)", re.IGNORECASE)


def normalize_layout(text: str) -> str:
    """The address without labels, with pieces separated.

    Args:
        text: NFC.
    """
    if ":" in text:
        text = _LABEL.sub(_label, text)
    text = _ROAD_WITHOUT_BAR.sub(lambda found: ("Đ" if found[1] == "D" else "đ") + found[2], text)
    text = _DASH.sub(", ", text)
    return _GLUED_AREAS.sub(r"\1 ", _GLUED_NUMBER.sub(r"\1 ", text))


def _label(found: re.Match[str]) -> str:
    word = found[1]
    return "" if word.lower() in _SAID_ONLY else f"{word.split('/')[0]} "
