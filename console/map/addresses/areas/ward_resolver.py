"""Resolves a ward's name: which ward it is, and which new wards took it over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.map.addresses.areas.districts import Districts
from console.map.addresses.areas.ward_phrases import NamedWard, WardPhrase, WardPhrases, bare_name
from console.map.addresses.language.spelling import has_marks, marks_agree
from console.map.geography.wards import WardTable
from console.services.ports.places import WardRef


@dataclass(frozen=True, slots=True)
class Area:
    """The area that an address names; empty unless certain.

    Attributes:
        unsure: several districts were said, and it is unclear which one is meant.
    """

    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: bool = False


class WardResolver:
    """Resolves ward phrases; ambiguous ones are left unresolved."""

    def __init__(self, table: WardTable, wards: WardPhrases, city: frozenset[str]) -> None:
        """Remember the wards.

        Args:
            city: the districts of the old city, without the provinces that joined it.
        """
        self._table = table
        self._wards = wards
        self._city = city

    def resolve(self, phrase: WardPhrase, districts: Districts) -> Area | None:
        """The area of a ward phrase; None if it may be several wards or none."""
        entries = self._wards.named.get(phrase.key, [])
        if districts.names:
            return self._in_district(phrase, entries, districts.names)
        if phrase.key.isdigit():
            return None
        return self._anywhere(phrase, entries, districts.province)

    def _in_district(
        self, phrase: WardPhrase, entries: Sequence[NamedWard], districts: tuple[str, ...]
    ) -> Area | None:
        near = [named for named in entries if self.lies_in(named, districts)]
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

    def lies_in(self, named: NamedWard, districts: tuple[str, ...]) -> bool:
        """Whether an old ward is in these districts, or a new one has land of them."""
        if named.old:
            return named.old.district in districts
        areas = self._table.districts_of_new(named.new.code) if named.new else frozenset()
        return not areas.isdisjoint(districts)

    def _anywhere(
        self, phrase: WardPhrase, entries: Sequence[NamedWard], province: frozenset[str]
    ) -> Area | None:
        """Without a district: a ward that is unique in the old city, then a unique new one.

        If the same name is also a new ward elsewhere, or several old wards had it, all possible
        places are offered, the new ones first.
        """
        same = _marked(phrase.said, [n for n in entries if phrase.kind in (None, n.kind)])
        region = province or self._city
        old = [n for n in same if n.old and n.old.district in region]
        firm = [n for n in old if not n.former]
        # Bare `Bình Khánh`: the xã in Cần Giờ, or the phường that is part of An Khánh now.
        old = [*firm, *(n for n in old if n.former)] if phrase.kind is None else firm or old
        new = [n for n in same if n.new]
        if len(old) == 1 and old[0].old:
            after = self._table.successors(old[0].old.code)
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
            refs += self._table.successors(named.old.code) if named.old else ()
        return Area(ward=old[0].name, new_wards=tuple(dict.fromkeys(refs))) if new else None

    def _area(self, hits: Sequence[NamedWard], districts: tuple[str, ...]) -> Area:
        named = hits[0]
        if named.old:
            return Area(
                ward=named.old.name,
                district=named.old.district,
                new_wards=self._table.successors(named.old.code),
            )
        assert named.new is not None  # noqa: S101 (one of the two is always set)
        district = districts[0] if len(districts) == 1 else None
        return Area(named.new.name, district, (WardRef(named.new.code, named.new.name),))


def _marked(said: str, entries: Sequence[NamedWard]) -> list[NamedWard]:
    """Those whose marks agree with what was said; all if none do."""
    if not has_marks(said):
        return list(entries)
    fitting = [named for named in entries if named.former or marks_agree(said, bare_name(named))]
    return fitting or list(entries)
