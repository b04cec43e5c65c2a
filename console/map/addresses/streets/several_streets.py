"""Several streets or houses in one sentence: decides which one is meant, if that is clear."""

from collections.abc import Sequence

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.spelling import place_key
from console.map.addresses.language.tokens import Token, key_of, tokens_of
from console.map.addresses.streets.crossings import Crossings
from console.map.addresses.streets.names import KNOWN, LIKELY, StreetNames
from console.map.addresses.streets.parsed_street import ParsedStreet


class SeveralStreets:
    """Compares what the parts of a text say about streets."""

    def __init__(
        self, streets: KnownStreets, areas: AreaReader, names: StreetNames, crossings: Crossings
    ) -> None:
        """Remember the lists and readers."""
        self._streets = streets
        self._wards = areas.wards.named
        self._names = names
        self._words = names.words
        self._numbers = names.numbers
        self._crossings = crossings

    def firmness(self, parsed: ParsedStreet, *, housed: bool) -> int:
        """The strength of a reading; 0 if it is also a ward's name and another part has a house:
        `2 Hai Trieu, Ben Nghe`.
        """
        ward = parsed.strength == KNOWN and place_key(parsed.street or "") in self._wards
        return 0 if ward and housed and not parsed.number else parsed.strength

    def idle(self, parsed: ParsedStreet) -> bool:
        """Whether the lower-case words after `đường` may be anything, as in `đường ăn nói kém`: not
        a known street, without surname or number.
        """
        words = tokens_of(parsed.street or "")
        return not (
            self._streets.has(parsed.street or "")
            or any(token.key[-1:].isdigit() for token in words)
            or self._words.surnames.at(words, 0)[0]
            or self._words.heads.at(words, 0)[0]
            or self._words.codes.at(words, 0)[0]
            or len(words) < 2
        )

    def listed(self, parts: Sequence[Sequence[Token]], best: ParsedStreet) -> bool:
        """Whether several streets are listed without houses: `tuyến Lê Lai, Lê Lợi, Lê
        Thánh Tôn`.
        """
        if not best.strength or best.strength == LIKELY or best.number or best.cross:
            return False
        first = place_key(best.street or "")
        keys = {first}
        for part in parts:
            if any(self._words.cross.at(part, at)[0] for at in range(len(part))):
                return False
            start = self._words.street.at(part, 0)[0]
            end = self._streets.end_at(part, start) if start < len(part) else 0
            if end and "(" not in part[0].gap and not first.startswith(key_of(part, start, end)):
                keys.add(key_of(part, start, end))
        return len(keys.difference(self._wards)) > 1

    def differ(self, one: ParsedStreet, other: ParsedStreet) -> bool:
        """Whether two readings name different streets."""
        return place_key(one.street or "") != place_key(other.street or "")

    def doubts(self, parsed: ParsedStreet) -> bool:
        """Whether the caller is in doubt: `12 Lê Lợi hay 21 Lê Lợi gì đó`."""
        return any(bit.lower().startswith(("hay ", "hoặc ", "hoac ")) for bit in parsed.unknown)

    def other_house(self, part: Sequence[Token], best: ParsedStreet) -> bool:
        """Whether another house of the street is named: `45 Nguyễn Trãi, giờ thêm chỗ 49 Nguyễn
        Trãi phường 2`.
        """
        words = (best.street or "").count(" ") + 1
        return any(
            number is not None
            and number.split()[-1] != (best.number or "").split()[-1]
            and key_of(part, after, after + words) == place_key(best.street or "")
            for number, after in (self._numbers.at(part, index) for index in range(len(part)))
        )

    def doubted(self, part: Sequence[Token], number: str) -> bool:
        """Whether the house is named next to another one here: `hẻm 12 hay 14`."""
        return any(
            told == number and self._numbers.one_of_many(part, index, after)
            for index in range(len(part))
            for told, after in (self._numbers.at(part, index),)
        )

    def corner(
        self,
        parts: Sequence[Sequence[Token]],
        readings: Sequence[ParsedStreet],
        at: int,
        result: ParsedStreet,
    ) -> None:
        """Read a crossing written with a comma: `góc Sương Nguyệt Ánh, Tôn Thất Tùng`."""
        if at and not readings[at - 1].strength and self._names.knows(parts[at], 0):
            first = self._crossings.open_corner(parts[at - 1])
            if first:
                result.street, result.cross = first, result.street

    def ward_of_initials(self, tokens: Sequence[Token]) -> str | None:
        """A ward that numbers its roads by its initials and that the text may name: `tl 41 thanh
        loc ngap`.
        """
        return next(
            (
                named.old.name
                for start in range(1, len(tokens))
                for stop in range(start + 2, min(start + 4, len(tokens)) + 1)
                for named in self._wards.get(key_of(tokens, start, stop), ())
                if named.old and named.old.district in self._words.initials_in
            ),
            None,
        )
