"""Several wards in one sentence: lists of wards, and wards that are only nearby."""

import re
from collections.abc import Sequence

from console.map.addresses.areas.ward_phrases import WardPhrase
from console.map.addresses.language.tokens import Token

_LINKS = ("và", "với", "va", "voi", "tới", "đến", "qua", "toi", "den", "hoặc", "hoac")


def of_several(tokens: Sequence[Token], phrase: WardPhrase) -> bool:
    """Whether several wards are listed by number: `phường 5, 6, 7 quận 8`, `phường 3 và 5`."""
    at = phrase.end
    if not phrase.key.isdigit() or at >= len(tokens):
        return False
    linked = tokens[at].said.lower() in ("và", "va", "với")
    if not linked and not re.fullmatch(r"\s*[,&+/-]?\s*", tokens[at].gap):
        return False
    at += linked
    number = tokens[at] if at < len(tokens) else None
    if number is None or not re.fullmatch(r"[1-9]\d?", number.key):
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    more = following is not None and re.fullmatch(r"[1-9]\d?", following.key)
    return following is None or following.taken or "," in following.gap or bool(more)


def perhaps_beside(tokens: Sequence[Token], phrase: WardPhrase) -> bool:
    """`giap phuong 17` without marks: next to that ward, or the end of a name and the ward itself;
    another ward in the sentence decides.
    """
    before = tokens[phrase.start - 1].said if phrase.start else ""
    return before in ("giap", "ranh", "gan", "canh")


def linked(tokens: Sequence[Token], one: WardPhrase, other: WardPhrase) -> bool:
    """Whether a word links two wards: `phường 5 và phường 6`, `phường 5 tới phường 7`."""
    between = [token.said.lower() for token in tokens[one.end : other.start]]
    return between in [[word] for word in _LINKS]
