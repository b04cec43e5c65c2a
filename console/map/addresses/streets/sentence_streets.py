"""Streets after other words of a sentence: `nắp cống bể trước số 45 Trần Hưng Đạo`."""

import re
from collections.abc import Sequence

from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import NonPlaces, leads_there
from console.map.addresses.language.tokens import Token, name_span
from console.map.addresses.streets.names import KNOWN, LIKELY, StreetNames

_NAMED_PLACES = ("chợ", "ga", "cầu", "cầu vượt", "chùa", "nhà thờ", "vòng xoay", "sân bay")


class SentenceStreets:
    """Finds a known street inside a sentence."""

    def __init__(self, streets: KnownStreets, names: StreetNames, asides: NonPlaces) -> None:
        """Remember the lists and readers."""
        self._streets = streets
        self._names = names
        self._words = names.words
        self._numbers = names.numbers
        self._asides = asides

    def behind(self, part: Sequence[Token], start: int) -> tuple[int, str | None, str, int] | None:
        """(start, number, street, end) of the first street after the word at `start`."""
        inside = 0
        for index in range(start + 1, len(part)):
            inside = max(inside, self._streets.numbered_end_at(part, index - 1))
            if index < inside:
                continue  # the 2 of `34 Hoàng Diệu 2 Linh Trung`
            if found := self._at(part, index):
                return found
        return None

    def _at(self, part: Sequence[Token], index: int) -> tuple[int, str | None, str, int] | None:
        """The same for a street whose number, position word or asset code is at `index`."""
        w = self._words
        worded = any(phrases.at(part, index)[0] for phrases in (w.number, w.alley))
        positioned = any(
            start + w.position.at(part, start)[0] == index
            for start in range(max(0, index - 2), index)
        )
        number, after = self._numbers.at(part, index)
        coded = self._asides.codes(part, index)
        landmarked = self._behind_landmark(part, index)
        alley = w.alley.at(part, index)[0] > 0  # `mat nuoc 2 ngay | hem 237`
        things = not alley and self._asides.is_things(part, index)
        if not (number or positioned or coded or landmarked) or things:
            return None
        before = (w.joiner, w.toward) if not number else ()
        if any(phrases.at(part, index - 1)[0] for phrases in before):
            return None  # `giữa Lê Lợi và Lê Lai`, `kẹt xe về phía Linh Đông`
        name, end, strength = self._names.name(
            part, after, small=False, numbered=number is not None
        )
        # A bare number counts before a name of several words that ends its part:
        # `bệnh viện Chợ Rẫy 201B Nguyễn Chí Thanh`, `đèn tắt ở Phan Huy Ích`.
        whole = end == len(part) and end > after + 1
        if landmarked and not (number or positioned or coded):
            firm = end > after + 2 or w.surnames.at(part, after)[0]
            return (
                (after, None, name, end) if name and strength == KNOWN and whole and firm else None
            )
        sure = whole or coded or (number and (worded or positioned))
        housed = number is not None and (worded or positioned) and whole
        if strength == LIKELY and housed and not self._names.is_area(part, after, end):
            strength = KNOWN  # `trước nhà 88 Ký Con`
        if not (name and strength == KNOWN and sure):
            return None
        one_of_many = number is not None and (
            leads_there(part, index) or self._numbers.one_of_many(part, index, after)
        )  # `từ số 2 đến số 50`
        houses = worded or positioned or self._of_a_house(part[:index], number)
        return (
            (index, number, name, end) if houses and not one_of_many else (after, None, name, end)
        )

    def _behind_landmark(self, part: Sequence[Token], index: int) -> bool:
        """Whether a landmark with its own name of two or three words ends here: `chợ Hạnh Thông Tây
        | Quang Trung`.
        """
        for start in range(max(0, index - 5), index - 2):
            length, word = self._words.landmark.at(part, start)
            own = part[start + length : index]
            if word in _NAMED_PLACES and len(own) in (2, 3):
                if not name_span(part, start, index + 1) or self._streets.has_at(
                    part, start + length, index
                ):
                    return False  # `vòng xoay Trần Phú - Nguyễn Tri Phương`
                return not any(
                    words.at(part, at)[0]
                    for at in range(start + length, index)
                    for words in (self._words.joiner, self._words.toward, self._words.landmark)
                )
        return False

    def _of_a_house(self, before: Sequence[Token], number: str | None) -> bool:
        """Whether a bare number is a house number: in `bắt được 3 Nguyễn Văn Cừ` it may count dogs;
        in `quán phở 15 Lê Lợi`, `em ở đây là 33 Lê Lợi` and `bể 201B Lê Lợi` it is a house.
        """
        small = number is not None and number.isdigit() and len(number) < 3
        told = before[-1].said.lower() in ("là", "chỉ", "la", "chi")  # `địa chỉ 33`
        things = [(at, self._words.landmark.at(before, at)[0]) for at in range(len(before))]
        if number is not None and re.fullmatch(r"\d", number):
            # `bệnh viện Nhi Đồng 1 Lý Tự Trọng`: the number is part of the name
            things = [(at, n) for at, n in things if n and at + n == len(before)]
        return told or any(n for _, n in things) or not small
