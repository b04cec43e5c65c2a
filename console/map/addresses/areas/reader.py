"""Ward and district of an address, old and new names (docs/reference/addresses.md, steps 2 to 5).

The district is searched from the right: a district word with a name, number or initials, then bare
initials or a bare name at the end. The ward is the last `phường 5`, `P.Tân Quý`, `xã …`, or else a
part between commas that is a ward of the district. Nothing is guessed.
"""

from collections.abc import Sequence

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.districts import DistrictReader, Districts
from console.map.addresses.areas.several_wards import linked, of_several, perhaps_beside
from console.map.addresses.areas.ward_phrases import (
    LONGEST_NAME,
    WardPhrase,
    WardPhrases,
    bare_name,
)
from console.map.addresses.areas.ward_resolver import Area, WardResolver
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import ends_a_name, leads_there
from console.map.addresses.language.spelling import has_marks, marks_agree, place_key
from console.map.addresses.language.tokens import (
    Token,
    key_of,
    name_span,
    parts_of,
    phrases_of,
    said_between,
    said_between_tokens,
    take,
    word_lists,
)
from console.map.geography.wards import WardTable


class AreaReader:
    """Finds ward and district among tokens and marks those tokens as taken."""

    def __init__(self, table: WardTable, streets: KnownStreets) -> None:
        """Build the indices: a few milliseconds."""
        self.table = table
        self._streets = streets
        words = word_lists()
        self._heads = phrases_of("street.words", "street.codes")
        self._cross = phrases_of("cross.words", "cross.landmark")
        self._elsewhere = {place_key(name) for name in words["ward"]["elsewhere"]}
        self.wards = WardPhrases(table, streets)
        self._names = DistrictNames(table, self.wards)
        self._resolver = WardResolver(table, self.wards, self._names.city)
        self._districts = DistrictReader(self._names, self.wards, streets)

    def has_ward(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether exactly these tokens are the bare name of an old or new ward."""
        said = said_between_tokens(tokens, start, end)
        return name_span(tokens, start, end) and any(
            named.former or marks_agree(said, bare_name(named))
            for named in self.wards.named.get(key_of(tokens, start, end), ())
        )

    def has_district(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether exactly these tokens are the bare name of a district."""
        return bool(self._names.bare(tokens, start, end))

    def has_initials(self, token: Token) -> bool:
        """Whether this token is the initials of a district: `TDM`."""
        return token.said.isupper() and token.key in self._names.worded_initials

    def read(self, text: str, tokens: list[Token]) -> Area:
        """Ward, district and new wards; marks the tokens that named them as `taken`."""
        districts = self._districts.read(tokens)
        if districts.unsure:
            spans = tuple(said_between(text, tokens[slice(*span)]) for span in districts.said)
            return Area(unknown=spans, unsure=True)
        phrase = self._ward_phrase(tokens, districts)
        if phrase is None:
            return self._without_ward(text, tokens, districts)
        found = self._resolver.resolve(phrase, districts)
        said = said_between(text, tokens[phrase.start : phrase.end])
        take(tokens, phrase.start, phrase.end)
        if found is None:
            unsure = self._without_ward(text, tokens, districts)
            return Area(district=unsure.district, unknown=(said, *unsure.unknown))
        return found

    def _without_ward(self, text: str, tokens: list[Token], districts: Districts) -> Area:
        if len(districts.names) == 1:
            district = districts.names[0]
            if district == "Huyện Côn Đảo":  # it had no wards: the district itself is the old ward
                old = next(w for w in self.table.old.values() if w.district == district)
                return Area(district=district, new_wards=self.table.successors(old.code))
            return Area(district=district)
        if districts.span and districts.names:
            return Area(unknown=(said_between(text, tokens[slice(*districts.span)]),))
        return Area()

    def _ward_phrase(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        worded = [self.wards.phrase_at(tokens, i) for i in range(len(tokens))]
        found = [phrase for phrase in worded if phrase is not None]
        if found:
            # A landmark's `P3` may come first; of several, the last one that resolves counts.
            found = [p for p in found if not self._beside(tokens, p)]
            good = [p for p in found if self._resolver.resolve(p, districts) is not None]
            good = [p for p in good if not perhaps_beside(tokens, p)] or good
            two = len(good) > 1 and (
                linked(tokens, *good[-2:]) or self._listed(tokens, districts, *good[-2:])
            )
            bound = self._bound(districts, good)
            if good and not bound:
                return None
            good = bound
            last = None if two or not found else (good or found)[-1]
            return None if last is None or of_several(tokens, last) else last
        if districts.names:
            return self._bare_ward(tokens, districts)
        return self._lone_ward(tokens, districts)

    def _bound(self, districts: Districts, good: list[WardPhrase]) -> list[WardPhrase]:
        """Of several wards at different places, those next to the district; none without a
        district.
        """
        if len(good) < 2:
            return good
        areas = [self._resolver.resolve(phrase, districts) for phrase in good[-2:]]
        news = [set(area.new_wards) if area else set() for area in areas]
        if not news[0].isdisjoint(news[1]):
            return good
        if districts.span is None:
            return []
        start, stop = districts.span
        beside = [p for p in good if p.end == start or p.start == stop]
        return beside or good

    def _listed(
        self, tokens: Sequence[Token], districts: Districts, one: WardPhrase, other: WardPhrase
    ) -> bool:
        """`xã Bà Điểm, xã Xuân Thới Đông Hóc Môn` are two places; a ward followed by its new name
        (`phường 25, phường Thạnh Mỹ Tây`) is one.
        """
        if one.end != other.start or one.kind != other.kind:
            return False
        if tokens[one.end].gap.strip() not in ("", ","):
            return False
        areas = [self._resolver.resolve(phrase, districts) for phrase in (one, other)]
        news = [set(area.new_wards) if area else set() for area in areas]
        return all(news) and news[0].isdisjoint(news[1])

    @staticmethod
    def _beside(tokens: Sequence[Token], phrase: WardPhrase) -> bool:
        """`giáp phường 17`, `hướng về phường 5`: the place is not in that ward. But such a word may
        end a name, as in `Nguyễn Hữu Cảnh`, `hà huy giáp`; without marks it is ambiguous.
        """
        at = phrase.start
        if leads_there(tokens, at):
            return True
        if not (at and tokens[at].joined):
            return False
        beside = tokens[at - 1].said in ("giáp", "ranh", "cạnh", "gần")
        return beside and not (tokens[at - 1].key == "giap" and ends_a_name(tokens, at))

    def _bare_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """A whole part that is a ward of the district; never a first part that may be a street."""
        for number, (start, stop) in reversed(list(enumerate(parts_of(tokens)))):
            key = key_of(tokens, start, stop)
            if stop - start > LONGEST_NAME or key not in self.wards.named or key.isdigit():
                continue
            if self.wards.joined_by_road(tokens, start, stop):
                continue
            said = said_between_tokens(tokens, start, stop)
            if self._may_be_street(said, key, districts) and (
                (number == 0 and not self._other_street(tokens, start))
                or self._crossing_ends(tokens, start)
            ):
                continue
            if any(
                named.former or marks_agree(said, bare_name(named))
                for named in self.wards.named[key]
                if self._resolver.lies_in(named, districts.names)
            ):
                return WardPhrase(start, stop, key, said, None)
        if districts.span:
            at = districts.span[0]
            ends = [at, *(stop for _, stop in reversed(parts_of(tokens)) if stop != at)]
            for end in ends:
                at_ward = self.wards.bare_before(tokens, end, districts.names)
                if at_ward is not None and not self._crossed(tokens, at_ward, end):
                    said = said_between_tokens(tokens, at_ward, end)
                    return WardPhrase(at_ward, end, key_of(tokens, at_ward, end), said, None)
        return None

    def _may_be_street(self, said: str, key: str, districts: Districts) -> bool:
        """Whether it is a known street. If a ward has exactly these marks (`Tân Quy, quận 7`), the
        street must have them too (`Tân Quý` has not).
        """
        exactly = said.lower()
        ward = has_marks(said) and any(
            bare_name(named).lower() == exactly and self._resolver.lies_in(named, districts.names)
            for named in self.wards.named[key]
        )
        if ward:
            return any(name.lower() == exactly for name in self._streets.named(said))
        return self._streets.has(said)

    def _crossed(self, tokens: list[Token], start: int, end: int) -> bool:
        """`góc Calmette - Nguyễn Thái Bình quận 1`: a street, though a ward has the same name."""
        return self._streets.has_at(tokens, start, end) and (
            self._crossing_ends(tokens, start)
            or any(
                length and self._streets.end_at(tokens[:start], at + length) == start
                for at in range(max(0, start - 8), start)
                if (length := self._cross.at(tokens, at)[0])
                and not any(self._streets.has_at(tokens, s, at) for s in range(max(0, at - 4), at))
            )
        )

    def _other_street(self, tokens: list[Token], start: int) -> bool:
        """Whether another part than the one at `start` is a known street, so that this one is not:
        `Thạnh Mỹ Lợi, quận 2, Trương Văn Bang`.
        """
        return any(
            first != start
            and (self._streets.has_at(tokens, first, last) or self._heads.at(tokens, first)[0])
            for first, last in parts_of(tokens)
        )

    def _crossing_ends(self, tokens: list[Token], start: int) -> bool:
        """Whether the first street of a crossing precedes the dash at `start`: `góc Calmette -`,
        `Lê Lợi -`, but not `12 Lê Lợi -`.
        """
        before = next(((a, b) for a, b in parts_of(tokens) if b == start), None)
        if before is None or "-" not in tokens[start].gap:
            return False
        return self._streets.has_at(tokens, *before) or any(
            self._cross.at(tokens, at)[0] for at in range(*before)
        )

    def _lone_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """Without a district: a whole part that only one ward can mean and that is no known
        street.
        """
        parts = parts_of(tokens)
        behind = [
            (at, stop)
            for start, end in reversed(parts)
            for stop in (end, *range(end - 1, start + 2, -1))
            if stop == end or _ends_small(tokens, stop) or self._complaint_follows(tokens, stop)
            for at in range(max(start + 1, stop - LONGEST_NAME), stop - 1)
            if self._behind_street(tokens, start, at, stop)
        ]
        for start, stop in [*reversed(parts), *self._told(tokens, parts), *behind]:
            if tokens[stop - 1].said.lower() in ("cũ", "mới"):
                stop -= 1  # noqa: PLW2901 (`Hiệp Bình Chánh cũ`)
            key, said = key_of(tokens, start, stop), said_between_tokens(tokens, start, stop)
            street = (
                (start, stop) not in behind
                and self._streets.has(said)
                and not (start and self._house_before(tokens, start))
            )
            if (
                stop - start < 2
                or key.isdigit()
                or street
                or self.wards.joined_by_road(tokens, start, stop)
            ):
                continue
            if (start, stop) in behind and key in self._names.keys:
                continue  # `Tỉnh lộ 10 Bình Tân`: the district is more likely than the new ward
            if key in self._elsewhere:
                continue
            phrase = WardPhrase(start, stop, key, said, None)
            if key in self.wards.named and self._resolver.resolve(phrase, districts) is not None:
                return phrase
        return None

    def _told(
        self, tokens: Sequence[Token], parts: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Spans where a sentence may name a place: `nhà tôi ở Bình Trị Đông A`, `bà con ở Phước
        Long B kêu`.
        """
        return [
            (at + 1, end)
            for start, stop in parts
            for at in range(start, stop - 2)
            if tokens[at].said.lower() in ("ở", "tại", "thuộc")  # not `qua bên`, `về phía`
            for end in (stop, *range(min(at + 1 + LONGEST_NAME, stop - 1), at + 2, -1))
            if end == stop or _ends_small(tokens, end)
        ]

    def _house_before(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether the part before ends with a house on a known street: `đối diện 96 Nguyễn Du, Bến
        Nghé`.
        """
        return any(
            tokens[at - 1].key[:1].isdigit()
            and name_span(tokens, at, start)
            and self._streets.has_at(tokens, at, start)
            for at in range(max(1, start - 5), start - 1)
        )

    def _complaint_follows(self, tokens: Sequence[Token], stop: int) -> bool:
        """Whether a name in lower case ends before a listed word: `binh hung hoa a | sao
        cup nuoc`.
        """
        small = tokens[stop - 1].said.islower() and tokens[stop].said.islower()
        return small and self.wards.stops_at(tokens, stop)

    def _behind_street(self, tokens: Sequence[Token], start: int, at: int, stop: int) -> bool:
        """Whether a ward's name from `at` may end its part, after a known street with a house
        (`34 Hoàng Diệu 2 Linh Trung`) or after a smaller area (`khu phố 6 Linh Trung`).
        """
        if key_of(tokens, at, stop) not in self.wards.named:
            return False
        said = said_between_tokens(tokens, at, stop)
        housed = any(token.key[:1].isdigit() for token in tokens[start : at - 1])
        return (housed or not self._streets.has(said)) and self.wards.may_start(tokens, at, said)


def _ends_small(tokens: Sequence[Token], end: int) -> bool:
    """Whether a capitalised name ends here because the sentence goes on in lower case."""
    return tokens[end - 1].said[:1].isupper() and tokens[end].said.islower()
