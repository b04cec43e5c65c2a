"""House number, street and crossing of an address; what is no street goes to `unknown`.

Works on the tokens that `areas.py` left free (MAP.md 7, steps 6 and 7), with the pieces of
`road_names.py`. Of several streets the surest wins, the first among equals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.map.road_names import CROSSING_SIGN, EXPLICIT, KNOWN, LIKELY, RoadNames, titled
from console.map.spelling import has_marks
from console.map.street_list import StreetList
from console.map.words import Token, parts_of, said_between


@dataclass(slots=True)
class Road:
    """What one part of the text says of streets; `strength` 0 when it names none."""

    number: str | None = None
    street: str | None = None
    cross: str | None = None
    strength: int = 0
    unknown: list[str] = field(default_factory=list)


class StreetReader:
    """Reads the parts of an address that are no area."""

    def __init__(self, streets: StreetList) -> None:
        """Remember the known streets."""
        self._names = RoadNames(streets)
        self._words = self._names.words

    def read(self, text: str, tokens: Sequence[Token]) -> Road:
        """Number, street and crossing over all free parts; the rest in `unknown`, in order."""
        parts = [list(tokens[start:stop]) for start, stop in _comma_parts(tokens)]
        small = text == text.lower()
        roads = [self._part(text, part, first=i == 0, small=small) for i, part in enumerate(parts)]
        best = max(roads, key=lambda r: (r.strength, bool(r.number)), default=Road())
        result = Road(strength=best.strength)
        if best.strength:
            result.number, result.street, result.cross = best.number, best.street, best.cross
        for part, road in zip(parts, roads, strict=True):
            if road is best and best.strength:
                result.unknown += road.unknown
                continue
            lone = self._lone_number(part)
            if result.street and not result.number and lone:
                result.number = lone
            elif not (result.street and self._late_cross(part, result)):
                result.unknown.append(said_between(text, part))
        result.unknown = [bit for bit in result.unknown if bit]
        return result

    # --- one part

    def _part(self, text: str, part: Sequence[Token], *, first: bool, small: bool) -> Road:
        road = Road()
        at = self._explicit_at(part)
        if at is not None:
            return self._with_word(text, part, at)
        start = self._skip_position(part, 0)
        if start:
            road.unknown.append(said_between(text, part[:start]))
        start, crossing = self._skip_crossing_words(part, start)
        number, after = self._names.number(part, start)
        alley = not (self._names.known_end(part, after) or self._words.surnames.at(part, after)[0])
        if not number and alley:
            after += self._words.alley.at(part, after)[0]  # `hẻm Nguyễn Trãi`, number unknown
        sure = number is not None and (len(number) > 1 or after > start + 1)
        name, end, strength = self._names.name(
            part, after, small=small, crossing=crossing, numbered=sure
        )
        if strength == LIKELY and self._unsure(part, start, after, end):
            name = None
        if not name and number and (inner := self._names.number(part, after))[0]:
            # `12/3 hẻm 45 Lê Văn Sỹ`: the house number counts, the alley is a detail of it.
            road.unknown.append(said_between(text, part[after : inner[1]]))
            name, end, strength = self._names.name(part, inner[1], small=small)
        if not name and (later := self._later(part, start)):
            start, number, name, end = later
            road.unknown = [said_between(text, part[:start])]
            strength = KNOWN
        surname = self._words.surnames.at(part, after)[0] > 0
        if not name or (strength == LIKELY and not (number or first or crossing or surname)):
            return Road(unknown=[said_between(text, part)])
        cross, after_cross = self._cross_at(part, end, crossing=crossing)
        if cross is None and self._names.torn(part, end, name):
            return Road(unknown=[said_between(text, part)])
        if cross is None and strength == LIKELY and not number and self._opens_name(part, start):
            name = f"{titled(part[start - 1].said.lower())} {name}"
            road.unknown = [said_between(text, part[: start - 1])]
        if cross is None and (whole := self._names.with_last_word(part, end, name)):
            name, after_cross = whole, len(part)
        road.number, road.street, road.strength = number, name, strength
        end = after_cross
        if crossing and cross is None:
            return Road(unknown=[said_between(text, part)])  # `ngã tư Bình Phước`: a place
        road.cross = cross
        self._finish(text, part, end, road)
        return road

    def _unsure(self, part: Sequence[Token], start: int, after: int, end: int) -> bool:
        """Whether what looks like a name may as well be other things: `tu lap` is Tự Lập or from
        Lập; `Tân Sơn Nhì 15 Tân Phú` is several.
        """
        if end == after + 1 and self._doubtful(part, start):
            return True
        return any(token.key[:1].isdigit() for token in part[after + 1 : end - 1])

    def _opens_name(self, part: Sequence[Token], start: int) -> bool:
        """`ben binh dong`: Bến Bình Đông, or beside Bình Đông; with the word it is both."""
        return start > 0 and part[start - 1].said in ("Ben", "ben", "BEN") and part[start].joined

    def _doubtful(self, part: Sequence[Token], start: int) -> bool:
        """Whether a position word without marks stands before: it may be part of the name."""
        return start > 0 and not has_marks(part[start - 1].said)

    def _with_word(self, text: str, part: Sequence[Token], at: int) -> Road:
        """A street named by a word or code at `at`."""
        road = Road()
        self._before(text, part[:at], road)
        name, end = self._names.explicit(part, at)
        if not name:
            return Road(unknown=[said_between(text, part)])
        road.street, road.strength = name, EXPLICIT
        crossing = any(self._skip_crossing_words(part, i)[1] for i in range(at))
        road.cross, end = self._cross_at(part, end, crossing=crossing)
        if road.cross is None and self._names.torn(part, end, name):
            return Road(unknown=[said_between(text, part)])
        if road.cross is None and (whole := self._names.with_last_word(part, end, name)):
            road.street, end = whole, len(part)
        self._finish(text, part, end, road)
        return road

    def _finish(self, text: str, part: Sequence[Token], end: int, road: Road) -> None:
        """What stands after the street: `Nguyễn Hữu Cảnh số 92`, `Lê Văn Việt 97`, else nothing we
        understand.
        """
        lone = road.strength == KNOWN and self._names.late_house(part, end)
        if end < len(part) and not road.number and (lone or self._words.number.at(part, end)[0]):
            number, after = self._names.number(part, end)
            if number:
                road.number, end = number, after
        if end < len(part):
            road.unknown.append(said_between(text, part[end:]))

    def _later(self, part: Sequence[Token], start: int) -> tuple[int, str, str, int] | None:
        """`nắp cống bể trước số 45 Trần Hưng Đạo`: a number with its word before a known street."""
        for index in range(start + 1, len(part)):
            worded = any(
                phrases.at(part, index)[0] for phrases in (self._words.number, self._words.alley)
            ) or any(
                start + self._words.position.at(part, start)[0] == index
                for start in range(max(0, index - 2), index)
            )
            number, after = self._names.number(part, index)
            if worded and number and not self._of_a_thing(part, index):
                name, end, strength = self._names.name(part, after, small=False)
                if name and strength == KNOWN:
                    return index, number, name, end
        return None

    def _is_house(self, part: Sequence[Token], index: int) -> bool:
        """`em ở 12/4 đường số 8`: a number with a slash is a house wherever it stands."""
        return part[index].key[:1].isdigit() and "/" in part[index].key

    def _of_a_thing(self, part: Sequence[Token], index: int) -> bool:
        """Whether the number here belongs to a lamp, pole or other landmark: `cột điện số 12`."""
        return any(
            index - start == self._words.landmark.at(part, start)[0]
            for start in range(max(0, index - 3), index)
        )

    def _before(self, text: str, part: Sequence[Token], road: Road) -> None:
        """What stands before an explicit street: number or alley, position words, landmarks."""
        after_position = self._skip_position(part, 0)
        for index in range(len(part)):
            number, after = self._names.number(part, index)
            alley = self._words.alley.at(part, index)[0] > 0
            sure = (
                alley
                or (after == len(part) and (index == after_position or self._is_house(part, index)))
                or (self._words.number.at(part, index)[0] and not self._of_a_thing(part, index))
            )
            if number and sure:
                road.number = number
                rest = [part[:index], part[after:]]
                road.unknown += [said_between(text, bit) for bit in rest if bit]
                return
        if part and self._skip_crossing_words(part, 0)[0] < len(part):
            road.unknown.append(said_between(text, part))

    def _explicit_at(self, part: Sequence[Token]) -> int | None:
        """Where the first street named by a word or code starts.

        A name before it that is parted by a crossing sign or word is the first street instead.
        """
        inside = 0  # `khu phố 2` holds a street word, but is an area
        for index in range(len(part)):
            inside = max(inside, index + self._words.area.at(part, index)[0])
            if index < inside:
                continue
            found = self._names.explicit(part, index)[0]
            inside = max(inside, self._names.known_end(part, index))
            if found is None or self._in_a_name(part, index):
                continue
            plain = self._plain_before(part, index)
            if index and (self._joins(part, index) or self._cross_word_ends(part, index)):
                return None if plain else index
            start, crossing = self._skip_crossing_words(part, 0)
            if crossing and start < index and plain:
                return None  # `ngã tư Vườn Lài quốc lộ 1A`
            return index
        return None

    def _in_a_name(self, part: Sequence[Token], index: int) -> bool:
        """`Song Hành Xa Lộ Hà Nội`: a head word in capitals after other words in capitals."""
        start = self._skip_position(part, 0)
        _, start = self._names.number(part, start)
        if part[index].said.lower() == "duong" and part[index].joined:
            return index == start + 1 and index + 2 == len(part)  # `Kinh Duong Vuong`
        if not (index and self._words.heads.at(part, index)[0] and part[index].joined):
            return False
        start += self._words.street.at(part, start)[0]
        before = part[start:index]
        return bool(before) and all(
            token.said[:1].isupper()
            and not self._words.landmark.at(part, start + at)[0]
            and not self._words.cross.at(part, start + at)[0]
            for at, token in enumerate(before)
        )

    def _joins(self, part: Sequence[Token], index: int) -> bool:
        return CROSSING_SIGN.fullmatch(part[index].gap) is not None

    def _cross_word_ends(self, part: Sequence[Token], index: int) -> bool:
        return any(
            index - start == phrases.at(part, start)[0]
            for phrases in (self._words.cross, self._words.joiner)
            for start in range(max(0, index - 2), index)
        )

    def _plain_before(self, part: Sequence[Token], index: int) -> bool:
        """Whether a street by name alone stands before a crossing at `index`."""
        start = self._skip_position(part, 0)
        start, _ = self._skip_crossing_words(part, start)
        _, start = self._names.number(part, start)
        return self._names.name(part[:index], start, small=True)[2] > 0

    # --- pieces

    def _skip_position(self, part: Sequence[Token], index: int) -> int:
        while length := self._words.position.at(part, index)[0]:
            plain = not has_marks(part[index].said)
            if self._names.known_end(part, index) or (
                plain and length == 1 and self._words.surnames.at(part, index)[0]
            ):
                break  # `le anh xuan` is no `lề`
            index += length
        return index

    def _skip_crossing_words(self, part: Sequence[Token], index: int) -> tuple[int, bool]:
        start, words = index, self._words
        while length := (words.cross.at(part, index)[0] or words.cross_landmark.at(part, index)[0]):
            index += length
        return index, index > start

    def _cross_at(
        self, part: Sequence[Token], index: int, *, crossing: bool = False
    ) -> tuple[str | None, int]:
        """The other street of a crossing that starts here: after a word or a sign; where a word of
        a crossing stood before the first street, also right after it.
        """
        if index >= len(part):
            return None, index
        words = self._words
        length = words.joiner.at(part, index)[0] or words.cross.at(part, index)[0]
        at = index + length
        if length:
            at, _ = self._skip_crossing_words(part, at)
        signed = CROSSING_SIGN.fullmatch(part[index].gap) is not None
        if not (length or signed or crossing) or at >= len(part):
            return None, index
        name, end = self._names.explicit(part, at)
        if name is None:
            name, end, strength = self._names.name(part, at, small=True)
            landmark = words.cross_landmark.at(part, index)[0] > 0
            loose = landmark and not words.surnames.at(part, at)[0]
            if strength == LIKELY and (loose or not (length or signed)):
                return None, index
        return (name, end) if name else (None, index)

    def _lone_number(self, part: Sequence[Token]) -> str | None:
        """The house number, where the part is nothing else."""
        number, end = self._names.number(part, 0)
        return number if number and end == len(part) else None

    def _late_cross(self, part: Sequence[Token], road: Road) -> bool:
        """`Lê Lợi, góc Pasteur`: a crossing told in a part of its own."""
        if road.cross or not self._words.cross.at(part, 0)[0]:
            return False
        cross, end = self._cross_at(part, 0)
        if cross and end == len(part):
            road.cross = cross
            return True
        return False


def _comma_parts(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Like `parts_of`, but a dash with blanks does not part: it may be a crossing."""
    parts = parts_of(tokens)
    joined: list[tuple[int, int]] = []
    for start, stop in parts:
        dash = re.fullmatch(r"\s*[-–—]\s*", tokens[start].gap)
        if joined and dash and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined
