"""Names of roads and house numbers among tokens: with a word or code, by name, by initials.

The pieces that `streets.py` puts together (MAP.md 7, steps 6 and 7). Methods take a part of the
text and an index, and give what stands there and where it ends.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from console.map.spelling import agrees, has_marks, place_key
from console.map.street_list import StreetList
from console.map.words import Phrases, Token, said_between_tokens, word_lists

_HOUSE = re.compile(r"[a-k]?\d+[a-z]{0,2}(?:[/\-]\d+[a-z]?\d*)+|\d+[a-z]{0,2}")
_CODE = re.compile(r"(?:[a-z]{1,3}\d{1,3}[a-z]?|\d{1,4}[a-z]?)")
_ROAD_NUMBER = re.compile(r"[a-z]?\d{1,3}[a-z]?")
_ROAD_ATTACHED = re.compile(r"(ql|tl|dt|hl|ltl|ds)(\d{1,3}[a-z]?)")
CROSSING_SIGN = re.compile(r"\s*[-–—/&+]\s*")
"""Between two streets of a crossing."""
_LONGEST = 7
_VOWEL = re.compile(r"[aeiouy]")

EXPLICIT, KNOWN, LIKELY = 3, 2, 1
"""How sure a street is: named with a word or code, known by name, only looking like one."""


class RoadWords:
    """The word lists that roads are read with."""

    def __init__(self) -> None:
        """Index the lists of `address_words.toml`."""
        words = word_lists()
        street, number, cross = words["street"], words["number"], words["cross"]
        self.street = Phrases(street["words"])
        self.heads = Phrases(street["heads"])
        self.numbered = Phrases(street["numbered"])
        self.codes = Phrases(street["codes"])
        self.code_names = {place_key(k): v for k, v in street["codes"].items()}
        self.short = {place_key(k): v for k, v in street["short"].items()}
        self.dates = {k.replace(" ", ""): v for k, v in street["dates"].items()}
        self.spoken_dates = {place_key(k): v for k, v in street["dates"].items() if "/" not in k}
        self.number = Phrases(number["words"])
        self.alley = Phrases(number["alley"])
        self.suffix = frozenset(number["suffix"])
        self.cross = Phrases(cross["words"])
        self.cross_landmark = Phrases(cross["landmark"])
        self.joiner = Phrases(cross["joiner"])
        self.position = Phrases(words["position"]["words"])
        self.landmark = Phrases(words["landmark"]["words"])
        self.area = Phrases(words["area"]["words"])
        self.said_after = Phrases(words["said_after"]["words"])
        self.in_names = frozenset(street["in_names"])
        self.middle = frozenset(street["middle"])
        self.surnames = Phrases(words["surnames"]["words"])


class RoadNames:
    """Reads one number or one road at a token."""

    def __init__(self, streets: StreetList) -> None:
        """Remember the known streets."""
        self._streets = streets

    @cached_property
    def words(self) -> RoadWords:
        """The word lists."""
        return RoadWords()

    # --- numbers

    def number(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """A house number or an alley with its word."""
        w = self.words
        length, word = w.alley.at(part, index)
        alley = word if length else ""
        at = index + length
        at += w.number.at(part, at)[0]
        if at >= len(part) or not _HOUSE.fullmatch(part[at].key):
            return None, index
        if at + 1 < len(part) and part[at + 1].key == "thang" and self.short_at(part, at):
            return None, index  # `2 Tháng 9`; `hẻm 3 Tháng 2`: an alley without its number
        if part[at].key in w.dates and at == index and not self._name_follows(part, at + 1):
            return None, index
        number, end = part[at].said, at + 1
        if (
            end + 1 < len(part)
            and part[end].gap.strip() in ("-", "–")
            and number.isdigit()
            and part[end].said.isdigit()
        ):
            number, end = f"{number}-{part[end].said}", end + 1
        elif end < len(part) and part[end].key in w.suffix:
            number, end = f"{number} {part[end].said}", end + 1
        if alley:
            return f"hẻm {number}" if alley == "hẽm" else f"{alley} {number}", end
        return number, end

    def _name_follows(self, part: Sequence[Token], index: int) -> bool:
        return (
            index < len(part)
            and part[index].joined
            and part[index].key.isalpha()
            and not self.words.cross.at(part, index)[0]
        )

    # --- roads with a word or code

    def explicit(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        """A street named by a word, a code or a head."""
        w = self.words
        if index >= len(part):
            return None, index
        if coded := self._coded(part, index):
            return coded
        if head := self._headed(part, index):
            return head
        length, _ = w.street.at(part, index)
        if not length:
            return None, index
        at = index + length
        if part[index].said == "d":
            sure = w.numbered.at(part, at)[0] or (at < len(part) and part[at].gap[:1] == ".")
            return self._after_street_word(part, at) if sure else (None, index)
        plain = not has_marks(part[index].said)
        if plain and (part[index].key == "pho" or self.known_end(part, index)):
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
        end = self.name_end(part, at)
        if end < len(part) and word == "cao tốc" and "-" in part[end].gap:
            end = self.name_end(part, end)  # `cao tốc Long Thành - Dầu Giây` is one road
        if end == index + length:
            return None
        said = " ".join(
            ("- " if i > index + length and "-" in part[i].gap else "") + part[i].said
            for i in range(index + length, end)
        )
        return titled(f"{word} {said}"), end

    def _after_street_word(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        if index >= len(part) or not part[index].joined:
            return None, index
        if inner := self._coded(part, index) or self._headed(part, index):
            return inner
        length, _ = self.words.numbered.at(part, index)
        if length and index + length < len(part) and _CODE.fullmatch(part[index + length].key):
            return f"Đường số {part[index + length].said.upper()}", index + length + 1
        if part[index].key in self.words.dates:
            return self.words.dates[part[index].key], index + 1
        return self._name_after_word(part, index)

    def _name_after_word(self, part: Sequence[Token], index: int) -> tuple[str | None, int]:
        token = part[index]
        end = max(self.known_end(part, index), self.name_end(part, index))
        if _CODE.fullmatch(token.key) and (end <= index + 1 or token.key[0].isdigit()):
            spoken = self.short_at(part, index)
            return spoken or (f"Đường {token.said.upper()}", index + 1)
        if end == index + 2 and part[index + 1].key.isdigit() and token.said.isupper():
            return f"Đường {token.said} {part[index + 1].said}", end
        if end == index or self._only_surname(part, index, end):
            return None, index
        listed = self._streets.has(said_between_tokens(part, index, end))
        if not listed and self._may_be_surname(part, index, end):
            return self.official(part, index - 1, end), end  # `duong van cam`: Dương Văn Cam
        return self.official(part, index, end), end

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
            and not self._streets.has(part[index].said)
        )

    # --- roads by name

    def short_at(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """A street by its initials or as a date in words."""
        w = self.words
        for n in range(min(4, len(part) - index), 0, -1):
            window = part[index : index + n]
            key = place_key("".join(token.key for token in window))
            name = w.short.get(key) or w.spoken_dates.get(key)
            dated = re.fullmatch(r"(\d{1,2})thang(\d{1,2})", key)
            if dated and f"{dated[1]}/{dated[2]}" in w.dates:
                name = w.dates[f"{dated[1]}/{dated[2]}"]
            if name and all(token.joined for token in window[1:]):
                return name, index + n
        return None

    def name_end(self, part: Sequence[Token], index: int) -> int:
        """Where a name that starts here ends: before punctuation, a crossing or any other word of
        ours.
        """
        end = index
        while end < len(part) and end - index < _LONGEST:
            token = part[end]
            if end > index and (not token.joined or self._stops(part, end, start=index)):
                break
            if not (token.key.isalpha() or token.key.isdigit() or _CODE.fullmatch(token.key)):
                break
            end += 1
        return end

    def _stops(self, part: Sequence[Token], index: int, *, start: int) -> bool:
        """Whether a name that began at `start` ends before this token."""
        w, token = self.words, part[index]
        if self._middle_duong(part, start, index):
            return False
        if any(phrases.at(part, index)[0] for phrases in (w.street, w.codes)):
            return True
        plain = not has_marks(token.said)
        if length := w.cross.at(part, index)[0]:
            # At the end, or before a crossing, it is none: `Trần Bá Giao - Lê Lợi`.
            if length > 1 and token.said.istitle() and part[index + 1].said.islower():
                return False  # `Trần Bá Giao với Tô Ký`
            last = index + length == len(part) or self._crosses(part, index + length)
            return not last or not (_capital(token) or plain)
        in_name = index - start in (1, 2) and token.key in w.in_names and token.said != "đoạn"
        if in_name and w.surnames.at(part, start)[0]:
            return False  # `phan đình giót`, `đào duy từ`
        if w.joiner.at(part, index)[0] and token.said in ("với", "và", "x"):
            return True
        # An alley has a number; the Kiệt of `Lý Thường Kiệt` has none.
        worded = w.alley.at(part, index)[0] or w.number.at(part, index)[0]
        if worded and self.number(part, index)[0]:
            return True
        return self._place_word(part, index)

    def _middle_duong(self, part: Sequence[Token], start: int, index: int) -> bool:
        """`Kinh Duong Vuong`: without marks, one word before it that is no street, one after it."""
        after = part[index + 1 : index + 3]
        return (
            part[index].said in ("Duong", "duong")
            and index == start + 1
            and bool(after)
            and after[0].joined
            and after[0].key.isalpha()
            and not (len(after) == 2 and after[1].joined)
            and not any(has_marks(token.said) for token in (part[start], after[0]))
            and not self._streets.has(part[start].said)
        )

    def torn(self, part: Sequence[Token], end: int, name: str) -> bool:
        """Whether a name of one word that no list has goes on with words that we took for others:
        `Công | Trường Quốc Tế`. Better no street than that one.
        """
        cross = any(
            phrases.at(part, end)[0]
            for phrases in (self.words.cross, self.words.joiner, self.words.number)
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
        """The name with the one word that is left of its part; None where that is no part of it.

        A word such as `trong` or `hồ` with nothing after it places nothing: it belongs to the
        name. Better a street with a word too many than another street (`Trần Quý` for `Trần Quý
        Cáp`).
        """
        w = self.words
        if end + 1 != len(part) or not part[end].joined or re.search(r"\d", name):
            return None
        token = part[end]
        if not (token.key.isalpha() and _VOWEL.search(token.key)) or name in w.short.values():
            return None
        if w.said_after.at(part, end)[0] or w.cross.at(part, end)[0]:
            return None
        return f"{name} {titled(token.said.lower())}"

    def _crosses(self, part: Sequence[Token], index: int) -> bool:
        """Whether another street of a crossing begins here: a sign, or a word for it."""
        signed = CROSSING_SIGN.fullmatch(part[index].gap) is not None
        words = (self.words.cross, self.words.joiner)
        return signed or any(phrases.at(part, index)[0] for phrases in words)

    def _place_word(self, part: Sequence[Token], index: int) -> bool:
        """An area, a position or a landmark. Names hold such words too (`Hồ Thị Kỷ`, `Lý Thái
        Tổ`): there capitals say that it is a name.
        """
        w, token = self.words, part[index]
        marked = token.said.islower() and has_marks(token.said)
        if length := w.area.at(part, index)[0]:
            numbered = index + length < len(part) and part[index + length].key[0].isdigit()
            return marked or numbered
        length = w.position.at(part, index)[0] or w.landmark.at(part, index)[0]
        if length == 1 and not _VOWEL.search(token.key):
            return True  # `KDC`, `KCN`, `BV`
        return length > 0 and marked

    def name(
        self,
        part: Sequence[Token],
        index: int,
        *,
        small: bool,
        crossing: bool = False,
        numbered: bool = False,
    ) -> tuple[str | None, int, int]:
        """A street by its name alone: (name, end, strength).

        Args:
            small: the whole text is in small letters, capitals tell nothing.
            crossing: a word of a crossing stands before, so that two names may follow at once.
            numbered: a house number stands before, so that `Bến Nghé` is no port.
        """
        if index >= len(part):
            return None, index, 0
        if known := self._known(part, index, crossing=crossing):
            return *known, KNOWN
        end = self.name_end(part, index)
        w = self.words
        if end == index or not part[index].key.isalpha() or self._only_surname(part, index, end):
            return None, index, 0
        surname = w.surnames.at(part, index)[0] > 0 and end - index >= 2
        capitals = all(_capital(token) for token in part[index:end])
        named = numbered and capitals and not small and end - index >= 2
        if not named and (w.landmark.at(part, index)[0] or w.area.at(part, index)[0]):
            return None, index, 0
        if capitals or surname or (small and not has_marks(part[index].said) and end - index >= 2):
            return self.official(part, index, end), end, LIKELY
        return None, index, 0

    def _known(
        self, part: Sequence[Token], index: int, *, crossing: bool
    ) -> tuple[str, int] | None:
        """A street by its initials, as a date or by a name that the list has."""
        if short := self.short_at(part, index):
            return short
        if part[index].key in self.words.dates:
            return self.words.dates[part[index].key], index + 1
        end, whole = self.name_end(part, index), self.known_end(part, index)
        if whole > end:  # it goes on past one of our words: `Lý Thái Tổ`
            return self.official(part, index, whole), whole
        for stop in range(end, index, -1):
            if self._streets.has(said_between_tokens(part, index, stop)) and (
                stop == end
                or not _capital(part[stop])
                or self.late_house(part, stop)
                or (crossing and self.knows(part, stop))
            ):
                return self.official(part, index, stop), stop
        return None

    def late_house(self, part: Sequence[Token], index: int) -> bool:
        """`Lê Văn Việt 97`: the house last. One digit may be of the name: `Bàu Cát 2`."""
        last = index + 1 == len(part) and part[index].joined
        return last and re.fullmatch(r"\d{2,}[a-z]?|\d+/\S+", part[index].key) is not None

    def known_end(self, part: Sequence[Token], index: int) -> int:
        """End of the longest known street of several words that starts here, 0 for none."""
        stop = index + 1
        while stop < len(part) and stop - index < _LONGEST and part[stop].joined:
            stop += 1
        return next(
            (
                n
                for n in range(stop, index + 1, -1)
                if self._streets.has(said_between_tokens(part, index, n))
            ),
            0,
        )

    def knows(self, part: Sequence[Token], index: int) -> bool:
        """Whether a known street, to the end of its name, starts here."""
        end = self.name_end(part, index)
        return any(
            self._streets.has(said_between_tokens(part, index, stop))
            for stop in range(end, index, -1)
        )

    def official(self, part: Sequence[Token], start: int, end: int) -> str:
        """The name in full and with its marks; as said where the list does not know it."""
        said = said_between_tokens(part, start, end)
        if (short := self.short_at(part, start)) and short[1] == end:
            return short[0]
        fitting = [name for name in self._streets.named(said) if agrees(said, name)]
        if len(fitting) == 1:
            return fitting[0]
        return titled(said) if said == said.lower() else said


def _capital(token: Token) -> bool:
    return token.said[:1].isupper() or token.said[:1].isdigit()


def titled(text: str) -> str:
    """Each word with a capital, the head words of `Xa lộ Hà Nội` as they are written."""
    words = text.split()
    for head in ("xa lộ", "đại lộ", "cao tốc", "vành đai"):
        if text.lower().startswith(head):
            rest = [w[:1].upper() + w[1:] for w in words[2:]]
            return " ".join([head.capitalize(), *rest])
    return " ".join(word[:1].upper() + word[1:] for word in words)
