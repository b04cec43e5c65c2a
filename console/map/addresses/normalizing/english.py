"""Rewrites English addresses in Vietnamese form: `25 Nguyen Cuu Dam Street Tan Son Nhi Ward`
becomes `25 duong Nguyen Cuu Dam, phuong Tan Son Nhi`, with or without commas.

English puts the word after a name and before a number. Words that lead to a place in a sentence
(`there is a fallen tree at`) are separated from it.
"""

import re

_WORDS = (
    ("duong", r"street|(?<=\w )st|road|rd"),
    ("phuong", r"ward"),
    ("xa", r"commune"),
    ("quan", r"district|dist"),
    ("tp", r"city"),
)
_WORD = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{forms})" for name, forms in _WORDS) + r")\b\.?",
    re.IGNORECASE,
)
_ALLEY = re.compile(r"\b(?:alley|lane)\b\.?", re.IGNORECASE)
_IS_ENGLISH = re.compile(r"\b(?:street|ward|district|dist|commune)\b", re.IGNORECASE)
"""Words that no Vietnamese address contains by chance; `St`, `City` or `lane` alone do not count.
"""

_SENTENCE = re.compile(
    r"\b(?:is|are|there|of|near|from|with|please|this|have|where|corner|intersection|opposite|"
    r"behind|between|front|towards?|accident|flood(?:ing|ed)|broken|power|bite|leak(?:ing)?|"
    r"trash|garbage|noise|noisy|stolen|blocks?|sidewalk|not|working|traffic|music|loud|robbed|"
    r"smell|was|were|basement|lights?|tree|"
    r"dead|cars?|they|someone|our)\b",
    re.IGNORECASE,
)
"""Words of English sentences that are not Vietnamese syllables, even without marks."""

_LED = (
    (re.compile(r"\bstreet\s*-?\s*(?:lights?|lamps?|signs?|vendors?|food|dogs?)\b",
                re.IGNORECASE), "den"),
    (re.compile(r"\b(?:at\s+)?(?:the\s+)?(?:corner|intersection|junction|crossing)\s+(?:of|between)"
                r"\s+", re.IGNORECASE), ", goc "),
    (re.compile(r"\b(?:in\s+front\s+of|outside)\b", re.IGNORECASE), ", truoc"),
    (re.compile(r"\b(?:opposite|across\s+from)\b", re.IGNORECASE), ", doi dien"),
    (re.compile(r"\bbehind\b", re.IGNORECASE), ", sau"),
    (re.compile(r"\b(?:near|close\s+to|next\s+to|beside)\b", re.IGNORECASE), ", gan"),
    (re.compile(r"\btowards?\b", re.IGNORECASE), "huong ve"),
    (re.compile(r"\bfrom\b(.*?)\bto\b", re.IGNORECASE), r"di tu\1den"),
    (re.compile(r"\band\b", re.IGNORECASE), "va"),
    (re.compile(r"\b(?:at|on|in)\b(?=\s+(?:so\s+)?[A-Z\d])"), ","),
    (re.compile(r"(,\s*)D\.?\s?(\d{1,2})\b(?=\s*(?:[,.]|$))"), r"\1quan \2"),
)  # fmt: skip
"""Words that lead to a place, in the order in which they are replaced."""

_PREPOSITION = re.compile(r"\b(?:at|on|in)\b")
"""Used where capitals do not mark names."""

_PLACES = {
    "park": "cong vien", "school": "truong", "market": "cho", "bridge": "cau", "airport": "san bay",
    "hospital": "benh vien", "church": "nha tho", "university": "dai hoc",
}  # fmt: skip
_PLACE = re.compile(
    rf"((?:\b[A-Z]\w*\s+){{1,4}})({'|'.join(_PLACES)})\b(?!\s+[A-Z])|"
    rf"\b((?:[a-z]+\s+){{2,3}})({'|'.join(_PLACES)})\b"
)
"""A place followed by its word; in lower case, too, the words before it are not a street."""

