"""The district of an address (docs/reference/addresses.md, step 2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.province import ProvinceReader
from console.map.addresses.areas.several_districts import NamedDistrict, SeveralDistricts
from console.map.addresses.areas.ward_phrases import WardPhrases
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import leads_there
from console.map.addresses.language.tokens import (
    PUNCTUATION,
    Phrases,
    Token,
    key_of,
    name_span,
    parts_of,
    phrases_of,
    take,
    word_lists,
)

_AND, _OR = ("và", "với", "va"), ("hay", "hoặc", "hoac")
_SAID_OF = ("cũ", "mới", "cu", "moi")
_SIGN = re.compile(r"\s*[-–/&+]\s*")


@dataclass(slots=True)
class Districts:
    """Candidates for the district of an address.

    Attributes:
        span: the tokens that name it.
        province: the old districts of the province that was named.
        unsure: it is unclear which is meant (`Tân Phú hay Bình Hưng Hòa A`); `said` has the spans
            of those that were found.
    """

    names: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    province: frozenset[str] = frozenset()
    unsure: bool = False
    said: tuple[tuple[int, int], ...] = ()


class DistrictReader:
    """Finds the district, searching from the right."""

    def __init__(self, names: DistrictNames, wards: WardPhrases, streets: KnownStreets) -> None:
        """Index the words that introduce streets, crossings and landmarks."""
        words = word_lists()
        self._names = names
        self._wards = wards
        self._streets = streets
        self._rivals = SeveralDistricts(names, wards, streets)
        self._heads = phrases_of("street.words", "street.heads", "cross.words", "landmark.words")
        self._crossroads = Phrases([*words["cross"]["landmark"], "vòng xoay", "bùng binh"])
        self._province = ProvinceReader(names, wards, self._heads)

    def read(self, tokens: list[Token]) -> Districts:
        """The district; marks the tokens of province and district as `taken`."""
        end, province = self._province.strip(tokens)
        if self._unsure(tokens):
            return Districts(unsure=True)
        found = self._find(tokens, end)
        if found.span:
            found = self._meant(tokens, self._with_others(tokens, found))
            for span in (*found.said, *((found.span,) if found.span else ())):
                take(tokens, *span)
        found.province = province
        return found

    def _meant(self, tokens: list[Token], found: Districts) -> Districts:
        """The district that is meant if the sentence mentions others too."""
        first = NamedDistrict(found.names, found.span or (0, 0))
        rivals = self._rivals.of(tokens, first)
        if not rivals:
            return found
        meant = self._rivals.meant(tokens, [first, *rivals])
        if meant is None:
            spans = sorted(one.span for one in (first, *rivals))
            return Districts(unsure=True, said=tuple(spans))
        return found if meant is first else Districts(meant.names, meant.span)

    def _find(self, tokens: list[Token], end: int) -> Districts:
        for start in range(end - 1, -1, -1):
            hit = self._names.worded(tokens, start, end)
            if hit and not leads_there(tokens, start):
                return Districts(hit[0], (start, hit[1]))
        patterns = (
            self._bare_initials,
            self._bare_name,
            self._after_ward,
            self._before_ward,
            self._bare_part,
        )
        found = (pattern(tokens, end) for pattern in patterns)
        return next((districts for districts in found if districts), Districts())

    def _with_others(self, tokens: list[Token], found: Districts) -> Districts:
        """Adds districts next to this one: `Bình Thạnh và quận 2`, `Bình Thạnh Gò Vấp`."""
        names, (start, stop) = found.names, found.span or (0, 0)
        while before := self._named_until(tokens, start, names):
            more, start = before
            names = (*names, *more)
        after = stop + 1
        if after < len(tokens) and tokens[stop].said.lower() in _AND:
            for n in range(min(4, len(tokens) - after), 0, -1):
                if other := self._names.exactly(tokens, after, after + n):
                    names, stop = (*names, *other), after + n
                    break
        return Districts(tuple(dict.fromkeys(names)), (start, stop))

    def _named_until(
        self, tokens: list[Token], stop: int, names: tuple[str, ...]
    ) -> tuple[tuple[str, ...], int] | None:
        """(names, start) of a district that ends where these begin, perhaps with "and" between;
        not if it is a ward of theirs, or part of a street's or landmark's name.
        """
        linked = stop > 0 and tokens[stop - 1].said.lower() in _AND
        sign = _SIGN.fullmatch(tokens[stop].gap) is not None
        if not (linked or sign or tokens[stop].joined):
            return None
        end = stop - linked
        for start in range(max(0, end - 4), end):
            hit = self._names.exactly(tokens, start, end)
            if not hit or leads_there(tokens, start):
                continue
            own = not (linked or sign) and any(
                named.old.district in names
                for named in self._wards.named.get(key_of(tokens, start, end), ())
                if named.old
            )
            of_a_ward = any(  # the end of `Hiệp Bình Chánh`
                key_of(tokens, at, end) in self._wards.named and name_span(tokens, at, end)
                for at in range(max(0, start - 3), start)
            )
            if not (own or of_a_ward or self._wards.word_ends(tokens, start, self._heads)):
                return hit, start
        return None

    def _unsure(self, tokens: list[Token]) -> bool:
        """Whether one of two areas is meant: `phường 5 hay phường 6`; but in `quận 8 hay ngập`,
        `hay` means often.
        """
        return any(
            token.said.lower() in _OR
            and any(self._is_area(tokens, at + 1, at + 1 + n) for n in range(1, 7))
            and any(self._is_area(tokens, before - n, before) for n in range(1, 7))
            for at, token in enumerate(tokens)
            for before in (
                at,
                at - 1 if at and tokens[at - 1].said in ("cũ", "mới", "cu", "moi") else at,
            )
        )

    def _is_area(self, tokens: list[Token], start: int, stop: int) -> bool:
        """Whether exactly these tokens name a ward or a district."""
        if start < 0 or stop > len(tokens):
            return False
        phrase = self._wards.phrase_at(tokens[:stop], start)
        return (
            (phrase is not None and phrase.end == stop)
            or (key_of(tokens, start, stop) in self._wards.named and stop > start + 1)
            or bool(self._names.exactly(tokens, start, stop))
        )

    def _bare_initials(self, tokens: list[Token], end: int) -> Districts | None:
        if not end or tokens[end - 1].taken:
            return None
        last = tokens[end - 1]
        names = self._names.initials.get(last.key)
        if last.said.isupper() and not names:  # `phường 11, VT`
            names = tuple(
                name
                for name in self._names.worded_initials.get(last.key, ())
                if self._wards.ends_at(tokens, end - 1, name)
            )
        if not names or len(last.key) < 2:
            return None
        sure = last.said.isupper() or self._wards.ends_at(tokens, end - 1)
        if not sure or self._wards.word_at(tokens, end - 1)[0]:
            return None
        return Districts(names, (end - 1, end))

    def _bare_name(self, tokens: list[Token], end: int) -> Districts | None:
        for n in range(min(3, end), 0, -1):
            start = end - n
            names = self._names.bare(tokens, start, end)
            if (
                names
                and name_span(tokens, start, end)
                and self._may_start(tokens, start, names)
                and not self._only_a_ward(tokens, start, end, names)
            ):
                return Districts(names, (start, end))
        return None

    def _only_a_ward(
        self, tokens: list[Token], start: int, end: int, names: tuple[str, ...]
    ) -> bool:
        """Whether the name of a former or remote district is as likely a ward's: `Gò Dầu, Tân
        Thành` is Tân Thành in Tân Phú, `Phạm Hữu Lầu, Phú Mỹ` is Phú Mỹ in Quận 7. `Phú Mỹ, Tân
        Thành` is the district, because one of its wards precedes it.
        """
        key = key_of(tokens, start, end)
        if key not in self._names.doubtful or key not in self._wards.named:
            return False
        return not any(
            self._wards.ends_at(tokens, start, name)
            or self._wards.bare_before(tokens, start, (name,)) is not None
            for name in names
        )

    def _may_start(self, tokens: list[Token], start: int, names: tuple[str, ...]) -> bool:
        """Whether a bare district name may start here: after a comma, a ward, a known street, or
        another such district.
        """
        apart = start == 0 or PUNCTUATION.search(tokens[start].gap) is not None
        if (
            apart
            or self._wards.ends_at(tokens, start)
            or _street_ends(tokens, start, self._streets)
            or self._wards.road_before(tokens, start)
            or self._crossroads_before(tokens, start)
            or self._wards.bare_before(tokens, start, names) is not None
        ):
            return True
        before = self._named_until(tokens, start, names)
        return before is not None and self._may_start(tokens, before[1], before[0])

    def _crossroads_before(self, tokens: list[Token], end: int) -> bool:
        """Whether a named crossing or roundabout ends here: `ngã tư Hàng Xanh | Bình Thạnh`, but
        not `ngã tư | Phú Nhuận`.
        """
        return any(
            length and end - at - length in (2, 3) and name_span(tokens, at, end + 1)
            for at in range(max(0, end - 5), end - 2)
            if (length := self._crossroads.at(tokens, at)[0])
        )

    def _after_ward(self, tokens: list[Token], end: int) -> Districts | None:
        """A district right after one of its wards, whatever follows: `phường 5 Bình Thạnh có cái
        nắp cống bị bể`.
        """
        for start in range(end - 1, 0, -1):
            for n in range(min(3, end - start), 0, -1):
                stop = start + n
                named = self._names.bare(tokens, start, stop, strict=n > 1)  # `p22 BThạnh`
                if not named or not name_span(tokens, start, stop):
                    continue
                if _goes_on(tokens, stop) and not (
                    self._wards.stops_at(tokens, stop) or self._ends_small(tokens, start, stop)
                ):
                    continue
                names = tuple(
                    name
                    for name in named
                    if self._wards.ends_at(tokens, start, name)
                    or (n > 1 and self._wards.bare_before(tokens, start, (name,)) is not None)
                )
                if names:
                    return Districts(names, (start, stop))
            if names := self._initials_after_ward(tokens, start):
                return Districts(names, (start, start + 1))
        return None

    def _ends_small(self, tokens: list[Token], start: int, stop: int) -> bool:
        """Whether a district in lower case ends here, after a numbered ward, although the sentence
        goes on: `phuong 6 tan binh ban hang gia`. No other district may follow.
        """
        return (
            stop > start + 1
            and tokens[start - 1].key[-1].isdigit()
            and tokens[start].said.islower()
            and tokens[stop].said.islower()
            and not any(self._names.bare(tokens, stop, stop + n) for n in range(1, 4))
        )

    def _initials_after_ward(self, tokens: list[Token], at: int) -> tuple[str, ...]:
        """Initials of a district right after one of its wards: `P.5 GV 12 Quang Trung`."""
        token = tokens[at]
        if token.taken or len(token.key) < 2 or self._names.words.at(tokens, at)[0]:
            return ()
        known = self._names.worded_initials if token.said.isupper() else self._names.initials
        return tuple(
            name for name in known.get(token.key, ()) if self._wards.ends_at(tokens, at, name)
        )

    def _before_ward(self, tokens: list[Token], end: int) -> Districts | None:
        """A district at the start of the text, right before one of its wards: `tân bình p15`."""
        for n in range(min(3, end - 1), 0, -1):
            phrase = self._wards.phrase_at(tokens[:end], n)
            if phrase is None or not tokens[n].joined:
                continue
            names = tuple(
                name
                for name in self._names.exactly(tokens, 0, n)
                if self._wards.ends_at(tokens, phrase.end, name)
            )
            if names:
                return Districts(names, (0, n))
        return None

    def _bare_part(self, tokens: list[Token], end: int) -> Districts | None:
        """The last whole part between commas that is a district's name."""
        for start, stop in reversed(parts_of(tokens[:end])):
            alone = start + 1 == stop and len(tokens[start].said) > 1
            initials = self._names.initials.get(tokens[start].key) if alone else None
            if initials and tokens[start].said.isupper():
                return Districts(initials, (start, stop))  # `xã Bà Điểm, HM, 5/4 Phan Văn Hớn`
            names = self._names.bare(tokens, start, stop) if stop - start <= 3 else ()
            if names and not self._only_a_ward(tokens, start, stop, names):
                return Districts(names, (start, stop))
        return None


def _goes_on(tokens: Sequence[Token], end: int) -> bool:
    """Whether a name may go on past `end`: only lower case after a capital surely ends it."""
    following = tokens[end] if end < len(tokens) else None
    if following is None or following.taken or not following.joined:
        return False
    if following.key[-1].isdigit():
        return False  # `Hội Nghĩa Tân Uyên ĐT747`
    return not (tokens[end - 1].said[:1].isupper() and following.said.islower())


def _street_ends(tokens: Sequence[Token], end: int, streets: KnownStreets) -> bool:
    """Whether a known street ends right before `end`: `Phan Xích Long Phú Nhuận`."""
    return any(
        name_span(tokens, start, end + 1) and streets.has_at(tokens, start, end)
        for start in range(max(0, end - 4), end)
    )
