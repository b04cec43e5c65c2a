"""Names of roads among tokens: with a word or code, by name, by initials.

The pieces that `streets.py` puts together (MAP.md 7, steps 6 and 7). Methods take a part of the
text and an index, and give what stands there and where it ends.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from console.domain.text import fold
from console.map.areas import AreaReader
from console.map.asides import starts_small
from console.map.house_numbers import HouseNumbers
from console.map.name_ends import NameEnds
from console.map.road_words import CODE, VOWEL, RoadWords, capital, titled
from console.map.spelling import agrees, has_marks, place_key
from console.map.street_list import StreetList
from console.map.words import Token, said_between_tokens

_ROAD_NUMBER = re.compile(r"[a-z]?\d{1,3}[a-z]?")
_ROAD_ATTACHED = re.compile(r"(ql|tl|dt|hl|ltl|ds)(\d{1,3}[a-z]?)")
_DASHED_CODE = re.compile(r"[a-z]{1,3}-\d{1,3}[a-z]?")
_PARTICLES = frozenset({"de", "la", "du", "von"})

EXPLICIT, KNOWN, LIKELY = 3, 2, 1
"""How sure a street is: named with a word or code, known by name, only looking like one."""


class RoadNames:
    """Reads one road at a token.

    Attributes:
        words: the word lists.
        numbers: reads house numbers.
        ends: finds where names end.
    """

    def __init__(self, streets: StreetList, areas: AreaReader) -> None:
        """Remember the known streets and the areas' names."""
        self._streets = streets
        self._areas = areas
        self.words = RoadWords()
        self.numbers = HouseNumbers(self.words)
        self.ends = NameEnds(streets, areas, self.words, self.numbers)

    # --- roads with a word or code

    def explicit(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """A street named by a word, a code or a head."""
        w = self.words
        if coded := self._coded(part, index):
            return coded
        if head := self._headed(part, index):
            return head
        length, _ = w.street.at(part, index)
        if not length:
            return None, index
        at = index + length
        if part[index].said in ("d", "D"):
            dotted = at < len(part) and part[at].gap[:1] == "."
            sure = w.numbered.at(part, at)[0] or dotted or self._streets.end_at(part, at)  # `lô D`
            return self._after_street_word(part, at) if sure else (None, index)
        plain = not has_marks(part[index].said)
        if plain and (part[index].key == "pho" or self._streets.end_at(part, index)):
            return None, index  # `duong van duong` is one name, `pho quang` is Phổ Quang
        return self._after_street_word(part, at)

    def _coded(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """`QL1A`, `tỉnh lộ 10`, `ĐS 8`."""
        w = self.words
        attached = _ROAD_ATTACHED.fullmatch(part[index].key)
        if attached and (attached[1] != "ds" or part[index].said[0] in "Đđ"):
            return f"{w.code_names[attached[1]]} {attached[2].upper()}", index + 1
        length, word = w.codes.at(part, index)
        if length and index + length < len(part):
            number = part[index + length]
            if number.joined and _ROAD_NUMBER.fullmatch(number.key):
                return self._with_letter(part, index + length, w.code_names[place_key(word)])
        return None

    def of_the_ward(self, tokens: Sequence[Token], street: str, ward: str) -> str:
        """The street, as said where its code is the initials of the ward: `TL 29` is no Tỉnh lộ in
        phường Thạnh Lộc, where roads are called Thạnh Lộc 29.
        """
        initials = "".join(word[0] for word in fold(ward).split()[1:])
        head = self.words.code_names.get(initials)
        number = street.removeprefix(f"{head} ").lower()
        if head is None or number == street.lower():
            return street
        said = [token.key for token in tokens]
        coded = f"{initials}{number}" in said or (initials, number) in pairwise(said)
        return f"Đường {initials.upper()} {number.upper()}" if coded else street

    def _with_letter(self, part: Sequence[Token], at: int, name: str) -> tuple[str, int]:
        """`QL 1 A` is Quốc lộ 1A; a letter before a name is not the road's."""
        number, end = part[at].key.upper(), at + 1
        if number.isdigit() and end < len(part) and part[end].key in ("a", "b", "c", "d"):
            last = end + 1 == len(part) or not part[end + 1].joined
            if last and part[end].gap == " ":
                return f"{name} {number}{part[end].key.upper()}", end + 1
        return f"{name} {number}", end

    def _headed(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """`xa lộ Hà Nội`, `đại lộ …`, `cao tốc A - B`: the head is part of the name."""
        length, word = self.words.heads.at(part, index)
        if not length:
            return None
        at = index + length
        if at < len(part) and (not part[at].joined or self.words.joiner.at(part, at)[0]):
            return None  # `Song Hành và Tô Ký`
        end = self.ends.of(part, at)
        if end < len(part) and word == "cao tốc" and "-" in part[end].gap:
            end = self.ends.of(part, end)  # `cao tốc Long Thành - Dầu Giây` is one road
        if end == at + 1 < len(part) and part[end].said in ("duong", "Duong"):
            end += 1  # `dai lo binh duong`
        if end == index + length:
            return None
        said = " ".join(
            ("- " if i > index + length and "-" in part[i].gap else "") + part[i].said
            for i in range(index + length, end)
        )
        known = self._streets.named(f"{word} {said}")
        return (known[0] if len(known) == 1 else titled(f"{word} {said}")), end

    def _after_street_word(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        if index >= len(part) or not part[index].joined:
            return None, index
        if inner := self._coded(part, index) or self._headed(part, index):
            return inner
        if (again := self.words.street.at(part, index)[0]) and has_marks(part[index].said):
            return self._after_street_word(part, index + again)  # `đường đường Nguyễn Trãi`
        if dated := _dated(part, index):
            return dated, index + 3
        following = part[index + 1].said.lower() if index + 1 < len(part) else ""
        if part[index].key.isdigit() and following in ("giờ", "ngày", "tuần", "tháng", "lần"):
            return None, index  # `đường 12 tháng nay chưa sửa`
        length, _ = self.words.numbered.at(part, index)
        if length and index + length < len(part) and CODE.fullmatch(part[index + length].key):
            return f"Đường số {part[index + length].said.upper()}", index + length + 1
        if part[index].key in self.words.dates:
            return self.words.dates[part[index].key], index + 1
        return self._name_after_word(part, index)

    def _name_after_word(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        token = part[index]
        end = max(self._streets.end_at(part, index), self.ends.of(part, index))
        if len(token.key) == 1 and token.said.isupper() and end == index + 1:
            return f"Đường {token.said}", end
        if lettered := self._lettered(part, index, end):
            return lettered
        if end == index or self._only_surname(part, index, end) or self._chat(part, index, end):
            return None, index
        w = self.words
        natural = self._natural(part, index, end)
        if (
            not natural
            and (w.position.at(part, index)[0] or w.landmark.at(part, index)[0])
            and token.said.islower()
            and has_marks(token.said)
            and not self._streets.end_at(part, index)
        ):
            return None, index  # `đường vào cảng Cát Lái`
        listed = self._streets.has_at(part, index, end)
        if token.said.islower() and w.never_first.at(part, index)[0] and not listed:
            return None, index
        surname = w.surnames.at(part, index)[0]
        small = starts_small(part, index, end) or self._small_before_street(part, index, end)
        if small and not (listed or surname or natural):
            return None, index
        if not listed and self._may_be_surname(part, index, end):
            return self.official(part, index - 1, end), end  # `duong van cam`: Dương Văn Cam
        return self.official(part, index, end), end

    def _natural(self, part: Sequence[Token], index: int, end: int) -> bool:
        """`đường bến mễ cốc`, `đường đèo Nước Ngọt`: named after a landing, a canal, a pass; the
        name is all that is left of its part, and no complaint.
        """
        w = self.words
        return (
            w.natural.at(part, index)[0] > 0
            and w.landmark.at(part, index)[0] < 2  # `cây xăng`
            and end == len(part)
            and 2 <= end - index <= 4
            and not any(
                words.at(part, at)[0]
                for at in range(index + 1, end)
                for words in (w.complaint, w.said_after, w.position)
            )
        )

    def _lettered(self, part: Sequence[Token], index: int, end: int) -> tuple[str, int] | None:
        """`12A`, `ĐX-105`, `ĐHT 02` behind `đường`."""
        token = part[index]
        if CODE.fullmatch(token.key) and (end <= index + 1 or token.key[0].isdigit()):
            spoken = self.words.short_at(part, index)
            return spoken or (f"Đường {token.said.upper()}", index + 1)
        if _DASHED_CODE.fullmatch(token.key):
            return f"Đường {token.said}", index + 1
        if self._spaced_code(part, index) and (end == index + 2 or not VOWEL.search(token.key)):
            return f"Đường {token.said.upper()} {part[index + 1].said}", index + 2
        w, after = self.words, index + 1
        short = CODE.fullmatch(token.key) or (len(token.key) == 1 and token.key.isalpha())
        if short and any(words.at(part, after)[0] for words in (w.area, w.landmark)):
            return f"Đường {token.said.upper()}", after  # `đường d1 khu him lam`
        return None

    def _small_before_street(self, part: Sequence[Token], start: int, end: int) -> bool:
        """`đường tắt hết | khúc Nguyễn Bình`: small words, behind them a known street."""
        return all(token.said.islower() for token in part[start:end]) and any(
            part[at].said.istitle() and self._streets.end_at(part, at)
            for at in range(end, len(part))
        )

    def code(self, token: Token) -> bool:
        """Whether this is a road of letters and digits: `D5`, `HT17`."""
        return re.fullmatch(r"[a-z]{1,3}\d{1,3}", token.key) is not None

    def initials(self, token: Token) -> bool:
        """Whether this is a street by initials that no list has: `NVC`."""
        return len(token.key) > 1 and token.said.isupper() and not VOWEL.search(token.key)

    def _spaced_code(self, part: Sequence[Token], index: int) -> bool:
        """`TX 25`, `ĐHT 02`: letters and digits of a road without a name."""
        following = part[index + 1 : index + 2]
        token = part[index]
        code = token.said.isupper() or (len(token.key) > 1 and not VOWEL.search(token.key))
        return code and bool(following) and following[0].key.isdigit()

    def _may_be_surname(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether the `duong` before a name that no list has may be the surname Dương: `duong van
        cam` is, `duong bach mai` may be: then the word stays, and the name is right either way.
        """
        if part[index - 1].said.lower() != "duong" or any(
            has_marks(token.said) for token in part[index:end]
        ):
            return False
        first = part[index].key in self.words.middle
        two = end - index == 2 and not self.words.surnames.at(part, index)[0]
        return first or (two and all(token.key.isalpha() for token in part[index:end]))

    def _only_surname(self, part: Sequence[Token], index: int, end: int) -> bool:
        """`Phan` alone is what is left of a name that we cut wrongly."""
        return (
            end == index + 1
            and self.words.surnames.at(part, index)[0] > 0
            and not self._streets.has_at(part, index, index + 1)
        )

    # --- roads by name

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
        """A street by its name alone: (name, end, strength).

        Args:
            small: the whole text is in small letters, capitals tell nothing.
            crossing: a word of a crossing stands before, so that two names may follow at once.
            numbered: a house number stands before, so that `Bến Nghé` is no port.
            housed: one with a slash or its word: small letters behind it are a street's,
                `461/35 tân trào`, but `3 ngày nay` are none.
        """
        if index >= len(part):
            return None, index, 0
        if known := self._known(part, index, crossing=crossing):
            return *known, KNOWN
        end = self.ends.of(part, index)
        w = self.words
        if end == index or not part[index].key.isalpha() or self._only_surname(part, index, end):
            return None, index, 0
        if self._no_name(part, index, end) or self._chat(part, index, end):
            return None, index, 0
        if any(self._streets.end_at(part, at) > end for at in range(index + 1, end)):
            return None, index, 0  # `an dong | an duong vuong` is no `An Dong An`
        surname = w.surnames.at(part, index)[0] > 0 and end - index >= 2
        capitals = all(
            capital(token) or (index < at < end - 1 and token.said in _PARTICLES)
            for at, token in enumerate(part[index:end], index)
        )
        named = numbered and capitals and not small and end - index >= 2
        if not named and (w.landmark.at(part, index)[0] or w.area.at(part, index)[0]):
            return None, index, 0
        firm = housed and end == len(part) and not w.position.at(part, index)[0]
        said = [] if firm else part[index : index + 1] if numbered else part[index:end]
        # Without marks, capitals or a surname only a number before it tells a name from a sentence.
        plain = (
            small
            and numbered
            and end - index >= 2
            and not any(has_marks(token.said) for token in said)
        )
        if capitals or surname or plain:
            return self.official(part, index, end), end, LIKELY
        return None, index, 0

    def _no_name(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Initials that no list has: `LHP` may be several streets, `KTX Linh Trung` is none, `P
        201` is a room.
        """
        token = part[index]
        if token.said == "duong" and self.words.never_first.at(part, index + 1)[0]:
            return True  # `duong vao cang cat lai`
        if self.words.alley.at(part, index)[0] and self.numbers.at(part, index)[0]:
            return True  # `so 4 ngach 2 hem 15`
        short = token.said.isupper() and not VOWEL.search(token.key)
        if self._areas.has_initials(token) or (short and end == index + 1):
            return True
        following = part[min(index + 1, end - 1)]
        thing = short and len(token.key) > 2 and not following.said.isupper()
        return thing or (len(token.key) == 1 and following.key.isdigit())

    def _chat(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Words that callers say about a place, in small letters: `đường gì em không biết`."""
        w = self.words
        if index and part[index - 1].key.isdigit() and w.counted.at(part, index)[0]:
            return True  # `nha 2 mat tien`
        if w.surnames.at(part, index)[0]:
            return sum(w.chat.at(part, at)[0] > 0 for at in range(index + 1, end)) > 2
        more = [w.chat]
        if not part[index].said.istitle() and any(
            phrases.at(part, index)[0] for phrases in (w.complaint, w.said_after)
        ):
            more += [w.complaint, w.said_after]
        lengths = [max(p.at(part, at)[0] for p in more) for at in range(index, end)]
        said = [part[index + at : index + at + n] for at, n in enumerate(lengths)]
        small = [words for words in said if words and words[0].said.islower()]
        # Without marks one such word may be a name's: `bau` is also Bàu, `nha` also Nhà.
        return len(small) > 1 or any(has_marks(token.said) for words in small for token in words)

    def _known(
        self, part: Sequence[Token], index: int, *, crossing: bool
    ) -> tuple[str, int] | None:
        """A street by its initials, as a date or by a name that the list has."""
        if short := self.words.short_at(part, index):
            return short
        if part[index].key in self.words.dates:
            return self.words.dates[part[index].key], index + 1
        if cut := self._streets.cut_at(part, index):
            return cut
        end, whole = self.ends.of(part, index), self._streets.end_at(part, index)
        if whole > end:  # it goes on past one of our words: `Lý Thái Tổ`
            return self.official(part, index, whole), whole
        last = part[end - 1].key if end == len(part) else ""
        if re.fullmatch(r"\d", last) and self._streets.has_at(part, index, end - 1):
            return self.official(part, index, end), end  # `Hoàng Diệu 2`, near Hoàng Diệu
        return self._listed(part, index, end, crossing=crossing)

    def _listed(
        self, part: Sequence[Token], index: int, end: int, *, crossing: bool
    ) -> tuple[str, int] | None:
        """The longest listed name up to `end` that is not only the beginning of another."""
        for stop in range(end, index, -1):
            if not self._streets.has_at(part, index, stop):
                continue
            if stop < end and part[stop - 1].key in self.words.middle:
                return None  # `nguyen thi hoa` is not on Nguyễn Thi
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
        """Whether a known street, to the end of its name, starts here."""
        end = self.ends.of(part, index)
        return any(self._streets.has_at(part, index, stop) for stop in range(end, index, -1))

    def official(self, part: Sequence[Token], start: int, end: int) -> str:
        """The name in full and with its marks; as said where the list does not know it."""
        half = (end - start) // 2
        keys = [token.key for token in part[start:end]]
        if half > 1 and keys[:half] == keys[half:]:
            end = start + half  # said twice
        said = said_between_tokens(part, start, end)
        if (short := self.words.short_at(part, start)) and short[1] == end:
            return short[0]
        fitting = [name for name in self._streets.named(said) if agrees(said, name)]
        if len(fitting) == 1:
            return fitting[0]
        return titled(said) if said == said.lower() else said


def _dated(part: Sequence[Token], index: int) -> str | None:
    """`23 tháng 9` behind `đường`: a street called after a day that no list has."""
    day, month, number = (*part[index : index + 3], None, None, None)[:3]
    if day is None or month is None or number is None or month.key != "thang":
        return None
    if not (day.key.isdigit() and number.key.isdigit() and month.joined and number.joined):
        return None
    real = 1 <= int(day.key) <= 31 and 1 <= int(number.key) <= 12
    return f"{int(day.key)} Tháng {int(number.key)}" if real else None
