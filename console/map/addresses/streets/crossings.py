"""Crossings among tokens: their words and signs, and the second street."""

from collections.abc import Sequence

from console.map.addresses.language.street_words import CROSSING_SIGN
from console.map.addresses.language.tokens import Token
from console.map.addresses.streets.explicit_names import ExplicitNames
from console.map.addresses.streets.names import KNOWN, LIKELY, StreetNames

_SPOT = ("đoạn", "chỗ", "khúc", "ngay", "doan", "cho", "khuc")
"""Words that may precede a crossing word."""


_CORNER = ("góc", "giao")


class Crossings:
    """Reads the second street of a crossing."""

    def __init__(self, names: StreetNames, worded: ExplicitNames) -> None:
        """Remember the readers of names."""
        self._names = names
        self._worded = worded
        self._words = names.words

    def skip_words(self, part: Sequence[Token], index: int) -> tuple[int, bool]:
        """(end of the crossing words that start here, whether there are any)."""
        start, words = index, self._words
        while length := (words.cross.at(part, index)[0] or words.cross_landmark.at(part, index)[0]):
            index += length
        return index, index > start

    def other(
        self, part: Sequence[Token], index: int, *, crossing: bool = False
    ) -> tuple[str | None, int]:
        """(street, end) of the second street: after a word or sign, or directly if a crossing word
        came before the first street.
        """
        if index >= len(part):
            return None, index
        words = self._words
        there = index + 1 if part[index].said.lower() in _SPOT else index  # `đoạn giao với`
        if not words.cross.at(part, there)[0]:
            there = index
        length = words.joiner.at(part, there)[0] or words.cross.at(part, there)[0]
        at = there + length
        if length:
            at, _ = self.skip_words(part, at)
        signed = CROSSING_SIGN.fullmatch(part[index].gap) is not None
        if not (length or signed or crossing) or at >= len(part):
            return None, index
        name, end = self._worded.explicit(part, at)
        if name is None and signed and at + 1 == len(part) and self._names.code(part[at]):
            return f"Đường {part[at].said.upper()}", len(part)  # `Ung Văn Khiêm - D5`
        if name is None:
            name, end, strength = self._names.name(part, at, small=True)
            landmark = words.cross_landmark.at(part, index)[0] > 0
            loose = landmark and not words.surnames.at(part, at)[0]
            if strength == LIKELY and (loose or not (length or signed)):
                return None, index
        return (name, end) if name else (None, index)

    def open_corner(self, part: Sequence[Token]) -> str | None:
        """A known street that ends its part after a word such as `góc`."""
        for index in range(len(part)):
            length, word = self._words.cross.at(part, index)
            if length and word.startswith(_CORNER):
                name, end, strength = self._names.name(part, index + length, small=False)
                return name if end == len(part) and strength == KNOWN else None
        return None

    def word_ends(self, part: Sequence[Token], index: int) -> bool:
        """Whether a crossing sign or word is right before this token."""
        return CROSSING_SIGN.fullmatch(part[index].gap) is not None or any(
            index - start == phrases.at(part, start)[0]
            for phrases in (self._words.cross, self._words.joiner)
            for start in range(max(0, index - 2), index)
        )
