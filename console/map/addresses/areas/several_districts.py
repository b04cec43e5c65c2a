"""Several districts in one sentence, away from each other: `trường quận 7, Nhà Bè cho nghỉ`. Which
of them the place lies in, or that nobody can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.ward_phrases import WardPhrases
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import leads_there
from console.map.addresses.language.tokens import (
    Phrases,
    Token,
    key_of,
    name_span,
    parts_of,
    word_lists,
)

_LONGEST = 3


@dataclass(frozen=True, slots=True)
class NamedDistrict:
    """A district as said: the names it may be, the tokens that say it."""

    names: tuple[str, ...]
    span: tuple[int, int]


class SeveralDistricts:
    """Finds districts that are said beside the one that was found."""

    def __init__(self, names: DistrictNames, wards: WardPhrases, streets: KnownStreets) -> None:
        """Remember who reads the names of districts and of wards, and the known streets."""
        self._streets = streets
        self._names = names
        self._wards = wards
        words = word_lists()
        self._heads = Phrases(
            [
                *words["street"]["words"],
                *words["street"]["heads"],
                *words["cross"]["words"],
                *words["cross"]["landmark"],
                *words["landmark"]["words"],
                *words["area"]["words"],
            ]
        )

    def of(self, tokens: list[Token], found: NamedDistrict) -> list[NamedDistrict]:
        """Districts said elsewhere in the text that are none of the found one's."""
        starts = dict(parts_of(tokens))
        rivals: list[NamedDistrict] = []
        at = 0
        while at < len(tokens):
            if found.span[0] <= at < found.span[1]:
                at = found.span[1]
                continue
            said = self._worded(tokens, at) or self._bare(tokens, at, starts.get(at), found)
            if said and said.span[1] > found.span[0] > at:
                said = None
            if said and set(said.names).isdisjoint(found.names):
                rivals.append(said)
            at = said.span[1] if said else at + 1
        return rivals

    def meant(self, tokens: list[Token], said: Sequence[NamedDistrict]) -> NamedDistrict | None:
        """The only one that stands beside a ward of its own; None where that tells nothing."""
        beside = [one for one in said if self._at_a_ward(tokens, one)]
        return beside[0] if len({one.names for one in beside}) == 1 else None

    def _worded(self, tokens: list[Token], at: int) -> NamedDistrict | None:
        if tokens[at].taken:
            return None
        hit = self._names.worded(tokens, at, len(tokens))
        if hit is None or leads_there(tokens, at):
            return None
        if tokens[at].key == "h" and tokens[hit[1] - 1].key.isdigit():
            return None  # `lô H 12`
        return NamedDistrict(hit[0], (at, hit[1]))

    def _bare(
        self, tokens: list[Token], at: int, part_end: int | None, found: NamedDistrict
    ) -> NamedDistrict | None:
        """A name without its word: what a part between commas begins with, or behind a ward of
        that district.
        """
        for n in range(min(_LONGEST, len(tokens) - at), 0, -1):
            stop = at + n
            names = self._names.bare(tokens, at, stop) if name_span(tokens, at, stop) else ()
            if not names or self._is_its_ward(key_of(tokens, at, stop), found):
                continue
            apart = (
                part_end is not None
                and key_of(tokens, at, stop) not in self._names.doubtful
                and (stop == part_end or self._sentence_goes_on(tokens, at, stop))
            )
            road = n > 1 and any(
                name_span(tokens, start, at) and self._streets.has_at(tokens, start, at)
                for start in range(max(0, at - 4), at - 1)
            )
            own = n > 1 and (
                any(self._wards.ends_at(tokens, at, name) for name in names)
                or self._wards.bare_before(tokens, at, names) is not None
                or at == found.span[1]
                or self._free(tokens, at, stop)
            )
            if apart or own or road:
                return NamedDistrict(names, (at, stop))
        return None

    def _sentence_goes_on(self, tokens: list[Token], start: int, stop: int) -> bool:
        """Whether the words behind are no part of the name: `Gò Vấp chỗ nào cũng ngập`."""
        if tokens[start].said[:1].isupper():
            return tokens[stop].said.islower()
        return self._wards.stops_at(tokens, stop)

    def _free(self, tokens: list[Token], at: int, stop: int) -> bool:
        """Whether a district's name stands in the sentence by itself: not behind a word that it
        belongs to (`chợ Thủ Đức`), not inside a longer name, not where a way leads.
        """
        if leads_there(tokens, at) or any(
            at - start
            == (self._heads.at(tokens, start)[0] or self._wards.word_at(tokens, start)[0])
            for start in range(max(0, at - 3), at)
        ):
            return False
        following = tokens[stop] if stop < len(tokens) else None
        if following is not None and following.joined and not following.taken:
            capital = tokens[at].said[:1].isupper()
            if capital and following.said[:1].isupper():
                return False  # `Tân Bình Plaza`
        return not any(
            name_span(tokens, start, end)
            and (start, end) != (at, stop)
            and (
                self._streets.has_at(tokens, start, end)
                or key_of(tokens, start, end) in self._wards.named
            )
            for start in range(max(0, at - 2), at + 1)
            for end in range(stop, min(stop + 2, len(tokens)) + 1)
        )

    def _is_its_ward(self, key: str, found: NamedDistrict) -> bool:
        """`Tân Phú, quận 7`: a ward of the district that was found."""
        return any(
            named.old is not None and named.old.district in found.names
            for named in self._wards.named.get(key, ())
        )

    def _at_a_ward(self, tokens: list[Token], said: NamedDistrict) -> bool:
        start, stop = said.span
        if any(self._wards.ends_at(tokens, start, name) for name in said.names):
            return True
        after = self._wards.phrase_at(tokens, stop) if stop < len(tokens) else None
        if after is not None and any(
            named.old is not None and named.old.district in said.names
            for named in self._wards.named.get(after.key, ())
        ):
            return True
        return self._wards.bare_before(tokens, start, said.names) is not None
