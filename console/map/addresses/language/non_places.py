"""Words in a caller's sentence that name no place: people, numbers of things, directions."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from console.domain.text.folding import fold
from console.map.addresses.language.spelling import has_marks
from console.map.addresses.language.street_words import StreetWords
from console.map.addresses.language.tokens import Phrases, Token, word_lists

_TITLES = frozenset(
    {"ông", "bà", "anh", "chị", "cô", "chú", "bác", "dì", "cậu", "em", "thầy", "tên", "cháu"}
)
_TELLS = frozenset({"ở", "tại", "nhà", "báo", "gọi", "kêu", "nói", "than", "phản"})
_FOLDED_TITLES, _FOLDED_TELLS = frozenset(map(fold, _TITLES)), frozenset({"o", "tai", "bao", "keu"})
_THERE = ("hướng", "về", "phía", "đi", "sang", "từ")
_FROM_TO = (
    "qua", "đến", "tới", "den", "toi", "ve", "ra", "lên", "len", "xuống", "xuong", "vô", "vào",
    "vao",
)  # fmt: skip
_JOINING, _AND = ("nối", "noi"), ("với", "voi", "và", "va")
_HEADING = ("hướng", "huong", "chiều", "chieu")
_LAMP = ("tat", "hu", "sang", "do", "duong", "chop", "khong", "giao", "tin")
"""Words after an unmarked `den` that means lamp (đèn), not to (đến)."""

_NUMBER = ("số", "so")
_ASSET_CODE = re.compile(r"[a-z]+-\d[\w/]*")


class NonPlaces:
    """Tells people and things apart from places."""

    def __init__(self, words: StreetWords) -> None:
        """Remember the word lists."""
        self._words = words

    def is_person(self, part: Sequence[Token], start: int, end: int) -> bool:
        """Whether the name from `start` to `end` is a person's: `chị Nguyễn Thị Hoa`, `Bà Hai ở`,
        `ba con o phuoc long b`.
        """
        first, said = part[start], part[start].said
        if start and part[start - 1].said.lower() in _TITLES and first.joined:
            return True
        if start and first.joined and part[start - 1].said in _FOLDED_TITLES and end > start + 2:
            return part[end - 1].said in _FOLDED_TELLS  # `co nguyen thi hoa o`
        if said.lower() in _TITLES:
            tells = end < len(part) and part[end].said.lower() in _TELLS
            return said.islower() or tells
        plain = said.islower() and first.key in _FOLDED_TITLES
        return plain and any(token.key in _FOLDED_TELLS for token in part[start + 1 : end + 1])

    def titled(self, part: Sequence[Token], start: int) -> bool:
        """Whether a person's title comes right before."""
        said = part[start - 1].said if start and part[start].joined else ""
        return said.lower() in _TITLES or said in _FOLDED_TITLES

    def is_things(self, part: Sequence[Token], index: int) -> bool:
        """Whether the number at `index` belongs to a lamp, group, bus or school: `cột điện số 12`,
        `tổ 5`, `trường mầm non số 3`; in `chung cư 590` it is a house number.
        """
        if index and part[index].key[:1].isdigit() and part[index - 1].said.lower() in _NUMBER:
            index -= 1
        worded = part[index].said.lower() in _NUMBER
        if worded and index and self._words.things.at(part, index - 1)[0] == 2:
            return True  # `co so 3`: cơ sở
        for start in range(max(0, index - 5), index):
            for phrases in (self._words.landmark, self._words.area, self._words.things):
                length, phrase = phrases.at(part, start)
                after = part[start + length : index]
                if length and not after and start + length == index:
                    return not (phrase in self._words.houses and _large(part[index]))
                thing = phrases is self._words.landmark and phrase not in self._words.houses
                if length and thing and self._goes_on(part, after, index):
                    return True
        return False

    def _goes_on(self, part: Sequence[Token], after: Sequence[Token], index: int) -> bool:
        """`trường | mầm non | số 3`: only lower-case words between, and a small number."""
        number = part[index + 1] if index + 1 < len(part) else None
        return (
            bool(after)
            and number is not None
            and part[index].said.lower() in _NUMBER
            and re.fullmatch(r"\d{1,2}", number.key) is not None
            and all(token.said.islower() and token.joined for token in after)
            and not any(
                self._words.position.at(part, index - n)[0] for n in range(1, len(after) + 1)
            )
        )

    def codes(self, part: Sequence[Token], index: int) -> bool:
        """Whether an asset's code or number comes before: `cột đèn PVD-123 Phạm Văn Đồng`, `hố ga
        số 12 Tô Hiến Thành`.
        """
        code = part[index - 1].key if index > 1 else ""
        if not (code.isdigit() or _ASSET_CODE.fullmatch(code)):
            return False
        end = index - 2 if part[index - 2].said.lower() in _NUMBER else index - 1
        heads = ((at, *self._words.landmark.at(part, at)) for at in range(max(0, end - 3), end))
        return any(at + n == end and word not in self._words.houses for at, n, word in heads)


def _large(token: Token) -> bool:
    """Whether only a house has such a number, not a block or a name such as 4S."""
    return re.match(r"\d{3}|\d+\w*/", token.key) is not None


def starts_small(part: Sequence[Token], start: int, end: int) -> bool:
    """Whether a name starts in lower case and goes on in capitals: `tắt hết khúc Nguyễn Bình` after
    the `đường` of `đèn đường`.
    """
    window = part[start:end]
    return window[0].said.islower() and any(token.said[:1].isupper() for token in window[1:])


def introduces(token: Token) -> bool:
    """Whether a last word introduces what follows and is not part of a name."""
    said = token.said.lower()
    return said in ("ở", "tại", "thuộc", "thuoc", "bên") or (said == "o" and not has_marks(said))


def leads_there(tokens: Sequence[Token], at: int) -> bool:
    """Whether the place named here is only a direction: `từ quận 3 qua quận 1`, `chiều đi Củ Chi`.
    Without marks `huong` does not count: it may be the end of a name.
    """
    if not at or not tokens[at].joined:
        return False
    before = tokens[at - 1].said if at > 1 else tokens[0].said.lower()
    said = [token.said.lower() for token in tokens[:at]]
    if before == "từ":
        return said[-2:-1] not in (["gọi"], ["đoạn"])
    if before in ("tu", "huong"):
        return any(
            one.said in ("qua", "den", "toi", "ve") and two.said not in _LAMP
            for one, two in pairwise(tokens[at:])
        )
    heading = before in (*_FROM_TO, *_THERE) and any(word in _HEADING for word in said[-5:-1])
    joined = before in _JOINING or (before in _AND and any(word in _JOINING for word in said[-8:]))
    denied = said[-2:] in (["không", "phải"], ["khong", "phai"], ["hông", "phải"])
    if heading or joined or denied or before == "phia":
        return True  # `hướng qua quận 4`
    if before in _FROM_TO:
        return "từ" in said or "tu" in said[:-2]
    marked = any(has_marks(token.said) for token in tokens)
    return before in _THERE and marked and not ends_a_name(tokens, at)


def ends_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word before may end a lower-case name: `hà huy giáp`, `trần văn sang`."""
    if at < 2 or not tokens[at - 2].said.islower():
        return False
    return any(_surnames().at(tokens, start)[0] for start in range(max(0, at - 3), at - 1))


@lru_cache(maxsize=1)
def _surnames() -> Phrases:
    return Phrases(word_lists()["surnames"]["words"])
