"""Ward and district of an address, old names and new (MAP.md 7, steps 2 to 5).

District from the right: word + name, number or initials; then bare initials or a bare name at the
end. Ward: the last `phường 5`, `P.Tân Quý`, `xã …`; else a part between commas that is a ward of
the district. Nothing is guessed: what does not resolve stays unsaid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.districts import DistrictReader, Districts, take
from console.map.addresses.areas.several_wards import linked, of_several, perhaps_beside
from console.map.addresses.areas.ward_phrases import (
    LONGEST_NAME,
    NamedWard,
    WardPhrase,
    WardPhrases,
    bare_name,
)
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import ends_a_name, leads_there
from console.map.addresses.language.spelling import has_marks, marks_agree, place_key
from console.map.addresses.language.tokens import (
    Phrases,
    Token,
    key_of,
    name_span,
    parts_of,
    said_between,
    said_between_tokens,
    word_lists,
)
from console.map.geography.wards import WardTable
from console.services.ports.places import WardRef


@dataclass(frozen=True, slots=True)
class Area:
    """What of an address names an area; empty where nothing certain was said.

    Attributes:
        unsure: several districts were said, and nobody can tell which is meant.
    """

    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: bool = False


class AreaReader:
    """Finds ward and district among tokens and marks those tokens as taken."""

    def __init__(self, table: WardTable, streets: KnownStreets) -> None:
        """Build the indices, a few milliseconds."""
        self.table = table
        self._streets = streets
        words = word_lists()
        self._heads = Phrases([*words["street"]["words"], *words["street"]["codes"]])
        self._cross = Phrases([*words["cross"]["words"], *words["cross"]["landmark"]])
        self._elsewhere = {place_key(name) for name in words["ward"]["elsewhere"]}
        self.wards = WardPhrases(table, streets)
        self._names = DistrictNames(table, self.wards)
        self._districts = DistrictReader(self._names, self.wards, streets)

    def has_ward(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether exactly these tokens are the name of a ward, old or new, without its word."""
        said = said_between_tokens(tokens, start, end)
        return name_span(tokens, start, end) and any(
            named.former or marks_agree(said, bare_name(named))
            for named in self.wards.named.get(key_of(tokens, start, end), ())
        )

    def has_district(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether exactly these tokens are the name of a district, without its word."""
        return bool(self._names.bare(tokens, start, end))

    def has_initials(self, token: Token) -> bool:
        """Whether this word is the initials of a district: `TDM`."""
        return token.said.isupper() and token.key in self._names.worded_initials

    # --- the whole

    def read(self, text: str, tokens: list[Token]) -> Area:
        """Ward, district and new wards; the tokens that named them become `taken`."""
        districts = self._districts.read(tokens)
        if districts.unsure:
            spans = tuple(said_between(text, tokens[slice(*span)]) for span in districts.said)
            return Area(unknown=spans, unsure=True)
        phrase = self._ward_phrase(tokens, districts)
        if phrase is None:
            return self._without_ward(text, tokens, districts)
        found = self._resolve(phrase, districts)
        said = said_between(text, tokens[phrase.start : phrase.end])
        take(tokens, phrase.start, phrase.end)
        if found is None:
            unsure = self._without_ward(text, tokens, districts)
            return Area(district=unsure.district, unknown=(said, *unsure.unknown))
        return found

    def _without_ward(self, text: str, tokens: list[Token], districts: Districts) -> Area:
        if len(districts.names) == 1:
            district = districts.names[0]
            if district == "Huyện Côn Đảo":  # it had no wards: the district is the old ward
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
            # `P3` of a landmark may stand first; of several the last one that resolves counts.
            found = [p for p in found if not self._beside(tokens, p)]
            good = [p for p in found if self._resolve(p, districts) is not None]
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
        """Of several wards that are not one place the one that stands beside the district; none
        where no district was said.
        """
        if len(good) < 2:
            return good
        areas = [self._resolve(phrase, districts) for phrase in good[-2:]]
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
        """`xã Bà Điểm, xã Xuân Thới Đông Hóc Môn`: two places; a ward with its name of today after
        it (`phường 25, phường Thạnh Mỹ Tây`) is one.
        """
        if one.end != other.start or one.kind != other.kind:
            return False
        if tokens[one.end].gap.strip() not in ("", ","):
            return False
        areas = [self._resolve(phrase, districts) for phrase in (one, other)]
        news = [set(area.new_wards) if area else set() for area in areas]
        return all(news) and news[0].isdisjoint(news[1])

    @staticmethod
    def _beside(tokens: Sequence[Token], phrase: WardPhrase) -> bool:
        """`giáp phường 17`, `hướng về phường 5`: not where the place lies. Not so behind the last
        word of a name, `Nguyễn Hữu Cảnh`, `hà huy giáp`; without marks nobody can tell.
        """
        at = phrase.start
        if leads_there(tokens, at):
            return True
        if not (at and tokens[at].joined):
            return False
        beside = tokens[at - 1].said in ("giáp", "ranh", "cạnh", "gần")
        return beside and not (tokens[at - 1].key == "giap" and ends_a_name(tokens, at))

    def _bare_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """A whole part that is a ward of the district; never the first part of several words that
        may be a street.
        """
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
                if self._lies_in(named, districts.names)
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
        """Whether the list has it; of `Tân Quy, quận 7`, a ward with just these marks, only where
        a street has them too (`Tân Quý` has not).
        """
        exactly = said.lower()
        ward = has_marks(said) and any(
            bare_name(named).lower() == exactly and self._lies_in(named, districts.names)
            for named in self.wards.named[key]
        )
        if ward:
            return any(name.lower() == exactly for name in self._streets.named(said))
        return self._streets.has(said)

    def _crossed(self, tokens: list[Token], start: int, end: int) -> bool:
        """`góc Calmette - Nguyễn Thái Bình quận 1`: a street, though a ward is called so, too."""
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
        """Whether another part than the one from `start` on is a known street, so that this one is
        none: `Thạnh Mỹ Lợi, quận 2, Trương Văn Bang`.
        """
        return any(
            first != start
            and (self._streets.has_at(tokens, first, last) or self._heads.at(tokens, first)[0])
            for first, last in parts_of(tokens)
        )

    def _crossing_ends(self, tokens: list[Token], start: int) -> bool:
        """Whether the street of a crossing stands before the dash at `start`: `góc Calmette -`,
        `Lê Lợi -`, but not `12 Lê Lợi -`.
        """
        before = next(((a, b) for a, b in parts_of(tokens) if b == start), None)
        if before is None or "-" not in tokens[start].gap:
            return False
        return self._streets.has_at(tokens, *before) or any(
            self._cross.at(tokens, at)[0] for at in range(*before)
        )

    def _lone_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """Without a district: a whole part that only one ward can mean, and no known street."""
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
                continue  # `Tỉnh lộ 10 Bình Tân`: the district more likely than today's ward
            if key in self._elsewhere:
                continue
            phrase = WardPhrase(start, stop, key, said, None)
            if key in self.wards.named and self._resolve(phrase, districts) is not None:
                return phrase
        return None

    def _told(
        self, tokens: Sequence[Token], parts: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Where places are told in a sentence: `nhà tôi ở Bình Trị Đông A`, `bà con ở Phước Long B
        kêu`.
        """
        return [
            (at + 1, end)
            for start, stop in parts
            for at in range(start, stop - 2)
            if tokens[at].said.lower() in ("ở", "tại", "thuộc")  # `qua bên`, `về phía` go there
            for end in (stop, *range(min(at + 1 + LONGEST_NAME, stop - 1), at + 2, -1))
            if end == stop or _ends_small(tokens, end)
        ]

    def _house_before(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether a house on a known street ends the part before: `đối diện 96 Nguyễn Du, Bến
        Nghé`.
        """
        return any(
            tokens[at - 1].key[:1].isdigit()
            and name_span(tokens, at, start)
            and self._streets.has_at(tokens, at, start)
            for at in range(max(1, start - 5), start - 1)
        )

    def _complaint_follows(self, tokens: Sequence[Token], stop: int) -> bool:
        """Whether a name in small letters ends before a word of ours: `binh hung hoa a | sao cup
        nuoc`.
        """
        small = tokens[stop - 1].said.islower() and tokens[stop].said.islower()
        return small and self.wards.stops_at(tokens, stop)

    def _behind_street(self, tokens: Sequence[Token], start: int, at: int, stop: int) -> bool:
        """Whether a ward's name may end its part from `at` on, behind a known street with its
        house: `34 Hoàng Diệu 2 Linh Trung`, or behind an area below it: `khu phố 6 Linh Trung`.
        """
        if key_of(tokens, at, stop) not in self.wards.named:
            return False
        said = said_between_tokens(tokens, at, stop)
        housed = any(token.key[:1].isdigit() for token in tokens[start : at - 1])
        return (housed or not self._streets.has(said)) and self.wards.may_start(tokens, at, said)

    # --- resolving

    def _resolve(self, phrase: WardPhrase, districts: Districts) -> Area | None:
        entries = self.wards.named.get(phrase.key, [])
        if districts.names:
            return self._in_district(phrase, entries, districts.names)
        if phrase.key.isdigit():
            return None
        return self._anywhere(phrase, entries, districts.province)

    def _in_district(
        self, phrase: WardPhrase, entries: Sequence[NamedWard], districts: tuple[str, ...]
    ) -> Area | None:
        near = [named for named in entries if self._lies_in(named, districts)]
        same = [named for named in near if phrase.kind in (None, named.kind)]
        steps: tuple[Callable[[NamedWard], bool], ...] = (
            lambda named: named.old is not None and not named.former,
            lambda named: named.old is not None,
            lambda named: named.new is not None,
        )
        for pool in (same, near):
            for step in steps:
                hits = _marked(phrase.said, [named for named in pool if step(named)])
                if hits:
                    return self._area(hits, districts) if len(hits) == 1 else None
        return None

    def _lies_in(self, named: NamedWard, districts: tuple[str, ...]) -> bool:
        """Whether an old ward is of these districts, or a new one of places that were."""
        if named.old:
            return named.old.district in districts
        areas = self.table.districts_of_new(named.new.code) if named.new else frozenset()
        return not areas.isdisjoint(districts)

    def _anywhere(
        self, phrase: WardPhrase, entries: Sequence[NamedWard], province: frozenset[str]
    ) -> Area | None:
        """Without a district: a ward unique in the old city, then a unique new one.

        Where the same name is also a new ward somewhere else, or several old wards had it, all
        places it may mean are offered, today's first: nobody can tell which was meant.
        """
        same = _marked(phrase.said, [n for n in entries if phrase.kind in (None, n.kind)])
        region = province or self._names.city
        old = [n for n in same if n.old and n.old.district in region]
        firm = [n for n in old if not n.former]
        # `Bình Khánh` without its word: the xã in Cần Giờ, or the phường that An Khánh took in.
        old = [*firm, *(n for n in old if n.former)] if phrase.kind is None else firm or old
        new = [n for n in same if n.new]
        if len(old) == 1 and old[0].old:
            after = self.table.successors(old[0].old.code)
            namesakes = [n for n in new if n.new and n.new.code not in {ref.code for ref in after}]
            if not namesakes:
                return self._area(old, (old[0].old.district,))
        if not old:
            if len(new) == 1:
                return self._area(new, ())
            others = [n for n in same if n.old and not n.former]
            return self._area(others, ()) if len(others) == 1 else None
        refs = [WardRef(n.new.code, n.new.name) for n in new if n.new]
        for named in old:
            refs += self.table.successors(named.old.code) if named.old else ()
        return Area(ward=old[0].name, new_wards=tuple(dict.fromkeys(refs))) if new else None

    def _area(self, hits: Sequence[NamedWard], districts: tuple[str, ...]) -> Area:
        named = hits[0]
        if named.old:
            return Area(
                ward=named.old.name,
                district=named.old.district,
                new_wards=self.table.successors(named.old.code),
            )
        assert named.new is not None  # noqa: S101 (one of the two is always set)
        district = districts[0] if len(districts) == 1 else None
        return Area(named.new.name, district, (WardRef(named.new.code, named.new.name),))


def _ends_small(tokens: Sequence[Token], end: int) -> bool:
    """Whether a name in capitals ends here because the sentence goes on in small letters."""
    return tokens[end - 1].said[:1].isupper() and tokens[end].said.islower()


def _marked(said: str, entries: Sequence[NamedWard]) -> list[NamedWard]:
    """Those whose marks fit best: exactly as said, where anything fits exactly."""
    if not has_marks(said):
        return list(entries)
    fitting = [named for named in entries if named.former or marks_agree(said, bare_name(named))]
    return fitting or list(entries)
