"""Several districts apart from each other in one sentence, as in `trường quận 7, Nhà Bè cho nghỉ`:
decides which one the place lies in, if that is clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from console.map.addresses.areas.district_names import DistrictNames
from console.map.addresses.areas.ward_phrases import WardPhrases
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import leads_there
from console.map.addresses.language.tokens import (
    Token,
    key_of,
    name_span,
    parts_of,
    phrases_of,
)

_LONGEST = 3


@dataclass(frozen=True, slots=True)
class NamedDistrict:
    """A district as said: the districts it may be, and its tokens."""

    names: tuple[str, ...]
    span: tuple[int, int]


class SeveralDistricts:
    """Finds districts other than the one already found."""

    def __init__(self, names: DistrictNames, wards: WardPhrases, streets: KnownStreets) -> None:
        """Index the words that a district's name may belong to."""
        self._streets = streets
        self._names = names
        self._wards = wards
        self._heads = phrases_of(
            "street.words", "street.heads", "cross.words", "cross.landmark", "landmark.words",
            "area.words",
        )  # fmt: skip

    def of(self, tokens: list[Token], found: NamedDistrict) -> list[NamedDistrict]:
        """Other districts that the text names."""
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
        """The only one that is next to one of its own wards; None if that is not decisive."""
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
        """A bare name: at the start of a part between commas, or after one of its wards."""
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
        """Whether the words after the name do not belong to it: `Gò Vấp chỗ nào cũng ngập`."""
        if tokens[start].said[:1].isupper():
            return tokens[stop].said.islower()
        return self._wards.stops_at(tokens, stop)

    def _free(self, tokens: list[Token], at: int, stop: int) -> bool:
        """Whether a district's name stands on its own: not after a word that it belongs to (`chợ
        Thủ Đức`), not inside a longer name, not as a direction.
        """
        if leads_there(tokens, at) or self._wards.word_ends(tokens, at, self._heads):
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
        """Whether this is a ward of the district that was found: `Tân Phú, quận 7`."""
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
