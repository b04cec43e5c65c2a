"""Ward and district of an address, old names and new (MAP.md 7, steps 2 to 5).

District from the right: word + name, number or initials; then bare initials or a bare name at the
end. Ward: the last `phường 5`, `P.Tân Quý`, `xã …`; else a part between commas that is a ward of
the district. Nothing is guessed: what does not resolve stays unsaid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.map.districts import DistrictReader, Districts, take
from console.map.spelling import agrees, has_marks
from console.map.street_list import StreetList
from console.map.ward_phrases import LONGEST_NAME, Named, WardPhrase, WardPhrases, bare_name, key_of
from console.map.wards import WardTable
from console.map.words import Token, parts_of, said_between, said_between_tokens
from console.services.place_ports import WardRef


@dataclass(frozen=True, slots=True)
class Area:
    """What of an address names an area; empty where nothing certain was said."""

    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    unknown: tuple[str, ...] = ()


class AreaReader:
    """Finds ward and district among tokens and marks those tokens as taken."""

    def __init__(self, table: WardTable, streets: StreetList) -> None:
        """Build the indices, a few milliseconds."""
        self.table = table
        self._streets = streets
        self.wards = WardPhrases(table, streets)
        self._districts = DistrictReader(table, self.wards, streets)

    # --- the whole

    def read(self, text: str, tokens: list[Token]) -> Area:
        """Ward, district and new wards; the tokens that named them become `taken`."""
        districts = self._districts.read(tokens)
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
            good = [p for p in found if self._resolve(p, districts) is not None]
            return (good or found)[-1]
        if districts.names:
            return self._bare_ward(tokens, districts)
        return self._lone_ward(tokens, districts)

    def _bare_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """A whole part that is a ward of the district; never the first part of several words that
        may be a street.
        """
        for number, (start, stop) in reversed(list(enumerate(parts_of(tokens)))):
            key = key_of(tokens, start, stop)
            if stop - start > LONGEST_NAME or key not in self.wards.named or key.isdigit():
                continue
            said = said_between_tokens(tokens, start, stop)
            if number == 0 and self._streets.has(said):
                continue
            phrase = WardPhrase(start, stop, key, said, None)
            if any(
                agrees(said, bare_name(named))
                for named in self.wards.named[key]
                if named.old and named.old.district in districts.names
            ):
                return phrase
        if districts.span:
            at = districts.span[0]
            ends = [at, *(stop for _, stop in reversed(parts_of(tokens)) if stop != at)]
            for end in ends:
                at_ward = self.wards.bare_before(tokens, end, districts.names, self._streets)
                if at_ward is not None:
                    said = said_between_tokens(tokens, at_ward, end)
                    return WardPhrase(at_ward, end, key_of(tokens, at_ward, end), said, None)
        return None

    def _lone_ward(self, tokens: list[Token], districts: Districts) -> WardPhrase | None:
        """Without a district: a whole part after the first that only one ward can mean."""
        for start, stop in reversed(parts_of(tokens)[1:]):
            key, said = key_of(tokens, start, stop), said_between_tokens(tokens, start, stop)
            if stop - start < 2 or key.isdigit() or self._streets.has(said):
                continue
            phrase = WardPhrase(start, stop, key, said, None)
            if key in self.wards.named and self._resolve(phrase, districts) is not None:
                return phrase
        return None

    # --- resolving

    def _resolve(self, phrase: WardPhrase, districts: Districts) -> Area | None:
        entries = self.wards.named.get(phrase.key, [])
        if districts.names:
            return self._in_district(phrase, entries, districts.names)
        if phrase.key.isdigit():
            return None
        return self._anywhere(phrase, entries, districts.province)

    def _in_district(
        self, phrase: WardPhrase, entries: Sequence[Named], districts: tuple[str, ...]
    ) -> Area | None:
        def here(named: Named) -> bool:
            if named.old:
                return named.old.district in districts
            areas = self.table.districts_of_new(named.new.code) if named.new else frozenset()
            return not areas.isdisjoint(districts)

        near = [named for named in entries if here(named)]
        same = [named for named in near if phrase.kind in (None, named.kind)]
        steps: tuple[Callable[[Named], bool], ...] = (
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

    def _anywhere(
        self, phrase: WardPhrase, entries: Sequence[Named], province: frozenset[str]
    ) -> Area | None:
        """Without a district: a ward unique in the old city, then a unique new one.

        Where the same name is also a new ward somewhere else, or several old wards had it, all
        places it may mean are offered, today's first: nobody can tell which was meant.
        """
        same = _marked(phrase.said, [n for n in entries if phrase.kind in (None, n.kind)])
        region = province or self._districts.city
        old = [n for n in same if n.old and n.old.district in region]
        old = [n for n in old if not n.former] or old
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

    def _area(self, hits: Sequence[Named], districts: tuple[str, ...]) -> Area:
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


def _marked(said: str, entries: Sequence[Named]) -> list[Named]:
    """Those whose marks fit best: exactly as said, where anything fits exactly."""
    if not has_marks(said):
        return list(entries)
    fitting = [named for named in entries if named.former or agrees(said, bare_name(named))]
    return fitting or list(entries)
