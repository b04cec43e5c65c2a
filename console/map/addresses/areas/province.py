"""City, province and country at the end of an address."""

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.ward_phrases import WardPhrases
from console.map.addresses.language.spelling import place_key
from console.map.addresses.language.tokens import (
    PUNCTUATION,
    Phrases,
    Token,
    key_of,
    parts_of,
    take,
    word_lists,
)

_CITY = ("tp", "thanh", "tphcm", "hcm", "hcmc")
_NOTHING_ELSE = (*_CITY, "viet", "vn", "brvt")
"""First words that only names of the city, a province or the country have."""


class ProvinceReader:
    """Takes the names of city, province and country off an address."""

    def __init__(self, names: DistrictNames, wards: WardPhrases, heads: Phrases) -> None:
        """Index the names.

        Args:
            heads: words of streets, crossings and landmarks, after which a city's name is part of
                another name.
        """
        self._names = names
        self._wards = wards
        self._heads = heads
        words = word_lists()
        ex = {place_key(k): frozenset(v) for k, v in words["province"]["ex"].items()}
        self._provinces = {place_key(name): frozenset() for name in words["province"]["names"]} | ex

    def strip(self, tokens: list[Token]) -> tuple[int, frozenset[str]]:
        """Strip city and province from the end: (where the rest ends, old districts of a
        province).
        """
        end, province = len(tokens), frozenset[str]()
        ends = {stop for _, stop in parts_of(tokens)[:-1]}
        for start in range(1, len(tokens) - 1):
            if tokens[start].key not in _CITY or tokens[start - 1].key == "tp":
                continue
            if self._wards.word_ends(tokens, start, self._heads):
                continue  # `cao tốc TP.HCM - Trung Lương`
            for stop in range(min(start + 6, len(tokens)), start, -1):
                there = stop in ends or self._wards.ends_at(tokens, start)
                if there and self._ends(tokens, start, stop):
                    take(tokens, start, stop)  # `phường Bình Thới TPHCM, Lạc Long Quân`
                    break
        while end:
            length = next(
                (n for n in range(min(6, end), 0, -1) if self._ends(tokens, end - n, end)),
                0,
            )
            if not length:
                break
            key = key_of(tokens, end - length, end)
            province = self._provinces[key] or province
            take(tokens, end - length, end)
            end -= length
            if end and tokens[end - 1].key == "tinh":
                take(tokens, end - 1, end)
                end -= 1
        return end, province

    def _ends(self, tokens: list[Token], start: int, end: int) -> bool:
        window = tokens[start:end]
        key = key_of(tokens, start, end)
        if key not in self._provinces or any(t.key in ("tp", "thanh") for t in window[1:]):
            return False
        if start == 0:
            return False  # on its own it is more likely a place than a province
        before = tokens[start - 1]
        if window[0].key in _NOTHING_ELSE:
            return self._wards.word_at(tokens, start - 1)[0] == 0
        plain = PUNCTUATION.search(window[0].gap) is not None or before.key == "tinh"
        ex = self._provinces[key]
        return (
            plain
            or self._district_word_before(tokens, start)
            or any(  # `Xuyên Mộc Bà Rịa Vũng Tàu`
                not ex.isdisjoint(name for name, _ in self._names.keys.get(near, ()))
                for near in (key_of(tokens, at, start) for at in range(max(1, start - 3), start))
            )
        )

    def _district_word_before(self, tokens: list[Token], end: int) -> bool:
        for start in range(max(0, end - 6), end):
            hit = self._names.worded(tokens, start, end)
            if hit and hit[1] == end:
                return True
        return False
