"""Suggests what a written message is about; a person decides.

The service follows from the words of the catalogue, the place from the address parser.
"""

import re
import unicodedata
from dataclasses import dataclass

from console.domain.catalogue.catalogue import Catalogue
from console.domain.text.folding import fold
from console.services.ports.places import Places

_PIECE = re.compile(r"[\n;!?]+|(?<=\w{3})\.\s+")
_AFTER = re.compile(r"\b(?:ở|tại|trước nhà|trước số|trước|gần|địa chỉ|đ/c|trên)\b", re.IGNORECASE)
_ACCENTED = re.compile("[\u0300-\u036fđĐ]")
_PLACE_WORDS = frozenset(
    (
        "duong", "hem", "ngo", "ngach", "phuong", "xa", "quan", "huyen", "thi", "tran", "tp", "p",
        "q", "x", "h", "tx", "khu", "pho", "ap", "to", "nga", "tu", "ba", "va",
    )
)  # fmt: skip
_LEAST = 4
"""Shortest keyword that counts by itself."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggested first values of the form; "" where nothing is known."""

    service_code: str = ""
    address_string: str = ""


NOTHING = Suggested()


def suggest(text: str, catalogue: Catalogue, places: Places) -> Suggested:
    """The service and address that this text names."""
    return Suggested(_service(text, catalogue), _address(text, places))


def _service(text: str, catalogue: Catalogue) -> str:
    """The service with the longest keyword in the text; on a tie, with the most keywords.

    Accents count when the text has any: `vỡ cống` is not in `Võ Công Tồn`.
    """
    told = _lower if _ACCENTED.search(unicodedata.normalize("NFD", text)) else _plain
    said = f" {told(text)} "
    best, code = (0, 0), ""
    for service in catalogue.services.values():
        words = {told(w) for w in (service.name, *service.keywords)}
        found = [w for w in words if len(w) >= _LEAST and f" {w} " in said]
        score = (max(map(len, found), default=0), len(found))
        if score > best:
            best, code = score, service.code
    return code


def _lower(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _address(text: str, places: Places) -> str:
    """The first piece of the text that names a street and a house, ward or district, as written."""
    for piece in _PIECE.split(text[:2000]):
        tail = _AFTER.split(piece)[-1]
        for said in dict.fromkeys(p.strip(" ,:-") for p in (tail, piece)):
            parsed = places.parse(said)
            near = parsed.number or parsed.ward or parsed.new_wards or parsed.district
            if parsed.street and near:
                return _from_place(said, parsed.number or parsed.street)
    return ""


def _from_place(said: str, first: str) -> str:
    """The piece from its house number or street on, and nothing before it."""
    at = fold(said).find(fold(first))
    return ", ".join(_names_only(part) for part in said[max(at, 0) :].split(","))


def _names_only(part: str) -> str:
    """Cut the part where its name ends: names are capitalised, the words after them are not."""
    kept: list[str] = []
    named = False
    for word in part.split():
        small = word[:1].islower() and fold(word).strip(".") not in _PLACE_WORDS
        if named and small:
            break
        numbered = word[:1].isdigit() and fold(kept[-1] if kept else "") in _PLACE_WORDS
        named = named or numbered or word[:1].isupper()
        kept.append(word)
    return " ".join(kept)
