"""Streets that a caller says behind other words: `nắp cống bể trước số 45 Trần Hưng Đạo`."""

import re
from collections.abc import Sequence

from console.map.asides import Asides, leads_there
from console.map.road_names import KNOWN, RoadNames
from console.map.street_list import StreetList
from console.map.words import Token


class ToldStreets:
    """Finds a known street inside a sentence."""

    def __init__(self, streets: StreetList, names: RoadNames, asides: Asides) -> None:
        """Remember the known streets, who reads names, who tells numbers of things."""
        self._streets = streets
        self._names = names
        self._words = names.words
        self._numbers = names.numbers
        self._asides = asides

    def behind(self, part: Sequence[Token], start: int) -> tuple[int, str | None, str, int] | None:
        """(where, number, street, end) of the first one that is said behind the word at `start`."""
        inside = 0
        for index in range(start + 1, len(part)):
            inside = max(inside, self._streets.numbered_end_at(part, index - 1))
            if index < inside:
                continue  # the 2 of `34 Hoàng Diệu 2 Linh Trung`
            if found := self._at(part, index):
                return found
        return None

    def _at(self, part: Sequence[Token], index: int) -> tuple[int, str | None, str, int] | None:
        """The same, of a street with what leads to it at `index`: a number, a position word or the
        code of a thing.
        """
        w = self._words
        worded = any(phrases.at(part, index)[0] for phrases in (w.number, w.alley))
        positioned = any(
            start + w.position.at(part, start)[0] == index
            for start in range(max(0, index - 2), index)
        )
        number, after = self._numbers.at(part, index)
        coded = self._asides.codes(part, index)
        if not (number or positioned or coded) or self._asides.is_things(part, index):
            return None
        before = (w.joiner, w.toward) if not number else ()
        if any(phrases.at(part, index - 1)[0] for phrases in before):
            return None  # `giữa Lê Lợi và Lê Lai`, `kẹt xe về phía Linh Đông`
        name, end, strength = self._names.name(part, after, small=False)
        # A number alone counts before a name of several words that ends its part:
        # `bệnh viện Chợ Rẫy 201B Nguyễn Chí Thanh`, `đèn tắt ở Phan Huy Ích`.
        whole = end == len(part) and end > after + 1
        sure = whole or coded or (number and (worded or positioned))
        if not (name and strength == KNOWN and sure):
            return None
        one_of_many = number is not None and leads_there(part, index)  # `từ số 2 đến số 50`
        houses = worded or positioned or self._of_a_house(part[:index], number)
        return (
            (index, number, name, end) if houses and not one_of_many else (after, None, name, end)
        )

    def _of_a_house(self, before: Sequence[Token], number: str | None) -> bool:
        """Whether a number without a word of its own is a house's: `bắt được 3 Nguyễn Văn Cừ` may
        count dogs; `quán phở 15 Lê Lợi`, `em ở đây là 33 Lê Lợi` and `bể 201B Lê Lợi` do not.
        """
        small = number is not None and number.isdigit() and len(number) < 3
        told = before[-1].said.lower() in ("là", "chỉ")  # `địa chỉ 33`
        things = [(at, self._words.landmark.at(before, at)[0]) for at in range(len(before))]
        if number is not None and re.fullmatch(r"\d", number):
            # `bệnh viện Nhi Đồng 1 Lý Tự Trọng`: the number is of the name
            things = [(at, n) for at, n in things if n and at + n == len(before)]
        return told or any(n for _, n in things) or not small
