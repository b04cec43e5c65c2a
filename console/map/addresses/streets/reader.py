"""House number, street and crossing of an address; what is no street goes to `unknown`.

Works on the tokens that the area reader left free. Each part between commas is read on its own
(`part_reader.py`). Of several streets the most certain wins, the first among equals.
"""

import re
from collections.abc import Sequence

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.areas.ward_resolver import Area
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.tokens import Token, parts_of, said_between
from console.map.addresses.streets.names import EXPLICIT, KNOWN
from console.map.addresses.streets.parsed_street import ParsedStreet
from console.map.addresses.streets.part_reader import PartReader
from console.map.addresses.streets.several_streets import SeveralStreets


class StreetReader:
    """Reads the parts of an address that name no area."""

    def __init__(self, streets: KnownStreets, areas: AreaReader) -> None:
        """Build the readers.

        Args:
            streets: known street names.
            areas: knows the names of wards and districts.
        """
        self._parts = PartReader(streets, areas)
        self._words = self._parts.names.words
        self._numbers = self._parts.names.numbers
        self._several = SeveralStreets(streets, areas, self._parts.names, self._parts.crossings)

    def read(self, text: str, tokens: Sequence[Token], area: Area) -> ParsedStreet:
        """Number, street and crossing over all free parts; the rest in `unknown`, in order.

        Args:
            text: the text that `tokens` were cut from.
            tokens: those that name areas are marked as taken.
            area: the area of the address: if it has a ward, a name that wards share is a street's.
        """
        spans = _comma_parts(tokens)
        parts = [list(tokens[start:stop]) for start, stop in spans]
        small = text == text.lower()
        readings = [
            self._parts.read(text, part, first=i == 0, small=small, in_ward=area.ward is not None)
            for i, part in enumerate(parts)
        ]
        main = _main(parts, readings)
        best = self._best(parts, main)
        others = [parsed for parsed in main if parsed is not best and parsed.strength >= KNOWN]
        several = area.unsure and any(self._several.differ(parsed, best) for parsed in others)
        placeless = small and not (area.ward or area.district or best.number or best.cross)
        idle = placeless and best.strength == EXPLICIT and self._several.idle(best)
        if several or idle or self._several.listed(parts, best):
            return ParsedStreet(unknown=[said_between(text, part) for part in parts])
        result = ParsedStreet(strength=best.strength)
        if best.strength:
            result.number, result.street, result.cross = best.number, best.street, best.cross
        end = spans[readings.index(best)][1] if best.number else len(tokens)
        # an area right behind it belongs to this house
        near = end < len(tokens) and tokens[end].taken and not self._several.doubts(best)
        if not near and any(self._several.other_house(part, best) for part in parts if best.number):
            result.number, result.unknown = None, [best.number or ""]
        self._add_rest(text, parts, readings, best, result)
        if best.strength == KNOWN and not (result.number or result.cross):
            self._several.corner(parts, readings, readings.index(best), result)
        if result.street:
            ward = area.ward if area.district in self._words.initials_in else None
            ward = ward or (None if area.ward else self._several.ward_of_initials(tokens))
            result.street = self._parts.explicit.of_the_ward(tokens, result.street, ward or "")
        return result

    def _best(self, parts: Sequence[Sequence[Token]], main: Sequence[ParsedStreet]) -> ParsedStreet:
        """The most certain reading; with a house number among equals."""
        housed = any(parsed.number and parsed.strength for parsed in main) or any(
            len(part) > 1 and self._numbers.at(part, 0)[0] for part in parts
        )
        return max(
            main,
            key=lambda r: (self._several.firmness(r, housed=housed), bool(r.number)),
            default=ParsedStreet(),
        )

    def _add_rest(
        self,
        text: str,
        parts: Sequence[Sequence[Token]],
        readings: Sequence[ParsedStreet],
        best: ParsedStreet,
        result: ParsedStreet,
    ) -> None:
        """Take a house number or a crossing from the other parts; the rest goes to `unknown`."""
        for part, parsed in zip(parts, readings, strict=True):
            if parsed is best and best.strength:
                result.unknown += parsed.unknown
                continue
            lone, end = self._parts.houses.lone(part, whole=bool(best.strength))
            if not result.number and lone:
                result.number = lone
                result.unknown.append(said_between(text, part[end:]))
            elif not (result.street and self._late_cross(part, result)):
                result.unknown.append(said_between(text, part))
        if result.number and any(self._several.doubted(part, result.number) for part in parts):
            result.unknown.append(result.number)  # `hẻm 12, không nhớ hẻm 12 hay 14`
            result.number = None
        result.unknown = [bit for bit in result.unknown if bit]

    def _late_cross(self, part: Sequence[Token], parsed: ParsedStreet) -> bool:
        """Take a crossing from a part of its own: `Lê Lợi, góc Pasteur`."""
        if parsed.cross or not self._words.cross.at(part, 0)[0]:
            return False
        cross, end = self._parts.crossings.other(part, 0)
        if cross and end == len(part):
            parsed.cross = cross
            return True
        return False


def _main(
    parts: Sequence[Sequence[Token]], readings: Sequence[ParsedStreet]
) -> Sequence[ParsedStreet]:
    """The readings to choose from: a name in brackets only explains the one before it, as in `Võ
    Chí Công (vành đai phía đông)`.
    """
    main = [
        parsed
        for part, parsed in zip(parts, readings, strict=True)
        if "(" not in part[0].gap or parsed.strength < EXPLICIT
    ]
    return main if any(parsed.strength >= KNOWN for parsed in main) else readings


def _comma_parts(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Like `parts_of`, but a dash with spaces does not separate: it may be a crossing."""
    parts = parts_of(tokens)
    joined: list[tuple[int, int]] = []
    for start, stop in parts:
        dash = re.fullmatch(r"\s*[-–—]\s*", tokens[start].gap)
        if joined and dash and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined
