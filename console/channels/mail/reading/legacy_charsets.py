"""Vietnamese in undeclared encodings of old fonts: VNI, TCVN3 (ABC), VISCII.

Such a text looks like Western letters: `ñöôøng bò ngaäp`, `®­êng bÞ ngËp`. It is recognised by its
syllables: of the words with non-ASCII letters, almost none is Vietnamese as it is, and almost all
are after decoding. The original is stored as well.
"""

import re
import unicodedata
from functools import cache

from console.channels.mail.reading.charsets import TCVN, VISCII

LEAST_WORDS = 2
"""With fewer accented words there is no decision."""
MOST_READ = 4000
"""How many characters are examined."""
_GOOD, _BETTER = 0.8, 0.25
"""Required share of Vietnamese syllables, and required increase over the undecoded text."""

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx]"
_NUCLEUS = (
    "uyê|uya|uyu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|uya|ia|iê|ya|yê|ua|uô|ưa|ươ|oa|oă|oe|"
    "uâ|uê|uơ|uy|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy]"
)
_CODA = "ng|nh|ch|[cmnpt]"
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:{_CODA})?")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\s!-@\[-`{-~\u2013-\u2026]+")
"""Runs between spaces, digits and ASCII signs; Latin-1 signs are letters in these encodings."""

_TONE_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_WITH_HAT = {"á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_WITH_BREVE = {"é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}


def _vni() -> dict[str, str]:
    """Pairs and single letters of VNI's Windows fonts."""
    made = {
        "ñ": "đ",
        "ö": "ư",
        "ô": "ơ",
        "í": "í",
        "ì": "ì",
        "æ": "ỉ",
        "ó": "ĩ",
        "ò": "ị",
        "î": "ỵ",
    }
    for mark, tone in _TONE_MARKS.items():
        for base in ("a", "e", "o", "u", "y"):
            made[base + mark] = base + tone
        made["ö" + mark] = "ư" + tone
        made["ô" + mark] = "ơ" + tone
    for base in ("a", "e", "o"):
        made[base + "â"] = base + "\u0302"
        for mark, tone in _WITH_HAT.items():
            made[base + mark] = base + "\u0302" + tone
    made["aê"] = "ă"
    for mark, tone in _WITH_BREVE.items():
        made["a" + mark] = "ă" + tone
    upper = {key.upper(): value.upper() for key, value in made.items()}
    mixed = {key[0].upper() + key[1]: value[0].upper() + value[1:] for key, value in made.items()
             if len(key) == 2}  # fmt: skip
    every = made | mixed | upper
    return {key: unicodedata.normalize("NFC", value) for key, value in every.items()}


_VNI = _vni()
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def _from_vni(view: str) -> str:
    return _VNI_PIECE.sub(lambda found: _VNI[found[0]], view)


_READERS = (
    ("VNI", _from_vni),
    ("TCVN3", lambda view: view.translate(TCVN)),
    ("VISCII", lambda view: view.translate(VISCII)),
)


@cache
def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    tones = sum(c in _TONES for c in parts)
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(base) is not None


def _share(words: list[str]) -> float:
    return sum(_is_syllable(word) for word in words if len(word) <= 8) / max(1, len(words))


def _accented(text: str) -> list[str]:
    """Words with non-ASCII letters, in NFC."""
    return [w for w in _WORD.findall(unicodedata.normalize("NFC", text)) if not w.isascii()]


def _views(text: str) -> list[str]:
    """The original bytes as Latin-1 text, for each table that may have decoded them."""
    found = {text: None} if all(ord(c) < 256 for c in text) else {}
    for table in ("cp1258", "cp1252"):
        try:
            found[text.encode(table).decode("latin-1")] = None
        except UnicodeEncodeError:
            continue
    return list(found)


def decode_legacy(text: str) -> tuple[str, str] | None:
    """(encoding, decoded text), or None if the text is not in such an encoding.

    Args:
        text: as decoded, with control characters: two of these encodings use them as letters.
    """
    if text.isascii():
        return None
    words = _accented(text[:MOST_READ])
    if len(words) < LEAST_WORDS or (before := _share(words)) > 1 - _BETTER:
        return None
    best: tuple[float, str, str] = (0.0, "", "")
    for view in _views(text):
        for name, read in _READERS:
            made = read(view)
            mine = _accented(made[:MOST_READ])
            share = _share(mine) if len(mine) >= LEAST_WORDS else 0.0
            if share > best[0]:
                best = (share, name, made)
    share, name, made = best
    return (name, made) if share >= max(_GOOD, before + _BETTER) else None