_SIDE_STREET = re.compile(
    r"\b(\d[\w/]*)\s+(?:street|road)\s+(?:(no\.?|number)\s*)?(\d+[a-z]?)\b", re.IGNORECASE
)
_HOUSE_WORD = re.compile(r"\b(?:no\.?|number)\s*(?=\d)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(?:so\s+)?(\d+[a-z]?)(?![\w/])", re.IGNORECASE)
_HOUSE = re.compile(
    r"(?:(?P<before>.*?)\s)??(?P<house>(?:hem\s+|so\s+)?\d[\w/-]*)\s+(?P<name>[^\d\s]\D*\d*)",
    re.IGNORECASE,
)
_NO_NAMES = ("the", "a", "this", "that", "our", "my", "every", "whole")
_NO_NAME = re.compile(r"(?:hem\s+|so\s+)?\d[\w/-]*|", re.IGNORECASE)
_AND = re.compile(r"\s*[-–/&]\s*|\s*(?:and|va)\s+", re.IGNORECASE)


def is_english(text: str) -> bool:
    """Whether the text has English address words or is an English sentence."""
    return _IS_ENGLISH.search(text) is not None or _is_sentence(text)


def _is_sentence(text: str) -> bool:
    return text.isascii() and _SENTENCE.search(text) is not None


def from_english(text: str) -> str:
    """The text with its English address words rewritten; any other text unchanged."""
    if not is_english(text):
        return text
    text = _PLACE.sub(_placed, re.sub(r"[()]", ",", text))
    text = _SIDE_STREET.sub(
        lambda found: f"{found[1]} duong {'so ' if found[2] else ''}{found[3]}", text
    )
    if text.isascii():
        small = text.islower()
        for led, turned in (*_LED, *(((_PREPOSITION, ","),) if small else ())):
            text = led.sub(turned, text)
    text = _HOUSE_WORD.sub("so ", _ALLEY.sub("hem", text))
    return ",".join(map(_turned, text.split(",")))


def _placed(found: re.Match[str]) -> str:
    name, word = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{_PLACES[word]} {name.strip()}"


def _turned(part: str) -> str:
    """One part between commas, split after each name or number with an English word."""
    pieces: list[str] = []
    done = 0
    found = list(_WORD.finditer(part))
    if not found:
        return part
    for match, following in zip(found, [*found[1:], None], strict=True):
        if match.start() < done:
            continue
        word = match.lastgroup or ""
        before = part[done : match.start()].strip()
        number = _NUMBER.match(part, match.end())
        if word == "duong" and not number and before[-1:].isalpha() and _is_plain(part, before):
            continue  # `hanging over the road`
        done = match.end()
        if number and (word != "duong" or _NO_NAME.fullmatch(before)):
            done = number.end()
            place = f"{word} {number[1]}"
            there = word == "duong" or before.endswith((" den", " ve"))
            pieces += [f"{before} {place}"] if there else [before, place]
        elif _NO_NAME.fullmatch(before):  # `Ward Binh Tri Dong`; `12 District 1 Street` names none
            done = following.start() if following else len(part)
            name = part[match.end() : done].strip()
            pieces += [before, f"{word} {name}"] if name else [before]
        else:
            pieces += _named(before, word)
    return _joined([*pieces, part[done:].strip()])


def _is_plain(part: str, before: str) -> bool:
    """Whether the word before is not a name, where capitals mark names."""
    last = before.rsplit(maxsplit=1)[-1]
    return last.lower() in _NO_NAMES or (not part.islower() and last.islower())


def _named(before: str, word: str) -> list[str]:
    """The name before its word; for a street with the house number and what precedes it."""
    house = _HOUSE.fullmatch(before) if word == "duong" else None
    if house is None:
        sign = _AND.match(before)
        return [f"{sign.group()}{word} {before[sign.end() :]}" if sign else f"{word} {before}"]
    return [house["before"] or "", f"{house['house']} {word} {house['name']}"]


def _joined(pieces: list[str]) -> str:
    """The pieces separated by commas, those of a crossing by its sign."""
    text = ""
    for piece in filter(None, pieces):
        text += f" {piece}" if _AND.match(piece) or not text else f", {piece}"
    return text
