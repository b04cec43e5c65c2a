"""Phrases that name a ward (`P.Tân Quý`, `phường 5`, `xã …`), and the index of ward names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.non_places import leads_there
from console.map.addresses.language.spelling import has_marks, marks_agree, place_key
from console.map.addresses.language.tokens import (
    WARD_KINDS,
    Phrases,
    Token,
    key_of,
    name_span,
    phrases_of,
    said_between_tokens,
    word_lists,
)
from console.map.geography.wards import NewWard, OldWard, WardTable

LONGEST_NAME = 5
"""Words in the longest ward name."""

_NUMBER_WARD = re.compile(r"(?:p|f|ph|phuong)0*([1-9]\d?)")
_NUMBER = re.compile(r"0*([1-9]\d?)")
_MIDDLE = ("van", "thi")
_ROAD_BEFORE = re.compile(
    r"(?:^|\s)(?:(?:ql|tl|dt|hl|lo|duong tinh|so|ds|kp|khu pho|ap|to|duong|km)\s?"
    r"\d{1,4}(?:-\d{1,2})*[a-z]?|ltl \d{1,2}[a-z]?|[b-df-hj-np-tv-xz]{2,3}[ -]?\d{2,3}[a-z]?|"
    r"duong [a-z]{1,4} ?\d{1,3}|duong \d{1,2}/\d{1,2})$"
)
"""The end of a road with a code, of a kilometre mark, or of an area below the ward."""


@dataclass(frozen=True, slots=True)
class NamedWard:
    """A ward with one of its names.

    Attributes:
        former: the name is of a ward that was merged into `old`.
    """

    name: str
    kind: str
    old: OldWard | None = None
    new: NewWard | None = None
    former: bool = False


@dataclass(slots=True)
class WardPhrase:
    """Tokens that name a ward; `kind` is None without a ward word."""

    start: int
    end: int
    key: str
    said: str
    kind: str | None


class WardPhrases:
    """Finds ward phrases among tokens.

    Attributes:
        named: key of a name (`spelling.place_key`) -> the old and new wards that have or had it.
    """

    def __init__(self, table: WardTable, streets: KnownStreets) -> None:
        """Index the names: a few milliseconds.

        Args:
            table: the wards.
            streets: a ward's name may end before a known street, or start after one.
        """
        self._streets = streets
        words = word_lists()
        self.named = _index_wards(table)
        self._words = tuple(
            (WARD_KINDS[k], Phrases(v)) for k, v in words["ward"].items() if k in WARD_KINDS
        )
        self._surnames = Phrases(words["surnames"]["words"])
        self._places = Phrases(words["ward"]["said_after"])
        self._stops = phrases_of(
            "ward.said_of", "said_after.words", "position.words", "area.words", "cross.words",
            "cross.landmark", "landmark.words", "complaint.words", "chat.words", "street.words",
            "street.codes", "number.words", "number.alley", "number.alley_forms", "district.words",
            "province.names", *(f"ward.{kind}" for kind in WARD_KINDS),
        )  # fmt: skip

    def word_at(self, tokens: Sequence[Token], index: int) -> tuple[int, str]:
        """(length, kind) of the ward word at this token; (0, "") without one."""
        for kind, phrases in self._words:
            length, _ = phrases.at(tokens, index)
            if length:
                return length, kind
        return 0, ""

    def word_ends(self, tokens: Sequence[Token], at: int, heads: Phrases) -> bool:
        """Whether a ward word or one of these phrases ends right before `at`."""
        return any(
            at - start == (heads.at(tokens, start)[0] or self.word_at(tokens, start)[0])
            for start in range(max(0, at - 3), at)
        )

    def phrase_at(self, tokens: Sequence[Token], start: int) -> WardPhrase | None:
        """The ward word with its number or name at this token."""
        token = tokens[start]
        if token.taken or (start and tokens[start - 1].key == "lien"):
            return None  # `đường liên xã Nhơn Đức - Phước Lộc`
        attached = _NUMBER_WARD.fullmatch(token.key)
        if attached and not has_marks(token.said.lower().replace("ườ", "uo")):
            return WardPhrase(start, start + 1, attached[1], token.said, "Phường")
        length, kind = self.word_at(tokens, start)
        at = start + length
        if not length or at >= len(tokens) or tokens[at].taken:
            return None
        if not tokens[at].joined or (kind == "Xã" and tokens[at].key == "lo"):
            return None
        number = _NUMBER.fullmatch(tokens[at].key)
        if number and kind == "Phường":
            return WardPhrase(start, at + 1, number[1], "", kind)
        for n in range(min(LONGEST_NAME, len(tokens) - at), 0, -1):
            key = key_of(tokens, at, at + n)
            if (
                key in self.named
                and name_span(tokens, at, at + n)
                and self._ends(tokens, at, at + n)
            ):
                return WardPhrase(start, at + n, key, said_between_tokens(tokens, at, at + n), kind)
        return None

    def stops_at(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a listed word that begins something else is here."""
        return self._stops.at(tokens, index)[0] > 0

    def _ends(self, tokens: Sequence[Token], start: int, index: int) -> bool:
        """Whether a name from `start` may end before this token."""
        if index >= len(tokens):
            return True
        token = tokens[index]
        if token.taken or not token.joined:
            return True
        if tokens[index - 1].said.istitle() and token.said.islower() and has_marks(token.said):
            return True  # `xã Tân Kiên bao giờ sửa`
        if self.stops_at(tokens, index):
            # `Hiep Binh Chan` is a longer name cut short, not Hiệp Bình and the word `chân`.
            cut = "" if has_marks(token.said) else key_of(tokens, start, index + 1)
            return not (cut and any(name.startswith(cut) for name in self.named))
        if token.said.islower() and token.key.isalpha() and tokens[start].said.islower():
            # `thi tran can thanh mo loa`: no ward has such a name, not even misspelt.
            more = key_of(tokens, start, index) + token.key[:2]
            longer = any(name.startswith(more) for name in self.named)
            return not longer and not any(  # `phuong tam | phu nhuan`
                name_span(tokens, at, stop) and key_of(tokens, at, stop) in self.named
                for at in range(start + 1, index + 1)
                for stop in range(max(at, index) + 1, index + 4)
            )
        return any(c.isdigit() for c in token.key) or any(
            name_span(tokens, index, stop) and self._streets.has_at(tokens, index, stop)
            for stop in range(index + 2, min(index + 5, len(tokens)) + 1)
        )

    def ends_at(self, tokens: list[Token], end: int, district: str | None = None) -> bool:
        """Whether a ward phrase (of this district) ends right before `end`."""
        head = tokens[:end]
        return any(
            phrase is not None
            and phrase.end == end
            and (
                district is None
                or any(n.old and n.old.district == district for n in self.named.get(phrase.key, ()))
            )
            for phrase in (self.phrase_at(head, i) for i in range(max(0, end - 7), end))
        )

    def bare_before(
        self, tokens: Sequence[Token], end: int, districts: Sequence[str]
    ) -> int | None:
        """Start of a ward of these districts that is named without a ward word right before `end`:
        `66/1 Đồng Tâm Trung Chánh Hóc Môn`.

        Only after a complete street, area or position word, or at the start of the text: the last
        words of an unknown street may also be a ward's name.
        """
        for n in range(min(LONGEST_NAME, end), 1, -1):
            start = end - n
            key = key_of(tokens, start, end)
            if key not in self.named or not name_span(tokens, start, end):
                continue
            said = said_between_tokens(tokens, start, end)
            here = any(
                named.old
                and named.old.district in districts
                and marks_agree(said, bare_name(named))
                for named in self.named[key]
            )
            road = self.joined_by_road(tokens, start, end)
            if here and not road and self.may_start(tokens, start, said):
                return start
        return None

    def road_before(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether a road with a code or an area below the ward ends right before `start`."""
        before = " ".join(token.key for token in tokens[max(0, start - 5) : start])
        return tokens[start].joined and _ROAD_BEFORE.search(before) is not None

    def joined_by_road(self, tokens: Sequence[Token], start: int, stop: int) -> bool:
        """`An Phú Tây - Hưng Long`: two wards joined by a dash are the road between them."""
        before = start and "-" in tokens[start].gap
        after = stop < len(tokens) and "-" in tokens[stop].gap
        ends = [(start - n, start) for n in range(2, LONGEST_NAME + 1) if before and n <= start]
        ends += [(stop, stop + n) for n in range(2, LONGEST_NAME + 1) if after]
        return any(
            name_span(tokens, *span) and key_of(tokens, *span) in self.named for span in ends
        )

    def _name_ends(self, tokens: Sequence[Token], end: int) -> bool:
        """Whether an unlisted street with a person's three-word name ends here: `65/2b tran van
        muoi | xuan thoi thuong`.
        """
        at = end - 3
        if at < 0 or not self._surnames.at(tokens, at)[0] or tokens[at + 1].key not in _MIDDLE:
            return False
        before = tokens[at - 1].key if at else "duong"
        return name_span(tokens, at, end) and (before[:1].isdigit() or before in _ROAD_WORDS)

    def may_start(self, tokens: Sequence[Token], start: int, said: str) -> bool:
        """Whether the bare name of a ward may start here: see `bare_before`."""
        if start == 0:
            return not self._streets.has(said)
        if not tokens[start].joined:
            return True
        before = tokens[max(0, start - 5) : start]
        if any(
            at + self._places.at(before, at)[0] == len(before) and not leads_there(before, at)
            for at in range(len(before))
        ) or self.road_before(tokens, start):
            return True
        if self._name_ends(tokens, start):
            return True
        numbered = start > 1 and re.fullmatch(r"\d", tokens[start - 1].key)  # `Hoàng Diệu 2`
        ends = (start, start - 1) if numbered else (start,)
        return any(
            name_span(tokens, at, start) and self._streets.has_at(tokens, at, end)
            for end in ends
            for at in range(max(0, start - LONGEST_NAME), end - 1)
        )


_ROAD_WORDS = ("duong", "hem", "d", "dg", "so")


def _index_wards(table: WardTable) -> dict[str, list[NamedWard]]:
    named: dict[str, list[NamedWard]] = {}

    def add(key: str, entry: NamedWard) -> None:
        named.setdefault(key, []).append(entry)

    for old in table.old.values():
        kind, short = _split_ward(old.name)
        if kind:
            add(place_key(short), NamedWard(old.name, kind, old=old))
        for alias in old.aliases:
            word = next(w for w in ("phuong", "thitran", "xa") if alias.startswith(w))
            kind = {"phuong": "Phường", "thitran": "Thị trấn", "xa": "Xã"}[word]
            add(
                place_key(alias.removeprefix(word)), NamedWard(old.name, kind, old=old, former=True)
            )
    for new in table.new.values():
        kind, short = _split_ward(new.name)
        add(place_key(short), NamedWard(new.name, kind, new=new))
    return named


def _split_ward(name: str) -> tuple[str, str]:
    kind = next((k for k in WARD_KINDS.values() if name.startswith(f"{k} ")), "")
    return kind, name[len(kind) :].strip()


def bare_name(named: NamedWard) -> str:
    """The name without the ward word."""
    return _split_ward(named.name)[1]
