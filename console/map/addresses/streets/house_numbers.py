"""House numbers and alleys among tokens: `66/1`, `hẻm 51`, `số 12 bis`, `Lê Văn Việt 97`."""

import re
from collections.abc import Sequence

from console.map.addresses.language.street_words import StreetWords
from console.map.addresses.language.tokens import Token

_HOUSE = re.compile(
    r"[a-k]?\d+[a-z]{0,2}(?:[/\-]\d+[a-z]?\d*)+|\d+[a-z]{0,2}(?:/[a-k]?\d+[a-z]?)*(?:/[a-k])?"
)

MEASURE = re.compile(r"\d+(?:m|h|k[mgv]|[cm]m|MT|mt|PN|pn|WC|wc|tr|ha|x\d+)")
"""Not house numbers: `100m đường Trường Chinh`, `20h`. A house's letter is a capital, or a word for
it comes before.
"""
_BESIDE = ("và", "va", "với", "voi", "tới", "toi", "đến", "den", "hoặc", "hoac", "hay", "lẫn")
_CODE_OF_A_THING = re.compile(r"0\d{2,}")
"""Codes such as `trạm Q3 045` and telephone numbers; a house number is `05` at most."""


class HouseNumbers:
    """Reads a house number at a token."""

    def __init__(self, words: StreetWords) -> None:
        """Remember the word lists."""
        self._words = words

    def at(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """(house number or alley with its word, end)."""
        w = self._words
        length, word = w.alley.at(part, index)
        alley = word if length else ""
        at = index + length
        at += w.number.at(part, at)[0]
        if at >= len(part) or not _HOUSE.fullmatch(part[at].key):
            return None, index
        if _CODE_OF_A_THING.fullmatch(part[at].key):
            return None, index
        if re.search("[@#]", part[at].gap):
            return None, index  # `@1022`
        if at == index and MEASURE.fullmatch(part[at].said):
            return None, index
        if at + 1 < len(part) and part[at + 1].key == "thang" and w.short_at(part, at):
            return None, index  # `2 Tháng 9`; `hẻm 3 Tháng 2`: an alley without its number
        if part[at].key in w.dates and at == index and not self._name_follows(part, at + 1):
            return None, index
        number, end = part[at].said, at + 1
        if (
            end + 1 < len(part)
            and part[end].gap.strip() in ("-", "–")
            and number.isdigit()
            and part[end].said.isdigit()
        ):
            number, end = f"{number}-{part[end].said}", end + 1
        elif end < len(part) and part[end].key in w.suffix:
            number, end = f"{number} {part[end].said}", end + 1
        if alley:
            return f"{'hẻm' if alley in w.alley_forms else alley} {number}", end
        return number, end

    def one_of_many(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether the number is one of two, or ruled out: `giữa số 45 và số 51`, `hẻm 45 và hẻm
        51`, `chứ không phải hẻm 102`.
        """
        if end + 1 < len(part) and part[end].said.lower() in _BESIDE and part[end].joined:
            return self.at(part, end + 1)[0] is not None
        before = [token.said.lower() for token in part[max(0, index - 2) : index]]
        if before[1:] == ["phải"] or before == ["khong", "phai"]:
            return True
        return index > 1 and before[1] in _BESIDE and part[index - 2].key[:1].isdigit()

    def late(self, part: Sequence[Token], index: int) -> bool:
        """Whether a house number ends the part: `Lê Văn Việt 97`. One digit may be part of the
        name: `Bàu Cát 2`.
        """
        last = index + 1 == len(part) and part[index].joined
        if not last or MEASURE.fullmatch(part[index].said):
            return False
        return re.fullmatch(r"\d{2,}[a-z]?|\d+/\S+", part[index].key) is not None

    def _name_follows(self, part: Sequence[Token], index: int) -> bool:
        return (
            index < len(part)
            and part[index].joined
            and part[index].key.isalpha()
            and not self._words.cross.at(part, index)[0]
        )
