"""What the public may read of a request: proposed redactions, and how exact a place is shown.

A proposal is never published by itself: a supervisor compares it with the original and decides.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from console.domain.catalogue.catalogue import Service
from console.domain.catalogue.city_rules import PublicationRule
from console.domain.clocks.norms import most_specific
from console.domain.requests.request import Request
from console.domain.text.folding import fold_same_length
from console.domain.text.masking import mask_numbers

HIDDEN = "***"
DECIMALS = 3
"""Digits of latitude and longitude on the public page: about 100 m."""
PUBLIC, WITHDRAWN = "public", "withdrawn"
"""Values of `publish_state` beside `private`."""

_MAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[^\s@<>]+")
_PLATE = re.compile(
    r"\b\d{2}\s?[-.]?\s?[A-ZĐ]{1,2}\d?\s?[-.]?\s?\d{3}\.?\d{2}\b|"
    r"\b\d{2}[A-ZĐ]\d?[-. ]\d{4}\b"
)
_IDENTITY = re.compile(r"(?<!\d)(?:\d{9,10}|\d{12,})(?!\d)")
"""Nine or twelve digits, also when the beginning is missing or they run together; eleven digits are
a request's number.
"""
_TAIL = re.compile(r"\*{3}\d{1,3}(?!\d)")
"""The last digits that a masked number keeps inside the house; the public sees none of them."""
_CALLED = re.compile(
    r"\b((?:[Aa]nh|[Cc]hị|[Ôô]ng|[Bb]à|[Cc]ô|[Cc]hú|[Bb]ác|[Ee]m|[Tt]ên(?: là)?)\s+)"
    r"((?:[A-ZĐÀ-Ỹ][\wà-ỹ]*)(?:\s+[A-ZĐÀ-Ỹ][\wà-ỹ]*){0,4})"
)

BY_HAND = PublicationRule(code="")
"""Applies where the city has no rule."""


def rule_for(service: Service, rules: Sequence[PublicationRule], day: date) -> PublicationRule:
    """How requests of this service become public on that day."""
    return next(most_specific(rules, service, day), BY_HAND)


def automatic_words(request: Request, service: Service) -> tuple[str, str | None]:
    """Title and result for automatic publication: the kind of trouble, and the agency's words if
    nothing in them needs redaction.
    """
    said = request.status_notes or ""
    names = [r.name for r in request.reporters if r.name]
    return service.name, said if said and redacted(said, names) == said else None


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text without telephone numbers, mailboxes, plates, identity numbers and people's names.

    Args:
        text: as the citizen or the agency wrote it.
        names: of the people who reported it; removed whatever their accents.
    """
    said = without_contacts(_PLATE.sub(HIDDEN, text))
    said = _IDENTITY.sub(HIDDEN, said)
    for name in names:
        said = without_name(said, name)
    return _CALLED.sub(lambda m: f"{m[1]}{HIDDEN}", said)


def without_contacts(text: str) -> str:
    """The text without telephone numbers and mailboxes."""
    return _TAIL.sub(HIDDEN, mask_numbers(_MAIL.sub(HIDDEN, text)))


def without_name(text: str, name: str) -> str:
    """The text with every occurrence of a name hidden, accents or not."""
    wanted = fold_same_length(name).strip()
    if len(wanted) < 4 or " " not in wanted:
        return text  # a single word such as "Lan" is as often a street's name
    found, at = [], 0
    folded = fold_same_length(text)
    while (start := folded.find(wanted, at)) >= 0:
        found.append(text[at:start])
        at = start + len(wanted)
    return HIDDEN.join([*found, text[at:]]) if found else text


def rounded(lat: float | None, long: float | None, decimals: int = DECIMALS) -> (
    tuple[float, float] | None
):  # fmt: skip
    """The place as exact as it is shown; None without a pin."""
    if lat is None or long is None:
        return None
    return round(lat, decimals), round(long, decimals)
