"""Districts by name, number or initials: `Q.1`, `quận Tân Bình`, `TPTĐ`."""

import re
from collections.abc import Sequence

from console.map.addresses.areas.ward_phrases import WardPhrases
from console.map.addresses.language.spelling import has_marks, marks_agree, place_key
from console.map.addresses.language.tokens import (
    Phrases,
    Token,
    key_of,
    name_span,
    said_between_tokens,
    word_lists,
)
from console.map.geography.wards import WardTable

_NUMBER_DISTRICT = re.compile(r"(?:q|quan)0*([1-9]\d?)")
_INITIALS = re.compile(r"(q|h|tp)([a-z]{2,3})")
_KINDS_OF = {
    "huyện": ("Huyện ",),
    "h": ("Huyện ",),
    **dict.fromkeys(("thành phố", "tp", "thị xã", "tx"), ("Thành phố ",)),
}
_KINDS_BY_LETTER = {"q": ("Quận ", "Thành phố "), "h": ("Huyện ",), "tp": ("Thành phố ",)}
_NUMBER = re.compile(r"0*([1-9]\d?)")
_KINDS = ("Quận ", "Huyện ", "Thành phố ", "Thị xã ")


class DistrictNames:
    """Knows the names of the districts and reads them among tokens.

    Attributes:
        city: the districts of the old city, without those of the two provinces that joined it.
        keys: key of a name -> (district, that name).
        initials: initials -> districts that they may mean on their own.
        worded_initials: the same, plus those that need a district word or a ward before them.
        doubtful: keys that may just as well be a ward's: former and some remote districts.
        words: the words for a district.
    """

    def __init__(self, table: WardTable, wards: WardPhrases) -> None:
        """Index names, initials and numbers."""
        words = word_lists()
        self.words = Phrases(words["district"]["words"])
        districts = sorted({ward.district for ward in table.old.values()})
        joined = (name for names in words["province"]["ex"].values() for name in names)
        self.city = frozenset(districts).difference(joined)
        self._index(districts, words["district"]["former"])
        far = {place_key(short_name(each)) for each in districts if each not in self.city}
        self.doubtful |= {key for key in far if self._is_ward_near(wards, key)}

    def bare(
        self, tokens: Sequence[Token], start: int, stop: int, *, strict: bool = True
    ) -> tuple[str, ...]:
        """Districts whose bare name is exactly these tokens.

        Args:
            strict: if no name has the marks as said, return none instead of all.
        """
        named = self.keys.get(key_of(tokens, start, stop))
        if not named:
            return ()
        said = said_between_tokens(tokens, start, stop)
        fitting = dict.fromkeys(
            district for district, name in named if name and marks_agree(said, name)
        )
        return tuple(fitting) or (() if strict else tuple(district for district, _ in named))

    def exactly(self, tokens: list[Token], start: int, stop: int) -> tuple[str, ...]:
        """The district that exactly these tokens name, with or without a district word."""
        worded = self.worded(tokens, start, stop)
        if worded and worded[1] == stop:
            return worded[0]
        return self.bare(tokens, start, stop) if name_span(tokens, start, stop) else ()

    def worded(
        self, tokens: list[Token], start: int, end: int
    ) -> tuple[tuple[str, ...], int] | None:
        """(names, end) of a district word at `start` with a name, number or initials."""
        attached = _NUMBER_DISTRICT.fullmatch(tokens[start].key)
        if attached and not has_marks(tokens[start].said.lower().replace("ậ", "a")):
            district = self._numbers.get(attached[1])
            return ((district,), start + 1) if district else None
        joined = _INITIALS.fullmatch(tokens[start].key)
        if joined and tokens[start].said.isupper():
            kind = _KINDS_BY_LETTER[joined[1]]  # `HTP` is Huỳnh Tấn Phát, no Tân Phú
            meant = tuple(n for n in self.initials.get(joined[2], ()) if n.startswith(kind))
            if meant:
                return meant, start + 1  # `QTB`, `TPTĐ`
        length, word = self.words.at(tokens, start)
        at = start + length
        if not length or at >= end or not tokens[at].joined:
            return None
        for n in range(min(3, end - at), 0, -1):
            names = self.bare(tokens, at, at + n, strict=False)
            if names and name_span(tokens, at, at + n):
                return names, at + n
        number = _NUMBER.fullmatch(tokens[at].key)
        if number and number[1] in self._numbers:
            return (self._numbers[number[1]],), at + 1
        key = tokens[at].key
        kinds = _KINDS_OF.get(word, ())
        fitting = tuple(n for n in self.worded_initials.get(key, ()) if n.startswith(kinds))
        names = (fitting if kinds else ()) or self.initials.get(key, ())  # `TX. DA`, `Q. BT`
        return (names, at + 1) if names else None

    def _is_ward_near(self, wards: WardPhrases, key: str) -> bool:
        """Whether a ward of the old city has the same name."""
        return any(n.old and n.old.district in self.city for n in wards.named.get(key, ()))

    def _index(self, districts: Sequence[str], former: dict[str, str]) -> None:
        keys: dict[str, set[tuple[str, str]]] = {}
        initials: dict[str, set[str]] = {}
        self._numbers = {}
        self.worded_initials: dict[str, list[str]] = {}
        self.doubtful: set[str] = set()
        for district in districts:
            short = short_name(district)
            if short.isdigit():
                self._numbers[short] = district
                continue
            keys.setdefault(place_key(short), set()).add((district, short))
            parts = [place_key(part) for part in short.split()]
            short_form = "".join(p[0] for p in parts)
            self.worded_initials.setdefault(short_form, []).append(district)
            if district in self.city or len(parts) > 2:
                initials.setdefault(short_form, set()).add(district)
            if district in self.city:
                # `Q.B.Thạnh`, `Q.BThạnh`, `Q.Tphú`
                keys.setdefault(parts[0][0] + "".join(parts[1:]), set()).add((district, ""))
        for name, district in former.items():
            if name.isdigit():
                self._numbers[name] = district
            else:
                keys.setdefault(place_key(name), set()).add((district, name))
                self.doubtful.add(place_key(name))
        self.keys = {key: tuple(sorted(names)) for key, names in keys.items()}
        self.initials = {key: tuple(sorted(names)) for key, names in initials.items()}


def short_name(district: str) -> str:
    """The district's name without its kind."""
    return next((district.removeprefix(k) for k in _KINDS if district.startswith(k)), "")
