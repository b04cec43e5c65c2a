"""House number, street and crossing of one part of an address, the text between two commas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import NonPlaces
from console.map.addresses.language.spelling import has_marks, place_key
from console.map.addresses.language.street_words import titled
from console.map.addresses.language.tokens import Token, key_of, said_between
from console.map.addresses.streets.crossings import Crossings
from console.map.addresses.streets.explicit_names import ExplicitNames
from console.map.addresses.streets.house_finder import HouseFinder
from console.map.addresses.streets.names import EXPLICIT, KNOWN, LIKELY, StreetNames
from console.map.addresses.streets.parsed_street import ParsedStreet
from console.map.addresses.streets.sentence_streets import SentenceStreets


@dataclass(frozen=True, slots=True)
class _Found:
    """A street found by its bare name, from `after` to `end`."""

    start: int
    after: int
    number: str | None
    name: str | None
    end: int
    strength: int
    surname: bool


class PartReader:
    """Reads one part that names no area.

    Attributes:
        names: reads street names.
        explicit: reads streets named by a word or code.
        crossings: reads the second street of a crossing.
        houses: finds house numbers.
    """

    def __init__(self, streets: KnownStreets, areas: AreaReader) -> None:
        """Build the readers of names, crossings and houses."""
        self._streets = streets
        self._areas = areas
        self._wards = areas.wards.named
        self.names = StreetNames(streets, areas)
        self._words = self.names.words
        self._numbers = self.names.numbers
        self.explicit = ExplicitNames(streets, self.names)
        self.crossings = Crossings(self.names, self.explicit)
        self._non_places = NonPlaces(self._words)
        self.houses = HouseFinder(streets, self.names, self.crossings, self._non_places)
        self._sentence = SentenceStreets(streets, self.names, self._non_places)

    def read(
        self, text: str, part: Sequence[Token], *, first: bool, small: bool, in_ward: bool
    ) -> ParsedStreet:
        """Read one part.

        Args:
            first: it is the first part of the text.
            small: the whole text is in lower case.
            in_ward: the text names a ward.
        """
        parsed = ParsedStreet()
        if explicit := self._explicit(part):
            worded = self._with_word(text, part, *explicit)
            return worded if worded.strength else self._later_in_sentence(text, part) or worded
        start = self.houses.skip_position(part, 0)
        if start:
            parsed.unknown.append(said_between(text, part[:start]))
        start, crossing = self.crossings.skip_words(part, start)
        found = self._by_name(text, part, start, parsed, crossing=crossing, small=small)
        name, end, strength = found.name, found.end, found.strength
        lone = strength == LIKELY and not (found.number or crossing) and end == len(part)
        if lone and self._may_be_area(part, found.after, in_ward=in_ward):
            name = None
        sure = found.number or first or crossing or found.surname
        if not name or (strength == LIKELY and not sure):
            crossed = self._later_crossing(text, part, found.start, small=small)
            return crossed or ParsedStreet(unknown=[said_between(text, part)])
        if not crossing:
            name, end = self._between_wards(part, name, end)
        cross, after_cross = self.crossings.other(part, end, crossing=crossing)
        if cross is None and self.names.ends.torn(part, end, name):
            return ParsedStreet(unknown=[said_between(text, part)])
        likely = strength == LIKELY and not found.number
        if cross is None and likely and self._opens_name(part, found.start):
            name = f"{titled(part[found.start - 1].said.lower())} {name}"
            parsed.unknown = [said_between(text, part[: found.start - 1])]
        if cross is None and (whole := self.names.ends.with_last_word(part, end, name)):
            name, after_cross = whole, len(part)
        parsed.number, parsed.street, parsed.strength = found.number, name, strength
        end = after_cross
        if crossing and cross is None:
            return ParsedStreet(unknown=[said_between(text, part)])  # `ngã tư Bình Phước`: a place
        parsed.cross = cross
        self._finish(text, part, end, parsed)
        return parsed

    def _by_name(
        self,
        text: str,
        part: Sequence[Token],
        start: int,
        parsed: ParsedStreet,
        *,
        crossing: bool,
        small: bool,
    ) -> _Found:
        """A street by its bare name from `start` on; what precedes it goes to `parsed.unknown`."""
        number, after = self._numbers.at(part, start)
        if crossing and number in self._words.dates:
            number, after = None, start  # `góc 3/2 Lý Thường Kiệt`
        surnames = self._words.surnames
        if not number and not (self._streets.end_at(part, after) or surnames.at(part, after)[0]):
            after += self._words.alley.at(part, after)[0]  # `hẻm Nguyễn Trãi`, number unknown
        surname = surnames.at(part, after)[0] > 0
        numbered = number is not None and (len(number) > 1 or after > start + 1)
        name, end, strength = self.names.name(
            part,
            after,
            small=small,
            crossing=crossing,
            numbered=numbered,
            housed=number is not None and (not number.isdigit() or after > start + 1),
        )
        if strength == LIKELY and (
            self._unsure(part, start, after, end)
            or self._non_places.is_person(part, after, end)
            or (not number and self._areas.has_district(part, after, end))
        ):
            name = None
        if strength == KNOWN and not number and self._no_street(part, after):
            name = None
        inner = after
        while not name and number and (deeper := self._numbers.at(part, inner))[0]:
            # `12/3 hẻm 45 Lê Văn Sỹ`: the house number counts, the alleys are details.
            inner = deeper[1]
            name, end, strength = self.names.name(part, inner, small=small)
        if inner > after:
            parsed.unknown.append(said_between(text, part[after:inner]))
        doubtful = not name or (strength == LIKELY and not (number or surname))
        if doubtful and (later := self._sentence.behind(part, start)):
            start, number, name, end = later
            parsed.unknown = [said_between(text, part[:start])]
            strength = KNOWN
        elif strength == KNOWN and end == after + 1 and self.names.code(part[after]):
            strength = LIKELY
        return _Found(start, after, number, name, end, strength, surname)

    def _no_street(self, part: Sequence[Token], start: int) -> bool:
        """`ấp Bắc` in lower case is no street, `Ấp Bắc` is; `ben bach dang`: Bến, or `bên`
        (beside).
        """
        if start == 1 and self._opens_name(part, start):
            return True
        if self._non_places.titled(part, start) and self._words.short_at(part, start):
            return True  # `cô Ba Tháng Hai`
        return part[start].said in ("ấp", "ap", "xóm", "xom", "thôn", "thon")

    def _may_be_area(self, part: Sequence[Token], start: int, *, in_ward: bool) -> bool:
        """Whether the rest may also be an area if none was said: `Phú Mỹ` is one of several wards
        or a street; the `D2` of `Thảo Điền, D2` is a district in English.
        """
        ward = not in_ward and key_of(part, start, len(part)) in self._wards
        return ward or (bool(part[start].gap) and self.names.code(part[start]))

    def _unsure(self, part: Sequence[Token], start: int, after: int, end: int) -> bool:
        """Whether what looks like a name may be something else: `tu lap` is Tự Lập or "from Lập";
        `Tân Sơn Nhì 15 Tân Phú` is several things.
        """
        if end == after + 1 and self._doubtful(part, start):
            return True
        return any(token.key[:1].isdigit() for token in part[after + 1 : end - 1])

    def _opens_name(self, part: Sequence[Token], start: int) -> bool:
        """`ben binh dong`: Bến Bình Đông, or beside (`bên`) Bình Đông."""
        return start > 0 and part[start - 1].said in ("Ben", "ben", "BEN") and part[start].joined

    def _doubtful(self, part: Sequence[Token], start: int) -> bool:
        """Whether an unmarked position word comes before: it may be part of the name."""
        return start > 0 and not has_marks(part[start - 1].said)

    def _with_word(
        self, text: str, part: Sequence[Token], at: int, name: str, end: int
    ) -> ParsedStreet:
        """The reading for a street named by a word or code from `at` to `end`."""
        parsed = ParsedStreet()
        self.houses.before(text, part[:at], parsed)
        if re.fullmatch(r"Đường \d+", name) and self._goes_on_as_street(part, end):
            # `đường 281 Lý Thường Kiệt` is a side street of Lý Thường Kiệt, or house 281 there.
            parsed.unknown.append(said_between(text, part[at:end]))
            stop = self._streets.end_at(part, end)
            name, end = self.names.official(part, end, stop), stop
        parsed.street, parsed.strength = name, EXPLICIT
        crossing = any(self.crossings.skip_words(part, i)[1] for i in range(at))
        if not crossing:
            parsed.street, end = self._between_wards(part, name, end)
        parsed.cross, end = self.crossings.other(part, end, crossing=crossing)
        if parsed.cross is None and self.names.ends.torn(part, end, name):
            return ParsedStreet(unknown=[said_between(text, part)])
        if parsed.cross is None and (whole := self.names.ends.with_last_word(part, end, name)):
            parsed.street, end = whole, len(part)
        self._finish(text, part, end, parsed)
        return parsed

    def _goes_on_as_street(self, part: Sequence[Token], end: int) -> bool:
        """Whether a known street, not a ward, follows right after `đường 281`."""
        stop = self._streets.end_at(part, end) if end < len(part) and part[end].joined else 0
        return stop > 0 and key_of(part, end, stop) not in self._wards

    def _finish(self, text: str, part: Sequence[Token], end: int, parsed: ParsedStreet) -> None:
        """Read a house number after the street (`Nguyễn Hữu Cảnh số 92`, `Lê Văn Việt 97`); the
        rest is unknown.
        """
        lone = parsed.strength == KNOWN and self._numbers.late(part, end)
        if end < len(part) and not parsed.number and (lone or self._words.number.at(part, end)[0]):
            number, after = self._numbers.at(part, end)
            if number:
                parsed.number, end = number, after
        if end < len(part):
            parsed.unknown.append(said_between(text, part[end:]))

    def _later_crossing(
        self, text: str, part: Sequence[Token], start: int, *, small: bool
    ) -> ParsedStreet | None:
        """Known streets after other words: `đèn hư ngay ngã tư Nguyễn Kiệm - Hoàng Minh Giám`."""
        for index in range(start + 1, len(part)):
            if self._words.cross.at(part, index)[0]:
                parsed = self.read(text, part[index:], first=True, small=small, in_ward=True)
                if parsed.strength >= KNOWN and parsed.cross:
                    parsed.unknown.insert(0, said_between(text, part[:index]))
                    return parsed
        return None

    def _later_in_sentence(self, text: str, part: Sequence[Token]) -> ParsedStreet | None:
        """`đường Công ở Phan Huy Ích`: what `đường` names is no complete street, the later
        name is.
        """
        later = self._sentence.behind(part, 0)
        if later is None:
            return None
        start, number, name, end = later
        rest = [said_between(text, bit) for bit in (part[:start], part[end:]) if bit]
        return ParsedStreet(number, name, None, KNOWN, rest)

    def _explicit(self, part: Sequence[Token]) -> tuple[int, str, int] | None:
        """(start, name, end) of the first street named by a word or code.

        If a crossing sign or word separates it from a name before it, that name is the first
        street.
        """
        inside = 0  # `khu phố 2` contains a street word but is an area
        for index in range(len(part)):
            inside = max(inside, index + self._words.area.at(part, index)[0])
            if index < inside:
                continue
            if (thing := self._words.not_street.at(part, index)[0]) and any(
                self.explicit.explicit(part, at)[0] for at in range(index + thing, len(part))
            ):
                inside = index + thing  # `đèn đường tắt đường Lê Lợi`
                continue
            name, end = self.explicit.explicit(part, index)
            cut = self._streets.cut_at(part, index)
            inside = max(inside, self._streets.end_at(part, index), cut[1] if cut else 0)
            if name is None or self._in_a_name(part, index):
                continue
            if index and self.crossings.word_ends(part, index):
                return None if self._plain_before(part, index) else (index, name, end)
            if any(self._crosses_by_name(part, at, index) for at in range(index)):
                return None  # `kẹt xe ngã tư Vườn Lài quốc lộ 1A`; `ngã tư Phú Nhuận` is a place
            return index, name, end
        return None

    def _crosses_by_name(self, part: Sequence[Token], at: int, index: int) -> bool:
        """Whether a crossing word is at `at`, and a known street from there to `index`."""
        start, crossing = self.crossings.skip_words(part, at)
        return crossing and start < index and self._plain_before(part[at:], index - at, known=True)

    def _in_a_name(self, part: Sequence[Token], index: int) -> bool:
        """`Song Hành Xa Lộ Hà Nội`: a capitalised head word after other capitalised words."""
        start = self.houses.skip_position(part, 0)
        _, start = self._numbers.at(part, start)
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

    def _plain_before(self, part: Sequence[Token], index: int, *, known: bool = False) -> bool:
        """Whether a street by its bare name (a known one) precedes a crossing at `index`."""
        start = self.houses.skip_position(part, 0)
        start, _ = self.crossings.skip_words(part, start)
        _, start = self._numbers.at(part, start)
        return self.names.name(part[:index], start, small=True)[2] > (LIKELY if known else 0)

    def _between_wards(self, part: Sequence[Token], name: str, end: int) -> tuple[str, int]:
        """`An Phú Tây - Hưng Long`: one road that is called after the two places it joins."""
        if (
            end < len(part)
            and re.search("[-–]", part[end].gap)
            and re.sub("^(lienxa|duong)", "", place_key(name)) in self._wards
            and key_of(part, end, len(part)) in self._wards
            and not (self._streets.has(name) and self._streets.has_at(part, end, len(part)))
        ):
            return f"{name} - {self.names.official(part, end, len(part))}", len(part)
        return name, end
