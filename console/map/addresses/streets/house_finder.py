"""Finds the house number in a part of an address: before a street with its word, or on its own."""

import re
from collections.abc import Sequence

from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import NonPlaces, leads_there
from console.map.addresses.language.spelling import has_marks
from console.map.addresses.language.tokens import Token, said_between
from console.map.addresses.streets.crossings import Crossings
from console.map.addresses.streets.names import StreetNames
from console.map.addresses.streets.parsed_street import ParsedStreet

_LONGEST_HOUSE = 5
"""Most characters of a house number without a slash: `1234A`."""


class HouseFinder:
    """Finds the house number in a part, and the end of its position words."""

    def __init__(
        self, streets: KnownStreets, names: StreetNames, crossings: Crossings, asides: NonPlaces
    ) -> None:
        """Remember the lists and readers."""
        self._streets = streets
        self._names = names
        self._words = names.words
        self._numbers = names.numbers
        self._crossings = crossings
        self._asides = asides

    def before(self, text: str, part: Sequence[Token], parsed: ParsedStreet) -> None:
        """Read what precedes an explicit street: number or alley, position words, landmarks."""
        after_position = self.skip_position(part, 0)
        for index in range(len(part)):
            number, after = self._numbers.at(part, index)
            alone = index == after_position and after == len(part)
            worded = self._words.number.at(part, index)[0] > 0
            sure = self._words.alley.at(part, index)[0] > 0 or (
                (
                    alone
                    or worded
                    or self._is_house(part, index)
                    or self._leads_to(part, index, after)
                )
                and not self._asides.is_things(part, index)
            )
            many = self._numbers.one_of_many(part, index, after)
            few = re.fullmatch(r"\d", number or "") and self._words.counted.at(part, after)[0]
            if number and sure and not (many or few or leads_there(part, index)):
                parsed.number = number
                rest = [part[:index], part[after:]]
                parsed.unknown += [said_between(text, bit) for bit in rest if bit]
                return
        if part and self._crossings.skip_words(part, 0)[0] < len(part):
            parsed.unknown.append(said_between(text, part))

    def _leads_to(self, part: Sequence[Token], index: int, after: int) -> bool:
        """Whether a number right before the street is a house number: `mất nước ở 9A đường số 1`,
        `quán karaoke 200 đường số 10`.
        """
        if not index or after < len(part):
            return False
        position = self._words.position.at(part, index - 1)[0]
        if position and not self._words.toward.at(part, index - 1)[0]:
            return True
        large = re.match(r"\d{3}", part[index].key) is not None
        return large and any(
            self._words.landmark.at(part, at)[1] in self._words.houses for at in range(index)
        )

    def _is_house(self, part: Sequence[Token], index: int) -> bool:
        """A number with a slash is a house number anywhere: `em ở 12/4 đường số 8`."""
        return part[index].key[:1].isdigit() and "/" in part[index].key

    def skip_position(self, part: Sequence[Token], index: int) -> int:
        """End of the position words that start at `index`."""
        if not index and part[:1] and part[0].said.lower() in self._words.said_of:
            index = 1  # `quận 3 | cũ Lê Văn Sỹ`
        while length := self._words.position.at(part, index)[0]:
            if not index and part[0].said == "toi":
                break  # `toi dang dung` is `tôi`
            plain = not has_marks(part[index].said)
            if part[index].key == "cho" and plain:
                break  # `chỗ` (place) or `chợ` (market)
            if self._streets.end_at(part, index) or (
                plain and length == 1 and self._words.surnames.at(part, index)[0]
            ):
                break  # `le anh xuan` is not `lề` (roadside)
            index += length
        return index

    def _initials(self, part: Sequence[Token], at: int) -> bool:
        """Whether this is a street by initials: `12 NVC`, but not `12 KDC`."""
        return self._names.initials(part[at]) and not self._words.landmark.at(part, at)[0]

    def lone(self, part: Sequence[Token], *, whole: bool) -> tuple[str | None, int]:
        """(house number, end) of a part that is nothing else. Without a street also one with a
        slash, or with its word before an area, place or name: `nhà số 7 tổ 3`, `số 45 gần chợ`,
        `số 1 Công xã Paris`, but not `nhà 3 tầng`, `số 3 ngày nay` or a telephone number.
        """
        number, end = self._numbers.at(part, 0)
        if not (number or whole):
            for index in range(1, len(part)):
                told, after = self._numbers.at(part, index)
                if told and self._is_house(part, index) and self._words.area.at(part, after)[0]:
                    return told, after  # `rắn bò vô nhà 18/2 ấp Chợ`
        if number and not whole and end + 1 == len(part) and self._initials(part, end):
            return number, end  # `12 NVC, P.2, Q.5`
        area = self._words.area.at(part, end)[0] > 0
        sure = alone = end == len(part)
        if "/" in (number or ""):
            sure = alone or area or not whole
        elif not whole:
            words = self._words
            place = words.position.at(part, end)[0] and not words.toward.at(part, end)[0]
            goes_on = not (alone or words.counted.at(part, end)[0]) and (
                part[end].said[:1].isupper() or place or area or words.alley.at(part, end)[0] > 0
            )
            short = len(part[end - 1].key) <= _LONGEST_HOUSE
            sure = end > 1 and short and (alone or goes_on or words.alley.at(part, 0)[0] > 0)
        return (number, end) if number and sure else (None, 0)
