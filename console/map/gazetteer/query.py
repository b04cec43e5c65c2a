"""What a typed text asks for: the part being typed, without the words around a name."""

import re

from console.domain.text.folding import fold

_NUMBER_FIRST = re.compile(r"\s*(?:(?:số nhà|số|so|hẻm|hem|ngõ|ngo)\s+)?\d+\S*\s+", re.IGNORECASE)
_WARD_WORD = re.compile(r"(?:phuong|thi tran|tt\.?|p\.?|xa(?!\s+lo\b)|x\.)\s+(?=\S)|p\.(?=\S)")
_DISTRICT_WORD = re.compile(
    r"(?:quan|huyen|thanh pho|thi xa)(?:\s|$)|(?:q|h|tp|tx)(?:\.|\s*\d|\s+(?=\S))"
)
_STREET_WORD = re.compile(r"(?:duong|d\.)\s+(?=\D)")
_BLANKS = re.compile(r"\s+")


def split_typed(text: str) -> tuple[str, str]:
    """(the part to keep, the part being typed): `12 Lê Lợi, ` and `phường b`."""
    cut = text.rfind(",") + 1
    number = _NUMBER_FIRST.match(text, cut)
    cut = number.end() if number else cut
    blanks = len(text[cut:]) - len(text[cut:].lstrip())
    return text[: cut + blanks], text[cut + blanks :]


def names_of_a_ward(folded: str) -> bool:
    """Whether the text begins with the word for a ward."""
    return _WARD_WORD.match(folded) is not None


def is_a_district(folded: str) -> bool:
    """Whether the text begins with the word for a district: `quan 1`, `q.10`, `tp thu duc`."""
    return _DISTRICT_WORD.match(folded) is not None


def name_key(text: str) -> str:
    """A folded name with single spaces, without a leading `phường`, `xã` or `đường`."""
    folded = _BLANKS.sub(" ", fold(text)).strip()
    return _STREET_WORD.sub("", _WARD_WORD.sub("", folded, count=1), count=1)
