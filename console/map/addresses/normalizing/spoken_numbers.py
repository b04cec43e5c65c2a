"""Writes spoken numbers as digits: `sáu sáu xuyệt một` is 66/1, `phường mười hai` is phường 12.

A number word may also be part of a name (`Hai Bà Trưng`, `Bảy Hiền`, `Năm Châu`). So it is read as
a number only after a word that expects one (`số`, `hẻm`, `phường`, `quốc lộ`, …), around a spoken
slash, or before a known street; and never where a name starts with it.
"""

from collections.abc import Container, Sequence

from console.domain.text.folding import fold
from console.map.addresses.language.known_streets import KnownStreets
from console.map.addresses.language.spelling import has_marks
from console.map.addresses.language.tokens import (
    Phrases,
    Token,
    key_of,
    name_span,
    tokens_of,
    word_lists,
)

_LONGEST_NAME = 5


class SpokenNumbers:
    """Writes spoken numbers as digits."""

    def __init__(self, streets: KnownStreets, wards: Container[str]) -> None:
        """Read the word lists.

        Args:
            streets: names that a number may precede.
            wards: keys of ward names (`spelling.place_key`).
        """
        lists = word_lists()["spoken"]
        self._streets = streets
        self._wards = wards
        self._values = {
            word: int(digit) for digit, words in lists["digits"].items() for word in words
        }
        self._folded = {fold(word): value for word, value in self._values.items()}
        self._letters = {fold(word): letter for word, letter in lists["letters"].items()}
        self._slash = Phrases(lists["slash"])
        starts = {tokens_of(word)[0].key for word in lists["slash"]}
        self._starts = frozenset({*self._folded, *_TENS, *starts})
        self._wants = Phrases(lists["wants"])
        dates = (name for name in word_lists()["street"]["dates"] if "/" not in name)
        self._dates = Phrases(dates)
        self._ward = Phrases(("phường", "p", "f"))
        self._marked = False

    def write(self, text: str) -> tuple[str, list[Token]]:
        """The text with spoken numbers as digits, and its tokens."""
        tokens = tokens_of(text)
        if not any(token.key in self._starts for token in tokens):
            return text, tokens
        self._marked = has_marks(text)
        pieces, done, at = [], 0, 0
        while at < len(tokens):
            number, end = self._number_at(tokens, at)
            if number:
                pieces += [text[done : tokens[at].start], number]
                done = tokens[end - 1].end
            at = max(end, at + 1)
        if not pieces:
            return text, tokens
        written = "".join([*pieces, text[done:]])
        return written, tokens_of(written)

    def _number_at(self, tokens: Sequence[Token], at: int) -> tuple[str, int]:
        """(digits, end) of the number that starts here; ("", at) if none does."""
        if dated := self._dated(tokens, at):
            return dated
        number, end = self._run(tokens, at)
        if not number:
            return "", at
        if end < len(tokens) and tokens[end].joined and tokens[end].key in _ROUNDED:
            return "", end + 1
        slashed = False
        while (length := self._slash.at(tokens, end)[0]) and end + length < len(tokens):
            more, after = self._run(tokens, end + length)
            if not more or self._is_name(tokens, end + length, ward=False):
                break
            number, end, slashed = f"{number}/{more}", after, True
        if number == tokens[at].said:
            return "", at  # already digits
        wanted = self._wanted(tokens, at)
        if not wanted and self._side_street(tokens, at, end):
            wanted = "other"
        if slashed or (wanted and not self._is_name(tokens, at, ward=wanted == "ward")):
            return number, end
        if wanted or self._is_name(tokens, at, ward=False):
            return "", at
        first = at == 0 or not tokens[at].joined
        return (number, end) if first and self._street_follows(tokens, end) else ("", at)

    def _dated(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """A street named after a date: `đường hai tháng chín`."""
        if not (at and tokens[at].joined and tokens[at - 1].said.lower() in ("đường", "duong")):
            return None
        day, end = self._run(tokens, at)
        if not day or end + 1 >= len(tokens) or tokens[end].key != "thang":
            return None
        month, after = self._run(tokens, end + 1)
        real = day.isdigit() and month.isdigit() and int(day) <= 31 and int(month) <= 12
        return (f"{int(day)} tháng {int(month)}", after) if real else None

    def _wanted(self, tokens: Sequence[Token], at: int) -> str:
        """Whether the words before expect a number: "ward", "other", or ""."""
        if not (at and tokens[at].joined):
            return ""
        for start in range(max(0, at - 3), at):
            if start + self._ward.at(tokens, start)[0] == at:
                return "ward"
            if start + self._wants.at(tokens, start)[0] == at:
                return "other"
        return ""

    def _side_street(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """Whether a number of ten or more is the whole street name: `đường mười bốn, phường …`."""
        before = tokens[at - 1].said.lower() if at and tokens[at].joined else ""
        last = (
            end == len(tokens)
            or not tokens[end].joined
            or any(tokens[end].said.lower().startswith(word) for word in ("phường", "quận", "kh"))
        )
        return (
            before in ("đường", "duong")
            and end > at
            and last
            and tokens[at].key in ("muoi", *self._folded)
        )

    def _is_name(self, tokens: Sequence[Token], at: int, *, ward: bool) -> bool:
        """Whether a street's or a ward's name starts here: `Hai Bà Trưng`, `Bảy Hiền`."""
        if not ward and self._dates.at(tokens, at)[0]:
            return True
        if tokens[at].said.islower() and at + 1 < len(tokens) and tokens[at + 1].said.istitle():
            return False  # `bảy mươi ba Vân Côi`: the name is Vân Côi, not Ba Vân
        for n in range(min(_LONGEST_NAME, len(tokens) - at), 1, -1):
            if name_span(tokens, at, at + n):
                key = key_of(tokens, at, at + n)
                if key in self._wards if ward else self._streets.has_at(tokens, at, at + n):
                    return True
        return False

    def _street_follows(self, tokens: Sequence[Token], at: int) -> bool:
        if at >= len(tokens) or not tokens[at].joined:
            return False
        return self._streets.has_at(tokens, at, at + 1) or self._is_name(tokens, at, ward=False)

    def _run(self, tokens: Sequence[Token], at: int) -> tuple[str, int]:
        """The longest number that the words from here make, perhaps with a letter after it."""
        end = at
        values: list[int] = []
        while end < len(tokens) and (end == at or tokens[end].joined):
            value = self._value(tokens[end])
            if value is None or (end > at and self._begins_name(tokens, end)):
                break
            values.append(value)
            end += 1
        if at < len(tokens) and end == at and tokens[at].key.isdigit():
            return tokens[at].said, at + 1
        for stop in range(end, at, -1):
            number = _digits(values[: stop - at])
            if number:
                if stop < len(tokens) and tokens[stop].joined and stop == end:
                    letter = self._letters.get(tokens[stop].key)
                    if letter and not self._is_name(tokens, stop, ward=False):
                        return number + letter, stop + 1
                return number, stop
        return "", at

    def _begins_name(self, tokens: Sequence[Token], at: int) -> bool:
        """`xuyệt tám Hai Bà Trưng`: two capitalised words after a number in lower case."""
        if self._is_name(tokens, at, ward=False):
            return True
        window = tokens[at - 1 : at + 2]
        return (
            len(window) == 3
            and window[0].said.islower()
            and all(token.said.istitle() for token in window[1:])
            and window[2].joined
        )

    def _value(self, token: Token) -> int | None:
        said = token.said.lower()
        if said in _MARKED_TENS or (not has_marks(said) and said in _TENS):
            return _MARKED_TENS.get(said) or _TENS[said]
        # In a text with marks `Nam` is a name, not `năm`.
        return (self._values if self._marked else self._folded).get(said)


_ROUNDED = ("ngan", "nghin", "trieu", "ruoi")
"""Words after which a number is rounded: `hai ngàn ba` is not house 2."""

_TEN, _TIMES_TEN, _HUNDRED, _AND = 10, 11, 100, 12
_MARKED_TENS = {"mười": _TEN, "mươi": _TIMES_TEN, "trăm": _HUNDRED, "linh": _AND, "lẻ": _AND}
_TENS = {"muoi": _TEN, "tram": _HUNDRED, "linh": _AND, "le": _AND}


def _digits(values: Sequence[int]) -> str:
    """The digits that these values make, or "" if they make no number.

    For example `một trăm hai mươi ba`, `hai tám lăm`, `năm mốt`, `một trăm lẻ năm`; rounded numbers
    (`trăm hai`, `ngàn rưỡi`) are not read.
    """
    if not values or len(values) > 6:
        return ""
    if all(value < 10 for value in values):
        return "".join(map(str, values)) if values[0] or len(values) > 1 else ""
    if len(values) == 3 and values[1] == _AND and 0 < values[0] < 10 > values[2]:
        return f"{values[0]}0{values[2]}"  # `một lẻ hai`
    if _HUNDRED in values:
        at = values.index(_HUNDRED)
        head = _digits(values[:at]) if at else ""
        rest = values[at + 1 :]
        if len(head) != 1 or _HUNDRED in rest:
            return ""
        if not rest:
            return f"{head}00"
        if rest[0] == _AND:
            return f"{head}0{rest[1]}" if len(rest) == 2 and rest[1] < 10 else ""
        tail = _digits(rest)
        return f"{head}{tail}" if len(tail) == 2 else ""
    return _below_hundred(values)


def _below_hundred(values: Sequence[int]) -> str:
    ten_words = (_TEN, _TIMES_TEN)
    if values[0] == _TEN and len(values) <= 2:
        return f"1{values[1] if len(values) == 2 else 0}" if values[-1] <= _TEN else ""
    if len(values) in (2, 3) and 1 < values[0] < 10 and values[1] in ten_words:
        unit = values[2] if len(values) == 3 else 0
        return f"{values[0]}{unit}" if unit < 10 else ""
    return ""
