"""Streets named by a word, a code or a head word: `đường Lê Lợi`, `QL1A`, `xa lộ Hà Nội`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from console.domain.text.folding import fold
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import starts_small
from console.map.addresses.language.spelling import has_marks, place_key
from console.map.addresses.language.street_words import CODE, VOWEL, titled
from console.map.addresses.language.tokens import Token
from console.map.addresses.streets.names import StreetNames

_ROAD_NUMBER = re.compile(r"[a-z]?\d{1,3}[a-z]?")
_ROAD_ATTACHED = re.compile(r"(ql|tl|dt|hl|ltl|ds)(\d{1,3}[a-z]?)")
_DASHED_CODE = re.compile(r"[a-z]{1,3}-\d{1,3}[a-z]?")
_STRETCHES = ("giua", "tu", "doan", "khuc", "gan", "ngay", "ra", "di", "ve", "vao")


class ExplicitNames:
    """Reads a street with its word or code at a token."""

    def __init__(self, streets: KnownStreets, names: StreetNames) -> None:
        """Remember the known streets and the reader of names."""
        self._streets = streets
        self._names = names
        self.words = names.words

    def explicit(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """(name, end) of a street named by a word, a code or a head word."""
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
        """A street by its code: `QL1A`, `tỉnh lộ 10`, `ĐS 8`."""
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
        """The street, as said if its code is the initials of the ward: in phường Thạnh Lộc, `TL 29`
        is Thạnh Lộc 29, not Tỉnh lộ 29.
        """
        if not ward:
            return street
        initials = "".join(word[0] for word in fold(ward).split()[1:])
        head = self.words.code_names.get(initials)
        number = street.removeprefix(f"{head} ").lower()
        if head is None or number == street.lower():
            return street
        said = [token.key for token in tokens]
        coded = f"{initials}{number}" in said or (initials, number) in pairwise(said)
        return f"Đường {initials.upper()} {number.upper()}" if coded else street

    def _with_letter(self, part: Sequence[Token], at: int, name: str) -> tuple[str, int]:
        """`QL 1 A` is Quốc lộ 1A; a letter before a name does not belong to the road."""
        number, end = part[at].key.upper(), at + 1
        if number.isdigit() and end < len(part) and part[end].key in ("a", "b", "c", "d"):
            last = end + 1 == len(part) or not part[end + 1].joined
            if last and part[end].gap == " ":
                return f"{name} {number}{part[end].key.upper()}", end + 1
        return f"{name} {number}", end

    def _headed(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """A street with a head word, which is part of the name: `xa lộ Hà Nội`, `cao tốc A - B`."""
        length, word = self.words.heads.at(part, index)
        if not length:
            return None
        at = index + length
        if at < len(part) and (
            not part[at].joined or self.words.joiner.at(part, at)[0] or self._placed(part, at)
        ):
            return None  # `Song Hành và Tô Ký`, `Song Hành giữa Lê Lợi và …`
        end = self._names.ends.of(part, at)
        while end < len(part) and word == "cao tốc" and "-" in part[end].gap:
            end = self._names.ends.of(part, end)  # `cao tốc Long Thành - Dầu Giây` is one road
        if end == at + 1 < len(part) and part[end].said in ("duong", "Duong"):
            end += 1  # `dai lo binh duong`
        if end == len(part) and end > at and part[end - 1].said == "doan":
            end -= 1  # `cao toc ben luc - long thanh doan` xã …
        if end == index + length:
            return None
        said = " ".join(
            ("- " if i > index + length and "-" in part[i].gap else "") + part[i].said
            for i in range(index + length, end)
        )
        known = self._streets.named(f"{word} {said}")
        return (known[0] if len(known) == 1 else titled(f"{word} {said}")), end

    def _placed(self, part: Sequence[Token], at: int) -> bool:
        """Whether a word here says which stretch of the road is meant."""
        return part[at].said.islower() and part[at].key in _STRETCHES

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
        w = self.words
        end = max(self._streets.end_at(part, index), self._names.ends.of(part, index))
        if len(token.key) == 1 and token.said.isupper() and end == index + 1:
            return f"Đường {token.said}", end
        if lettered := self._lettered(part, index, end):
            return lettered
        if (
            end == index
            or self._names.only_surname(part, index, end)
            or self._names.chat(part, index, end)
            or (token.key == "lien" and self._joins(part, index, end))
            or (w.alley.at(part, index)[0] and self._names.numbers.at(part, index)[0])
        ):
            return None, index
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
        tail = next((at for at in range(index + 1, end - 2) if self._tail(part, at, end)), None)
        surname = w.surnames.at(part, index)[0]
        small = starts_small(part, index, end) or self._small_before_street(part, index, end)
        if small and not (listed or surname or natural or tail is not None):
            return None, index
        start = index
        if not listed and tail is not None:
            start = tail  # `đường cấm | Lê Văn Khương`
        elif not listed and self._may_be_surname(part, index, end):
            start = index - 1  # `duong van cam`: Dương Văn Cam
        return self._names.official(part, start, end), end

    def _tail(self, part: Sequence[Token], at: int, end: int) -> bool:
        """Whether a known street with a surname ends an unlisted name, from `at` on."""
        return self._streets.end_at(part, at) == end and self.words.surnames.at(part, at)[0] > 0

    def _joins(self, part: Sequence[Token], index: int, end: int) -> bool:
        """`đường liên xã hư` is any road between two xã; `Liên ấp 2-6` and `Liên Phường`
        are names.
        """
        w, after = self.words, index + 1
        area = w.area.at(part, after)[0] or part[min(after, end - 1)].key in ("xa", "huyen", "tinh")
        whole = end <= after + 1 or w.complaint.at(part, after + 1)[0] > 0
        late = w.said_after.at(part, after + 1)[0] > 0
        return bool(area) and (whole or late) and not self._streets.has_at(part, index, end)

    def _natural(self, part: Sequence[Token], index: int, end: int) -> bool:
        """`đường bến mễ cốc`, `đường đèo Nước Ngọt`: named after a wharf, canal or pass. The name
        is all that is left of its part, without a complaint.
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
        """`12A`, `ĐX-105`, `ĐHT 02` after `đường`."""
        token = part[index]
        other = self._streets.end_at(part, index + 1) or (
            end > index + 1 and self.words.surnames.at(part, index + 1)[0]
        )  # `duong d2 | nguyen gia tri`
        alone = end <= index + 1 or token.key[0].isdigit() or other
        if CODE.fullmatch(token.key) and alone:
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
        """`đường tắt hết | khúc Nguyễn Bình`: lower-case words with a known street after them."""
        return all(token.said.islower() for token in part[start:end]) and any(
            part[at].said.istitle() and self._streets.end_at(part, at)
            for at in range(end, len(part))
        )

    def _spaced_code(self, part: Sequence[Token], index: int) -> bool:
        """`TX 25`, `ĐHT 02`: letters and digits of a street without a name."""
        following = part[index + 1 : index + 2]
        token = part[index]
        code = token.said.isupper() or (len(token.key) > 1 and not VOWEL.search(token.key))
        return code and bool(following) and following[0].key.isdigit()

    def _may_be_surname(self, part: Sequence[Token], index: int, end: int) -> bool:
        """Whether the `duong` before an unlisted name may be the surname Dương: in `duong van cam`
        it is, in `duong bach mai` it may be. Then it stays, and the name is right either way.
        """
        if part[index - 1].said.lower() != "duong" or any(
            has_marks(token.said) for token in part[index:end]
        ):
            return False
        first = part[index].key in self.words.middle
        two = end - index == 2 and not self.words.surnames.at(part, index)[0]
        return first or (two and all(token.key.isalpha() for token in part[index:end]))


def _dated(part: Sequence[Token], index: int) -> str | None:
    """`23 tháng 9` after `đường`: an unlisted street named after a date."""
    day, month, number = (*part[index : index + 3], None, None, None)[:3]
    if day is None or month is None or number is None or month.key != "thang":
        return None
    if not (day.key.isdigit() and number.key.isdigit() and month.joined and number.joined):
        return None
    real = 1 <= int(day.key) <= 31 and 1 <= int(number.key) <= 12
    return f"{int(day.key)} Tháng {int(number.key)}" if real else None
