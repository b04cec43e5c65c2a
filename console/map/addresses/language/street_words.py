"""The word lists for reading streets, indexed once."""

import re
from collections.abc import Sequence

from console.map.addresses.language.spelling import place_key
from console.map.addresses.language.tokens import WARD_KINDS, Phrases, Token, key_of, word_lists

CODE = re.compile(r"(?:[a-z]{1,3}\d{1,3}[a-z]?|\d{1,4}[a-z]?)")
VOWEL = re.compile(r"[aeiouy]")
CROSSING_SIGN = re.compile(r"\s*[-–—/&+]\s*")
"""Between the two streets of a crossing."""


class StreetWords:
    """The word lists for reading streets."""

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
        self.alley = Phrases([*number["alley"], *number["alley_forms"]])
        self.counted = Phrases(number["counted"])
        self.things = Phrases(number["things"])
        self.alley_forms = frozenset(number["alley_forms"])
        self.suffix = frozenset(number["suffix"])
        self.cross = Phrases(cross["words"], but=cross["none"])
        self.cross_landmark = Phrases(cross["landmark"])
        self.joiner = Phrases(cross["joiner"], but=cross["none"])
        self.position = Phrases(words["position"]["words"])
        self.toward = Phrases(words["position"]["toward"])
        self.said_of = frozenset(words["ward"]["said_of"])
        self.landmark = Phrases(words["landmark"]["words"])
        self.houses = frozenset(words["landmark"]["houses"])
        self.area = Phrases(words["area"]["words"])
        self.chat = Phrases(words["chat"]["words"])
        self.complaint = Phrases(words["complaint"]["words"])
        self.ward = Phrases(form for kind in WARD_KINDS for form in words["ward"][kind])
        self.not_street = Phrases(street["things"])
        self.said_after = Phrases(words["said_after"]["words"])
        self.in_names = frozenset(street["in_names"])
        self.initials_in = frozenset(street["initials_in"])
        self.natural = Phrases(street["natural"])
        self.never_first = Phrases(street["never_first"])
        self.middle = frozenset(street["middle"])
        self.surnames = Phrases(words["surnames"]["words"])

    def short_at(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """A street given by its initials or as a date in words."""
        for n in range(min(4, len(part) - index), 0, -1):
            window = part[index : index + n]
            key = key_of(part, index, index + n)
            name = self.short.get(key) or self.spoken_dates.get(key)
            dated = re.fullmatch(r"(\d{1,2})thang(\d{1,2})", key)
            if dated and f"{dated[1]}/{dated[2]}" in self.dates:
                name = self.dates[f"{dated[1]}/{dated[2]}"]
            if name and all(token.joined for token in window[1:]):
                return name, index + n
        return None


def capital(token: Token) -> bool:
    """Whether a token starts with a capital or a digit."""
    return token.said[:1].isupper() or token.said[:1].isdigit()


def titled(text: str) -> str:
    """Each word capitalised, except head words as in `Xa lộ Hà Nội`."""
    words = text.split()
    for head in ("xa lộ", "đại lộ", "cao tốc", "vành đai"):
        if text.lower().startswith(head):
            rest = [w[:1].upper() + w[1:] for w in words[2:]]
            return " ".join([head.capitalize(), *rest])
    return " ".join(word[:1].upper() + word[1:] for word in words)
