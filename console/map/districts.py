"""The district of an address, and the province that joined the city (MAP.md 7, step 2)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.map.spelling import agrees, has_marks, place_key
from console.map.street_list import StreetList
from console.map.ward_phrases import WardPhrases, key_of
from console.map.wards import WardTable
from console.map.words import (
    PUNCTUATION,
    Phrases,
    Token,
    name_span,
    parts_of,
    said_between_tokens,
    word_lists,
)

_NUMBER_DISTRICT = re.compile(r"(?:q|quan)0*([1-9]\d?)")
_INITIALS = re.compile(r"(?:q|h|tp)([a-z]{2,3})")
_NUMBER = re.compile(r"0*([1-9]\d?)")
_KINDS = ("Quận ", "Huyện ", "Thành phố ", "Thị xã ")


@dataclass(slots=True)
class Districts:
    """Candidates for the district as said; `span` the tokens that say it,
    `province` the old districts of the province that was named."""

    names: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    province: frozenset[str] = frozenset()
    end: int = 0


class DistrictReader:
    """Finds the district, from the right.

    Attributes:
        city: the districts of the old city, without those of the two provinces that joined.
    """

    def __init__(self, table: WardTable, wards: WardPhrases, streets: StreetList) -> None:
        """Index names, initials and numbers."""
        words = word_lists()
        self._streets = streets
        self._wards = wards
        self._words = Phrases(words["district"]["words"])
        ex = {place_key(k): frozenset(v) for k, v in words["province"]["ex"].items()}
        self._provinces = {place_key(name): frozenset() for name in words["province"]["names"]} | ex
        districts = sorted({ward.district for ward in table.old.values()})
        self.city = frozenset(districts) - frozenset().union(*ex.values())
        self._index_districts(districts, words["district"]["former"])

    def read(self, tokens: list[Token]) -> Districts:
        """The district as said; tokens of province and district become `taken`."""
        end, province = self._strip_province(tokens)
        found = self._find(tokens, end)
        found.province = province
        if found.span:
            take(tokens, *found.span)
        return found

    def _index_districts(self, districts: Sequence[str], former: dict[str, str]) -> None:
        keys: dict[str, set[tuple[str, str]]] = {}  # key -> (district, the name that has it)
        initials: dict[str, set[str]] = {}
        self._numbers = {}
        for district in districts:
            short = _short(district)
            if short.isdigit():
                self._numbers[short] = district
                continue
            keys.setdefault(place_key(short), set()).add((district, short))
            parts = [place_key(part) for part in short.split()]
            if district in self.city or len(parts) > 2:
                initials.setdefault("".join(p[0] for p in parts), set()).add(district)
            if district in self.city:
                # `Q.B.Thạnh`, `Q.BThạnh`, `Q.Tphú`
                keys.setdefault(parts[0][0] + "".join(parts[1:]), set()).add((district, ""))
        for name, district in former.items():
            if name.isdigit():
                self._numbers[name] = district
            else:
                keys.setdefault(place_key(name), set()).add((district, name))
        self._district_keys = {key: tuple(sorted(names)) for key, names in keys.items()}
        self._initials = {key: tuple(sorted(names)) for key, names in initials.items()}

    def _strip_province(self, tokens: list[Token]) -> tuple[int, frozenset[str]]:
        """Take city and province names off the end; where the rest ends, and its old districts."""
        end, province = len(tokens), frozenset[str]()
        while end:
            length = next(
                (n for n in range(min(6, end), 0, -1) if self._province_ends(tokens, end - n, end)),
                0,
            )
            if not length:
                break
            key = place_key("".join(token.key for token in tokens[end - length : end]))
            province = self._provinces[key] or province
            take(tokens, end - length, end)
            end -= length
            if end and tokens[end - 1].key == "tinh":
                take(tokens, end - 1, end)
                end -= 1
        return end, province

    def _province_ends(self, tokens: list[Token], start: int, end: int) -> bool:
        window = tokens[start:end]
        key = place_key("".join(token.key for token in window))
        if key not in self._provinces or any(t.key in ("tp", "thanh") for t in window[1:]):
            return False
        if start == 0:
            return False  # alone it is more likely a place than a province
        before = tokens[start - 1]
        if window[0].key in ("tp", "thanh", "tphcm", "hcm", "hcmc", "viet", "vn", "brvt"):
            return self._wards.word_at(tokens, start - 1)[0] == 0
        plain = PUNCTUATION.search(window[0].gap) is not None or before.key == "tinh"
        return plain or self._district_word_before(tokens, start)

    def _district_word_before(self, tokens: list[Token], end: int) -> bool:
        for start in range(max(0, end - 6), end):
            hit = self._worded_district(tokens, start, end)
            if hit and hit[1] == end:
                return True
        return False

    def _find(self, tokens: list[Token], end: int) -> Districts:
        for start in range(end - 1, -1, -1):
            hit = self._worded_district(tokens, start, end)
            if hit:
                return Districts(hit[0], (start, hit[1]))
        for pattern in (self._bare_initials, self._bare_name, self._bare_part):
            bare = pattern(tokens, end)
            if bare:
                return Districts(bare[0], (bare[1], bare[2]))
        return Districts()

    def _worded_district(
        self, tokens: list[Token], start: int, end: int
    ) -> tuple[tuple[str, ...], int] | None:
        """District word at `start` with a name, number or initials after it: names and end."""
        attached = _NUMBER_DISTRICT.fullmatch(tokens[start].key)
        if attached and not has_marks(tokens[start].said.lower().replace("ậ", "a")):
            district = self._numbers.get(attached[1])
            return ((district,), start + 1) if district else None
        joined = _INITIALS.fullmatch(tokens[start].key)
        if joined and joined[1] in self._initials and tokens[start].said.isupper():
            return self._initials[joined[1]], start + 1  # `QTB`, `TPTĐ`
        length, _ = self._words.at(tokens, start)
        at = start + length
        if not length or at >= end or not tokens[at].joined:
            return None
        for n in range(min(3, end - at), 0, -1):
            named = self._district_keys.get(key_of(tokens, at, at + n))
            if named and name_span(tokens, at, at + n):
                return _by_marks(said_between_tokens(tokens, at, at + n), named), at + n
        number = _NUMBER.fullmatch(tokens[at].key)
        if number and number[1] in self._numbers:
            return (self._numbers[number[1]],), at + 1
        names = self._initials.get(tokens[at].key)
        return (names, at + 1) if names else None

    def _bare_initials(
        self, tokens: list[Token], end: int
    ) -> tuple[tuple[str, ...], int, int] | None:
        if not end or tokens[end - 1].taken:
            return None
        last = tokens[end - 1]
        names = self._initials.get(last.key)
        if not names or len(last.key) < 2:
            return None
        sure = last.said.isupper() or self._wards.ends_at(tokens, end - 1)
        return (
            (names, end - 1, end) if sure and self._wards.word_at(tokens, end - 1)[0] == 0 else None
        )

    def _bare_name(self, tokens: list[Token], end: int) -> tuple[tuple[str, ...], int, int] | None:
        for n in range(min(3, end), 0, -1):
            start = end - n
            named = self._district_keys.get(key_of(tokens, start, end))
            if not named or not name_span(tokens, start, end):
                continue
            names = _by_marks(said_between_tokens(tokens, start, end), named, strict=True)
            apart = start == 0 or PUNCTUATION.search(tokens[start].gap) is not None
            if names and (
                apart
                or self._wards.ends_at(tokens, start)
                or _street_ends(tokens, start, self._streets)
                or self._wards.bare_before(tokens, start, names, self._streets) is not None
            ):
                return names, start, end
        return None

    def _bare_part(self, tokens: list[Token], end: int) -> tuple[tuple[str, ...], int, int] | None:
        """A whole part between commas that is a district's name, from the right."""
        for start, stop in reversed(parts_of(tokens[:end])):
            named = self._district_keys.get(key_of(tokens, start, stop))
            if named and stop - start <= 3:
                said = said_between_tokens(tokens, start, stop)
                if names := _by_marks(said, named, strict=True):
                    return names, start, stop
        return None


def _short(district: str) -> str:
    return next((district.removeprefix(k) for k in _KINDS if district.startswith(k)), "")


def _by_marks(
    said: str, named: Iterable[tuple[str, str]], *, strict: bool = False
) -> tuple[str, ...]:
    """Districts whose name has the marks as said; when none has them all, or none if `strict`."""
    pairs = tuple(named)
    fitting = dict.fromkeys(district for district, name in pairs if name and agrees(said, name))
    return tuple(fitting) or (() if strict else tuple(district for district, _ in pairs))


def _street_ends(tokens: Sequence[Token], end: int, streets: StreetList) -> bool:
    """Whether a known street stands right before `end`: `Phan Xích Long Phú Nhuận`."""
    return any(
        name_span(tokens, start, end + 1) and streets.has(said_between_tokens(tokens, start, end))
        for start in range(max(0, end - 4), end)
    )


def take(tokens: Sequence[Token], start: int, end: int) -> None:
    """Mark these tokens as understood."""
    for token in tokens[start:end]:
        token.taken = True
