"""Bare street names and initials among tokens; `explicit_names.py` has those with a word or code.

Methods take a part of the text and an index, and return what is there and where it ends.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.spelling import has_marks, marks_agree
from console.map.addresses.language.street_words import VOWEL, StreetWords, capital, titled
from console.map.addresses.language.tokens import Token, said_between_tokens
from console.map.addresses.streets.house_numbers import HouseNumbers
from console.map.addresses.streets.name_ends import NameEnds

_PARTICLES = frozenset({"de", "la", "du", "von"})


EXPLICIT, KNOWN, LIKELY = 3, 2, 1
"""How certain a street is: named by a word or code, a known name, or only looking like one."""


class StreetNames:
    """Reads a street name at a token.

    Attributes:
        words: the word lists.
        numbers: reads house numbers.
        ends: finds the ends of names.
    """

    def __init__(self, streets: KnownStreets, areas: AreaReader) -> None:
        """Build the readers of house numbers and name ends."""
        self._streets = streets
        self._areas = areas
        self.words = StreetWords()
        self.numbers = HouseNumbers(self.words)
        self.ends = NameEnds(streets, areas, self.words, self.numbers)

    def code(self, token: Token) -> bool:
        """Whether this is a street of letters and digits: `D5`, `HT17`."""
        return re.fullmatch(r"[a-z]{1,3}\d{1,3}", token.key) is not None

    def initials(self, token: Token) -> bool:
        """Whether this is an unlisted street given by initials: `NVC`."""
        long = len(token.key) > (1 if token.said.isupper() else 2)
        return long and token.key.isalpha() and not VOWEL.search(token.key)

    def only_surname(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether only a surname is left, such as `Phan`: the name was cut wrongly."""
        return (
            end == index + 1
            and self.words.surnames.at(part, index)[0] > 0
            and not self._streets.has_at(part, index, index + 1)
        )

    def name(
        self,
        part: Sequence[Token],
        index: int,
        *,
        small: bool,
        crossing: bool = False,
        numbered: bool = False,
        housed: bool = False,
    ) -> tuple[str | None, int, int]:
        """(name, end, strength) of a street by its bare name.

        Args:
            small: the whole text is in lower case, so capitals mean nothing.
            crossing: a crossing word comes before, so two names may follow each other.
            numbered: a house number comes before, so `Bến Nghé` is not a wharf.
            housed: a house number with a slash or word comes before: lower case after it is a
                street (`461/35 tân trào`), but not in `3 ngày nay`.
        """
        if index >= len(part):
            return None, index, 0
        if known := self._known(part, index, crossing=crossing):
            return *known, KNOWN
        end = self.ends.of(part, index)
        w = self.words
        if end == index or not part[index].key.isalpha() or self.only_surname(part, index, end):
            return None, index, 0
        if self._no_name(part, index, end) or self.chat(part, index, end):
            return None, index, 0
        if any(self._streets.end_at(part, at) > end for at in range(index + 1, end)):
            return None, index, 0  # `an dong | an duong vuong` is no `An Dong An`
        surname = w.surnames.at(part, index)[0] > 0 and end - index >= 2
        if surname and end - index == 2 and part[index].said.islower() and not numbered:
            surname = small and end < len(part)  # `… | thái độ` is no street
        capitals = all(
            capital(token) or (index < at < end - 1 and token.said in _PARTICLES)
            for at, token in enumerate(part[index:end], index)
        )
        named = numbered and capitals and not small and end - index >= 2
        if not named and (w.landmark.at(part, index)[0] or w.area.at(part, index)[0]):
            return None, index, 0
        firm = housed and end == len(part) and not w.position.at(part, index)[0]
        said = [] if firm else part[index : index + 1] if numbered else part[index:end]
        # Without marks, capitals or a surname, only a number before it indicates a name.
        plain = (
            small
            and numbered
            and end - index >= 2
            and not any(has_marks(token.said) for token in said)
        )
        if capitals or surname or plain:
            return self.official(part, index, end), end, LIKELY
        return None, index, 0

    def _no_surname(self, part: Sequence[Token], index: int, end: int) -> bool:
        """`duong vao cang cat lai`, `duong vo | ap 4`, `duong lien xa hu`: not the surname
        Dương.
        """
        w, after = self.words, index + 1
        alone = end == index + 2 and w.surnames.at(part, after)[0] > 0
        joins = end > index + 2 and part[after].key == "lien"
        return alone or joins or w.never_first.at(part, after)[0] > 0

    def is_area(self, part: Sequence[Token], start: int, end: int) -> bool:
        """Whether these tokens are also the name of a ward or district."""
        return self._areas.has_ward(part, start, end) or self._areas.has_district(part, start, end)

    def _no_name(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether this is no name, such as unlisted initials: `LHP` may be several streets, `KTX
        Linh Trung` is none, `P 201` is a room.
        """
        token = part[index]
        if token.said == "duong" and self._no_surname(part, index, end):
            return True
        if self.words.alley.at(part, index)[0] and self.numbers.at(part, index)[0]:
            return True  # `so 4 ngach 2 hem 15`
        if token.said == "doan" and self.words.position.at(part, index + 1)[0]:
            return True  # `via he | doan truoc truong`
        if any(one.key == "thang" and two.key.isdigit() for one, two in pairwise(part[index:end])):
            return True  # `luong huu thang 9`
        if token.said.islower() and len(token.key) > 2 and not VOWEL.search(token.key):
            return True
        short = token.said.isupper() and not VOWEL.search(token.key)
        if self._areas.has_initials(token) or (short and end == index + 1):
            return True
        following = part[min(index + 1, end - 1)]
        thing = short and len(token.key) > 2 and not following.said.isupper()
        return thing or (len(token.key) == 1 and following.key.isdigit())

    def chat(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether these are lower-case words that callers add: `đường gì em không biết`."""
        w = self.words
        if index and part[index - 1].key.isdigit() and w.counted.at(part, index)[0]:
            return True  # `nha 2 mat tien`
        if w.surnames.at(part, index)[0]:
            plain = not (has_marks(part[index].said) or self._streets.end_at(part, index))
            if plain and self.ends.complains(part, index):
                return True  # `dang sua` is `đang sửa`
            return sum(w.chat.at(part, at)[0] > 0 for at in range(index + 1, end)) > 2
        more = [w.chat]
        if not part[index].said.istitle() and any(
            phrases.at(part, index)[0] for phrases in (w.complaint, w.said_after)
        ):
            more += [w.complaint, w.said_after]
        lengths = [max(p.at(part, at)[0] for p in more) for at in range(index, end)]
        said = [part[index + at : index + at + n] for at, n in enumerate(lengths)]
        small = [words for words in said if words and words[0].said.islower()]
        # Without marks one such word may be part of a name: `bau` is also Bàu, `nha` also Nhà.
        return len(small) > 1 or any(has_marks(token.said) for words in small for token in words)

    def _known(
        self, part: Sequence[Token], index: int, *, crossing: bool
    ) -> tuple[str, int] | None:
        """A street given by its initials, as a date, or by a known name."""
        if short := self.words.short_at(part, index):
            return short
        if part[index].key in self.words.dates:
            return self.words.dates[part[index].key], index + 1
        if cut := self._streets.cut_at(part, index):
            return cut
        end, whole = self.ends.of(part, index), self._streets.end_at(part, index)
        torn = whole < len(part) and part[whole].joined and part[whole - 1].key in ("van", "thi")
        if whole > end and not torn:  # it goes on past a listed word: `Lý Thái Tổ`
            return self.official(part, index, whole), whole
        last = part[end - 1].key if end == len(part) else ""
        if re.fullmatch(r"\d", last) and self._streets.has_at(part, index, end - 1):
            return self.official(part, index, end), end  # `Hoàng Diệu 2`, not Hoàng Diệu
        return self._listed(part, index, end, crossing=crossing)

    def _listed(
        self, part: Sequence[Token], index: int, end: int, *, crossing: bool
    ) -> tuple[str, int] | None:
        """The longest known name up to `end` that is not just the beginning of another."""
        for stop in range(end, index, -1):
            if not self._streets.has_at(part, index, stop):
                continue
            if stop < end and part[stop - 1].key in self.words.middle:
                return None  # `nguyen thi hoa` is not on Nguyễn Thi
            if stop < end and self._areas.has_ward(part, index, stop + 1):
                return None  # `tan son nhat airport` is not on Tân Sơn
            if (
                stop == end
                or not capital(part[stop])
                or self.numbers.late(part, stop)
                or (crossing and self.knows(part, stop))
            ):
                return self.official(part, index, stop), stop
            if part[stop].key.isdigit():
                return None  # `tan son nhi 15` is not on Tân Sơn
        return None

    def knows(self, part: Sequence[Token], index: int) -> bool:
        """Whether a known street starts here."""
        end = self.ends.of(part, index)
        return any(self._streets.has_at(part, index, stop) for stop in range(end, index, -1))

    def official(self, part: Sequence[Token], start: int, end: int) -> str:
        """The full name with its marks; as said if it is not on the list."""
        half = (end - start) // 2
        keys = [token.key for token in part[start:end]]
        if half > 1 and keys[:half] == keys[half:]:
            end = start + half  # said twice
        said = said_between_tokens(part, start, end)
        if (short := self.words.short_at(part, start)) and short[1] == end:
            return short[0]
        fitting = [name for name in self._streets.named(said) if marks_agree(said, name)]
        if len(fitting) == 1:
            return fitting[0]
        return titled(said) if said == said.lower() else said
