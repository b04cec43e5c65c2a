"""House number, street and crossing of an address; what is no street goes to `unknown`.

Works on the tokens that `areas.py` left free (MAP.md 7, steps 6 and 7). Three strengths of street:
named with a word or code (`đường …`, `QL1A`), known by name, or only looking like one; the
strongest wins, the first among equals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.map.spelling import agrees, has_marks, place_key
from console.map.words import (
    Phrases,
    Token,
    is_known_street,
    known_streets,
    parts_of,
    said_between,
    said_between_tokens,
    word_lists,
)

_HOUSE = re.compile(r"[a-k]?\d+[a-z]{0,2}(?:[/\-]\d+[a-z]?\d*)+|\d+[a-z]{0,2}")
_CODE = re.compile(r"(?:[a-z]{1,3}\d{1,3}[a-z]?|\d{1,4}[a-z]?)")
_ROAD_NUMBER = re.compile(r"[a-z]?\d{1,3}[a-z]?")
_ROAD_ATTACHED = re.compile(r"(ql|tl|dt|hl|ltl)(\d{1,3}[a-z]?)")
_CROSSING_SIGN = re.compile(r"\s*[-–—/&+]\s*")
_LONGEST_STREET = 7

EXPLICIT, KNOWN, LIKELY = 3, 2, 1


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

    def __init__(self) -> None:
        """Read the word lists."""
        words = word_lists()
        street, number, cross = words["street"], words["number"], words["cross"]
        self._street_words = Phrases(street["words"])
        self._heads = Phrases(street["heads"])
        self._numbered = Phrases(street["numbered"])
        self._codes = Phrases(street["codes"])
        self._code_names = {place_key(k): v for k, v in street["codes"].items()}
        self._short = {place_key(k): v for k, v in street["short"].items()}
        self._dates = {k.replace(" ", ""): v for k, v in street["dates"].items()}
        self._spoken_dates = {place_key(k): v for k, v in street["dates"].items() if "/" not in k}
        self._number_words = Phrases(number["words"])
        self._alley = Phrases(number["alley"])
        self._suffix = frozenset(number["suffix"])
        self._cross = Phrases(cross["words"])
        self._cross_landmark = Phrases(cross["landmark"])
        self._joiner = Phrases(cross["joiner"])
        self._position = Phrases(words["position"]["words"])
        self._landmark = Phrases(words["landmark"]["words"])
        self._area = Phrases(words["area"]["words"])
        self._surnames = Phrases(words["surnames"]["words"])

    def read(self, text: str, tokens: Sequence[Token]) -> Road:
        """Number, street and crossing over all free parts; the rest in `unknown`, in order."""
        parts = [list(tokens[start:stop]) for start, stop in _comma_parts(tokens)]
        small = text == text.lower()
        roads = [self._part(text, part, first=i == 0, small=small) for i, part in enumerate(parts)]
        best = max(roads, key=lambda road: road.strength, default=Road())
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
            self._before(text, part[:at], road)
            return self._streets(text, part, at, road, strength=EXPLICIT)
        start = self._skip_position(part, 0)
        if start:
            road.unknown.append(said_between(text, part[:start]))
        start, crossing = self._skip_crossing_word(part, start)
        number, after = self._number(part, start)
        name, end, strength = self._name(part, after, small=small)
        if not name and number and (inner := self._number(part, after))[0]:
            # `12/3 hẻm 45 Lê Văn Sỹ`: the house number counts, the alley is a detail of it.
            road.unknown.append(said_between(text, part[after : inner[1]]))
            name, end, strength = self._name(part, inner[1], small=small)
        if not name and (later := self._later(part, start)):
            start, number, name, end = later
            road.unknown = [said_between(text, part[:start])]
            strength = KNOWN
        if not name or (strength == LIKELY and not (number or first or crossing)):
            return Road(unknown=[said_between(text, part)])
        road.number, road.street, road.strength = number, name, strength
        cross, end = self._cross_at(part, end)
        if crossing and cross is None:
            return Road(unknown=[said_between(text, part)])  # `ngã tư Bình Phước`: a place
        road.cross = cross
        if end < len(part):
            road.unknown.append(said_between(text, part[end:]))
        return road

    def _later(self, part: Sequence[Token], start: int) -> tuple[int, str, str, int] | None:
        """`nắp cống bể trước số 45 Trần Hưng Đạo`: a number with its word before a known street."""
        for index in range(start + 1, len(part)):
            worded = self._number_words.at(part, index)[0] or self._alley.at(part, index)[0]
            number, after = self._number(part, index)
            if worded and number and not self._of_a_thing(part, index):
                name, end, strength = self._name(part, after, small=False)
                if name and strength == KNOWN:
                    return index, number, name, end
        return None

    def _of_a_thing(self, part: Sequence[Token], index: int) -> bool:
        """Whether the number here belongs to a lamp, pole or other landmark: `cột điện số 12`."""
        return any(
            index - start == self._landmark.at(part, start)[0]
            for start in range(max(0, index - 3), index)
        )

    def _streets(
        self, text: str, part: Sequence[Token], at: int, road: Road, *, strength: int
    ) -> Road:
        name, end = self._explicit(part, at)
        if not name:
            return Road(unknown=[said_between(text, part)])
        road.street, road.strength = name, strength
        road.cross, end = self._cross_at(part, end)
        if end < len(part):
            road.unknown.append(said_between(text, part[end:]))
        return road

    def _before(self, text: str, part: Sequence[Token], road: Road) -> None:
        """What stands before an explicit street: number or alley, a first street of a crossing,
        position words, landmarks.
        """
        for index in range(len(part)):
            number, after = self._number(part, index)
            alley = self._alley.at(part, index)[0] > 0
            sure = (
                alley
                or (index == 0 and after == len(part))
                or (self._number_words.at(part, index)[0] and not self._of_a_thing(part, index))
            )
            if number and sure:
                road.number = number
                rest = [part[:index], part[after:]]
                road.unknown += [said_between(text, bit) for bit in rest if bit]
                return
        if part:
            road.unknown.append(said_between(text, part))

    def _explicit_at(self, part: Sequence[Token]) -> int | None:
        """Where the first street named by a word or code starts.

        A name before it that is parted by a crossing sign or word is the first street instead.
        """
        inside = 0  # `khu phố 2` holds a street word, but is an area
        for index in range(len(part)):
            inside = max(inside, index + self._area.at(part, index)[0])
            if index < inside or self._explicit(part, index)[0] is None:
                continue
            if index and (self._joins(part, index) or self._cross_word_ends(part, index)):
                return None if self._plain_before(part, index) else index
            return index
        return None

    def _joins(self, part: Sequence[Token], index: int) -> bool:
        return _CROSSING_SIGN.fullmatch(part[index].gap) is not None

    def _cross_word_ends(self, part: Sequence[Token], index: int) -> bool:
        return any(
            index - start == phrases.at(part, start)[0]
            for phrases in (self._cross, self._joiner)
            for start in range(max(0, index - 2), index)
        )

    def _plain_before(self, part: Sequence[Token], index: int) -> bool:
        """Whether a street by name alone stands before a crossing at `index`."""
        start = self._skip_position(part, 0)
        start, _ = self._skip_crossing_word(part, start)
        _, start = self._number(part, start)
        return self._name(part[:index], start, small=True)[2] > 0

    # --- pieces

    def _skip_position(self, part: Sequence[Token], index: int) -> int:
        while length := self._position.at(part, index)[0]:
            index += length
        return index

    def _skip_crossing_word(self, part: Sequence[Token], index: int) -> tuple[int, bool]:
        length = self._cross.at(part, index)[0] or self._cross_landmark.at(part, index)[0]
        return index + length, length > 0

    def _number(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """A house number or an alley with its word, and where it ends."""
        length, word = self._alley.at(part, index)
        alley = word if length else ""
        at = index + length
        at += self._number_words.at(part, at)[0]
        if at >= len(part) or not _HOUSE.fullmatch(part[at].key):
            return None, index
        if part[at].key in self._dates and at == index and not self._name_follows(part, at + 1):
            return None, index
        number, end = part[at].said, at + 1
        if (
            end + 1 < len(part)
            and part[end].gap.strip() in ("-", "–")
            and number.isdigit()
            and (part[end].said.isdigit())
        ):
            number, end = f"{number}-{part[end].said}", end + 1
        elif end < len(part) and part[end].key in self._suffix:
            number, end = f"{number} {part[end].said}", end + 1
        if alley:
            return f"hẻm {number}" if alley == "hẽm" else f"{alley} {number}", end
        return number, end

    def _name_follows(self, part: Sequence[Token], index: int) -> bool:
        return (
            index < len(part)
            and part[index].joined
            and part[index].key.isalpha()
            and not self._cross.at(part, index)[0]
        )

    def _explicit(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """A street named by a word, a code or a head at this token, and where it ends."""
        if index >= len(part):
            return None, index
        if attached := _ROAD_ATTACHED.fullmatch(part[index].key):
            return f"{self._code_names[attached[1]]} {attached[2].upper()}", index + 1
        length, word = self._codes.at(part, index)
        if length and index + length < len(part):
            number = part[index + length]
            if number.joined and _ROAD_NUMBER.fullmatch(number.key):
                return (
                    f"{self._code_names[place_key(word)]} {number.key.upper()}",
                    index + length + 1,
                )
        length, word = self._heads.at(part, index)
        if length:
            end = self._name_end(part, index + length)
            if end < len(part) and word == "cao tốc" and "-" in part[end].gap:
                end = self._name_end(part, end)  # `cao tốc Long Thành - Dầu Giây` is one road
            if end > index + length:
                said = " ".join(
                    ("- " if i > index + length and "-" in part[i].gap else "") + part[i].said
                    for i in range(index + length, end)
                )
                return _titled(f"{word} {said}"), end
        length, word = self._street_words.at(part, index)
        if not length or (word == "đ" and part[index].said == "d"):
            return None, index
        return self._after_street_word(part, index + length)

    def _after_street_word(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        if index >= len(part) or not part[index].joined:
            return None, index
        inner, end = self._explicit(part, index)
        if inner:
            return inner, end
        length, _ = self._numbered.at(part, index)
        if length and index + length < len(part) and _CODE.fullmatch(part[index + length].key):
            return f"Đường số {part[index + length].said.upper()}", index + length + 1
        token = part[index]
        if token.key in self._dates:
            return self._dates[token.key], index + 1
        end = self._name_end(part, index)
        if _CODE.fullmatch(token.key) and (end <= index + 1 or token.key[0].isdigit()):
            spoken = self._short_at(part, index)
            return spoken or (f"Đường {token.said.upper()}", index + 1)
        if end == index + 2 and part[index + 1].key.isdigit() and token.said.isupper():
            return f"Đường {token.said} {part[index + 1].said}", end
        return (self._official(part, index, end), end) if end > index else (None, index)

    def _short_at(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """A street by its initials or as a date in words."""
        for n in range(min(4, len(part) - index), 0, -1):
            window = part[index : index + n]
            key = place_key("".join(token.key for token in window))
            name = self._short.get(key) or self._spoken_dates.get(key)
            dated = re.fullmatch(r"(\d{1,2})thang(\d{1,2})", key)
            if dated and f"{dated[1]}/{dated[2]}" in self._dates:
                name = self._dates[f"{dated[1]}/{dated[2]}"]
            if name and all(token.joined for token in window[1:]):
                return name, index + n
        return None

    def _name_end(self, part: Sequence[Token], index: int) -> int:
        """Where a name that starts here ends: before punctuation, a crossing or any other word of
        ours.
        """
        end = index
        while end < len(part) and end - index < _LONGEST_STREET:
            token = part[end]
            if end > index and (not token.joined or self._stops(part, end)):
                break
            if not (token.key.isalpha() or token.key.isdigit() or _CODE.fullmatch(token.key)):
                break
            end += 1
        return end

    def _stops(self, part: Sequence[Token], index: int) -> bool:
        lists = (self._cross, self._area, self._street_words, self._codes)
        if any(phrases.at(part, index)[0] for phrases in lists):
            return True
        if self._alley.at(part, index)[0] and self._number(part, index)[0]:
            return True  # an alley has a number; the Kiệt of `Lý Thường Kiệt` has none
        length = self._position.at(part, index)[0] or self._landmark.at(part, index)[0]
        # Names hold such words too (`Hồ Thị Kỷ`, `Trần Trọng Cung`): capitals say it is a name.
        return length > 0 and part[index].said.islower() and has_marks(part[index].said)

    def _name(
        self, part: Sequence[Token], index: int, *, small: bool
    ) -> tuple[str | None, int, int]:
        """A street by its name alone: (name, end, strength)."""
        if index >= len(part):
            return None, index, 0
        if short := self._short_at(part, index):
            return short[0], short[1], KNOWN
        if part[index].key in self._dates:
            return self._dates[part[index].key], index + 1, KNOWN
        end = self._name_end(part, index)
        for stop in range(end, index, -1):
            if is_known_street(said_between_tokens(part, index, stop)) and (
                stop == end or not _capital(part[stop])
            ):
                return self._official(part, index, stop), stop, KNOWN
        if self._landmark.at(part, index)[0] or self._area.at(part, index)[0] or end == index:
            return None, index, 0
        if not part[index].key.isalpha():
            return None, index, 0
        surname = self._surnames.at(part, index)[0] > 0 and end - index >= 2
        capitals = all(_capital(token) for token in part[index:end])
        if capitals or surname or (small and not has_marks(part[index].said) and end - index >= 2):
            return self._official(part, index, end), end, LIKELY
        return None, index, 0

    def _cross_at(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """The other street of a crossing that starts here: after a word or a sign."""
        if index >= len(part):
            return None, index
        length = self._joiner.at(part, index)[0] or self._cross.at(part, index)[0]
        at = index + length
        at += self._cross.at(part, at)[0] if length else 0
        signed = _CROSSING_SIGN.fullmatch(part[index].gap) is not None
        if not (length or signed) or at >= len(part):
            return None, index
        name, end = self._explicit(part, at)
        if name is None:
            name, end, strength = self._name(part, at, small=True)
            landmark = self._cross_landmark.at(part, index)[0] > 0
            if strength == LIKELY and landmark and not self._surnames.at(part, at)[0]:
                return None, index
        return (name, end) if name else (None, index)

    def _lone_number(self, part: Sequence[Token]) -> str | None:
        """The house number, where the part is nothing else."""
        number, end = self._number(part, 0)
        return number if number and end == len(part) else None

    def _late_cross(self, part: Sequence[Token], road: Road) -> bool:
        """`Lê Lợi, góc Pasteur`: a crossing told in a part of its own."""
        if road.cross or not self._cross.at(part, 0)[0]:
            return False
        cross, end = self._cross_at(part, 0)
        if cross and end == len(part):
            road.cross = cross
            return True
        return False

    def _official(self, part: Sequence[Token], start: int, end: int) -> str:
        """The name in full and with its marks; as said where the list does not know it."""
        said = said_between_tokens(part, start, end)
        if (short := self._short_at(part, start)) and short[1] == end:
            return short[0]
        fitting = [n for n in known_streets().get(place_key(said), ()) if agrees(said, n)]
        if len(fitting) == 1:
            return fitting[0]
        return _titled(said) if said == said.lower() else said


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


def _capital(token: Token) -> bool:
    return token.said[:1].isupper() or token.said[:1].isdigit()


def _titled(text: str) -> str:
    """Each word with a capital, the head words of `Xa lộ Hà Nội` as they are written."""
    words = text.split()
    for head in ("xa lộ", "đại lộ", "cao tốc", "vành đai"):
        if text.lower().startswith(head):
            rest = [w[:1].upper() + w[1:] for w in words[2:]]
            return " ".join([head.capitalize(), *rest])
    return " ".join(word[:1].upper() + word[1:] for word in words)
