"""Where a street's name ends among tokens: before punctuation, a crossing or a listed word."""

import re
from collections.abc import Sequence

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import introduces
from console.map.addresses.language.spelling import has_marks
from console.map.addresses.language.street_words import (
    CODE,
    CROSSING_SIGN,
    VOWEL,
    StreetWords,
    capital,
    titled,
)
from console.map.addresses.language.tokens import Token
from console.map.addresses.streets.house_numbers import MEASURE, HouseNumbers

_LONGEST = 7
_LONGEST_UNLISTED = 5
"""Most words of an unlisted name; more are a sentence."""

_NEAR = ("gan", "truoc", "ngay")
_NEVER_LAST = ("van", "thi")
"""No name ends with these: the `Cống` of `Đồng Văn Cống` is not a drain."""

_WARD_WORDS = 2
"""Number of words in `thi tran`."""

_LONG = 4
"""After a name of this many words a final, unmarked `doan` means stretch: `my phuoc tan van doan`.
"""

_TOWARDS = ("ranh", "giap", "qua", "gan")
_LINKED = ("xa", "ap", "khu", "huyen", "tinh")
_STRETCH = ("qua", "tu", "gan", "giao", "duoi", "truoc")
"""Words after an unmarked `doan` that is not part of a name: `trung luong doan qua`."""

_PART_NUMBER = re.compile(r"\d{1,2}(?:-\d{1,2})+[a-z]?")
"""Number of a side road: `Đông Thạnh 3-1`."""


class NameEnds:
    """Finds the ends of names."""

    def __init__(
        self,
        streets: KnownStreets,
        areas: AreaReader,
        words: StreetWords,
        numbers: HouseNumbers,
    ) -> None:
        """Remember the lists and readers."""
        self._streets = streets
        self._areas = areas
        self._words = words
        self._numbers = numbers
        self._parts = words.middle | words.in_names

    def of(self, part: Sequence[Token], index: int) -> int:
        """End of the name that starts here: before punctuation, a crossing or a listed word;
        `index` itself if no name can be told apart from the sentence.
        """
        end = self._run(part, index)
        listed = self._streets.end_at(part, index)
        if end - index < 2:
            return end
        if not (listed or self._words.short_at(part, index)):
            end = self._without_areas(part, index, end)
        if not index < listed < end:
            return end if end - index <= _LONGEST_UNLISTED or listed == end else index
        long = end - listed > 1 and end - index >= _LONGEST_UNLISTED
        goes_on = long and part[listed].key.isalpha()
        if goes_on and part[listed - 1].key in self._words.middle:
            return index  # `nguyen thi hoa o tan thoi nhat` is not on Nguyễn Thi
        return listed if goes_on or self._sentence(part, index, listed) else end

    def _sentence(self, part: Sequence[Token], start: int, at: int) -> bool:
        """Whether the sentence goes on at `at` after a known street from `start`: `truong sa | doan
        cau`, `Phan Văn Hớn | Xuân Thới Thượng nước yếu`.
        """
        w = self._words
        said = part[at].said
        if introduces(part[at]):
            return True  # `nguyen oanh | thuoc` phường 17
        if said.islower() and has_marks(said) and part[at - 1].said.istitle():
            return True  # `Lê Duẩn | pháo hoa`
        if not said.istitle() and any(
            phrases.at(part, at)[0]
            for phrases in (w.position, w.toward, w.landmark, w.area, w.complaint, w.said_after,
                            w.chat, w.ward)
        ):  # fmt: skip
            return True
        return not self._areas.has_ward(part, start, at) and any(
            self._areas.has_ward(part, at, stop)
            for stop in range(at + 2, min(at + 5, len(part)) + 1)
        )

    def _without_areas(self, part: Sequence[Token], index: int, end: int) -> int:
        """End of an unlisted name before areas or another street: `Huỳnh Bá Chánh | Tân Kiên`, `Hà
        Quang Vóc | Bình Khánh | Cần Giờ`, `thao dien | quoc huong`.

        Two areas are not a street's name, but two wards may be: `Mỹ Xuân Tóc Tiên` joins them.
        """
        if part[index].key == "lien" and end > index + 1 and part[index + 1].key in _LINKED:
            return end  # `đường liên xã Nhơn Đức - Phước Lộc`
        areas, in_district = self._areas, False
        for start in range(end - 2, index + 1, -1):
            if areas.has_district(part, start, end):
                end, in_district = start, True
                break
        if in_district and areas.has_ward(part, index, end):
            return index
        for at in range(index + 2, end - 1):
            head = areas.has_ward(part, index, at)
            street = self._streets.end_at(part, at) == end
            if street and (head or end - at > 2 or end - index >= _LONGEST_UNLISTED):
                return at if head else index  # `tat o phan huy ich`
            half = self._words.surnames.at(part, index)[0] and at == index + 2
            if areas.has_ward(part, at, end) and not (half and part[at - 1].key in self._parts):
                return at if not head else index if in_district else end
        return end

    def _run(self, part: Sequence[Token], index: int) -> int:
        end = index
        while end < len(part) and end - index < _LONGEST:
            token = part[end]
            if MEASURE.fullmatch(token.said):
                break
            if end > index and (not token.joined or self._stops(part, end, start=index)):
                break
            if not (token.key.isalpha() or token.key.isdigit() or CODE.fullmatch(token.key)):
                known = end == index or self._streets.has_at(part, index, end)
                return end if known or not _PART_NUMBER.fullmatch(token.key) else end + 1
            end += 1
        return end

    def torn(self, part: Sequence[Token], end: int, name: str) -> bool:
        """Whether an unlisted one-word name goes on with words that were read as something else:
        `Công | Trường Quốc Tế`. Then no street is better than this one.
        """
        cross = any(
            phrases.at(part, end)[0]
            for phrases in (self._words.cross, self._words.joiner, self._words.number)
        )
        return (
            end < len(part)
            and part[end].joined
            and not cross
            and " " not in name
            and name.isalpha()
            and not self._streets.has(name)
        )

    def with_last_word(self, part: Sequence[Token], end: int, name: str) -> str | None:
        """The name with the single word left in its part; None if that does not belong to it.

        A word such as `trong` or `hồ` with nothing after it gives no position, so it belongs to the
        name. A street with one word too many is better than another street (`Trần Quý` instead of
        `Trần Quý Cáp`).
        """
        w = self._words
        if end + 1 != len(part) or not part[end].joined or re.search(r"\d", name):
            return None
        token = part[end]
        if token.said.islower() and part[end - 1].said[:1].isupper():
            return None  # `Nguyễn Văn Linh qua` xã Bình Hưng
        if not (token.key.isalpha() and VOWEL.search(token.key)) or name in w.short.values():
            return None
        if token.key in _TOWARDS and self._streets.has(name):
            return None  # `lý thường kiệt ranh | quận 10`
        if token.key == "doan" and name.count(" ") + 1 >= _LONG:
            return None
        if w.said_after.at(part, end)[0] or w.cross.at(part, end)[0] or introduces(token):
            return None
        return f"{name} {titled(token.said.lower())}"

    def _stops(self, part: Sequence[Token], index: int, *, start: int) -> bool:
        """Whether a name that started at `start` ends before this token."""
        token = part[index]
        if token.key == "doan" and (
            part[index + 1].key in _STRETCH
            if index + 1 < len(part)
            else index - start >= _LONG or token.said == "đoạn"
        ):
            return True
        if index - start > 1 and part[index - 1].key in _NEVER_LAST:
            return False
        if token.said in ("P", "F") and self._initials(part, index):
            return True  # `56 VTS | P.VTS`
        if index - start > 1 and self._words.ward.at(part, index)[0] == _WARD_WORDS:
            return True  # `luong van nho | thi tran`, but not `nguyen thi tran`
        return self._word_stops(part, index, start)

    def _word_stops(self, part: Sequence[Token], index: int, start: int) -> bool:
        w, token = self._words, part[index]
        linked = part[index - 1].key == "lien" and w.area.at(part, index)[0]  # `Liên ấp 2-6`
        if linked or self._middle_duong(part, start, index):
            return False
        if any(phrases.at(part, index)[0] for phrases in (w.street, w.codes)):
            return True
        plain = not has_marks(token.said)
        if length := w.cross.at(part, index)[0]:
            # At the end or before a crossing it is part of the name: `Trần Bá Giao - Lê Lợi`.
            if length > 1 and token.said.istitle() and part[index + 1].said.islower():
                return False  # `Trần Bá Giao với Tô Ký`
            last = index + length == len(part) or self._crosses(part, index + length)
            return not last or not (capital(token) or plain)
        in_name = index - start in (1, 2) and token.key in w.in_names and token.said != "đoạn"
        if in_name and w.surnames.at(part, start)[0]:
            return False  # `phan đình giót`, `đào duy từ`
        if w.joiner.at(part, index)[0] and token.said in ("với", "và", "x"):
            return True
        # An alley has a number, the Kiệt of `Lý Thường Kiệt` has not.
        worded = w.alley.at(part, index)[0] or w.number.at(part, index)[0]
        if worded and self._numbers.at(part, index)[0]:
            return True
        return self._place_word(part, index, start)

    def _initials(self, part: Sequence[Token], index: int) -> bool:
        after = part[index + 1].said if index + 1 < len(part) else ""
        return part[index + 1].gap == "." and len(after) > 1 and after.isupper() if after else False

    def _middle_duong(self, part: Sequence[Token], start: int, index: int) -> bool:
        """`Kinh Duong Vuong`: unmarked, with one word before it that is no street and one after."""
        after = part[index + 1 : index + 3]
        return (
            part[index].said in ("Duong", "duong")
            and index == start + 1
            and bool(after)
            and after[0].joined
            and after[0].key.isalpha()
            and not (len(after) == 2 and after[1].joined)
            and not any(has_marks(token.said) for token in (part[start], after[0]))
            and not self._streets.has_at(part, start, start + 1)
        )

    def _crosses(self, part: Sequence[Token], index: int) -> bool:
        """Whether the second street of a crossing begins here, after a sign or word."""
        signed = CROSSING_SIGN.fullmatch(part[index].gap) is not None
        words = (self._words.cross, self._words.joiner)
        return signed or any(phrases.at(part, index)[0] for phrases in words)

    def complains(self, part: Sequence[Token], index: int) -> bool:
        """Whether two complaint words follow each other here."""
        words = (self._words.said_after, self._words.complaint)
        lengths = [max(w.at(part, at)[0] for w in words) for at in (index, index + 1)]
        return lengths[0] > 1 or (lengths[0] == 1 and lengths[1] > 0)

    def _whole(self, part: Sequence[Token], start: int, index: int) -> bool:
        """Whether a name is complete before `index` in lower-case text: `xuân thủy | ngập nước`."""
        return index - start >= 2 + (self._words.surnames.at(part, start)[0] > 0)

    def _place_word(self, part: Sequence[Token], index: int, start: int) -> bool:
        """Whether a word for an area, position or landmark is here. Names contain such words too
        (`Hồ Thị Kỷ`, `Lý Thái Tổ`); there capitals show that it is a name.
        """
        w, token = self._words, part[index]
        after_capitals = capital(part[start]) and capital(part[index - 1])
        marked = token.said.islower() and (has_marks(token.said) or after_capitals)
        if length := w.area.at(part, index)[0]:
            numbered = index + length < len(part) and part[index + length].key[0].isdigit()
            ward = self._areas.has_ward(part, start, index + length)  # `Thới Tam Thôn 13`
            return (marked or numbered) and not ward
        whole = after_capitals or self._whole(part, start, index)
        if token.said.islower() and whole and self.complains(part, index):
            return True  # `xuan thuy | ngap nuoc`
        if marked and whole and w.said_after.at(part, index)[0]:
            return True
        length = w.position.at(part, index)[0]
        near = token.key in _NEAR and index - start >= 2
        if near and w.landmark.at(part, index + length)[0]:
            return True  # `ten lua | gan aeon`
        length = length or w.landmark.at(part, index)[0]
        if length == 1 and not VOWEL.search(token.key):
            return True  # `KDC`, `KCN`, `BV`
        return length > 0 and marked
