"""Undoes raw Telex: keys typed while the input method was off (docs/reference/addresses.md, step
1).

Keys are read as an input method with free marking reads them: a tone or mark key may come anywhere
after its letter (`truwowfng`, `truowngf` and `trwowngf` are all `trường`).
"""

import re
import unicodedata
from collections.abc import Container

from console.domain.text.folding import fold

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_ROOFED = {"a": "â", "e": "ê", "o": "ô"}
_HORNED = {"a": "ă", "o": "ơ", "u": "ư"}
_VOWELS = frozenset("aeiouyăâêôơư")
_MARKED = "âêôăơư"
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?(?:"
    r"a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|"
    r"e|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|im|"
    r"in|inh|ip|it|iu|o|oa|oac|oach|oai|oan|oang|oanh|oat|oay|oăc|oăn|oăng|oăt|oc|oe|oen|oeo|oet|"
    r"oi|om|on|ong|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt|u|ua|uân|uâng|uât|uây|uc|uê|"
    r"uêch|uênh|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|up|ut|uy|uya|uych|uyên|uyêt|uynh|uyt|uơ|ư|ưa|"
    r"ưc|ưi|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưt|ưu|y|ych|yêm|yên|yêng|yêt|yêu|ym|yn|ynh|yt)"
)
"""A Vietnamese syllable without its tone."""

_PLAIN = re.compile(fold(_SYLLABLE.pattern))
"""A syllable without any marks."""

_ASCII_WORD = re.compile(r"[A-Za-z]{2,12}")
_LIKELY = re.compile(r"([aeod])\w*\1|w|[aeiouy][a-z]*[sfrxj]", re.IGNORECASE)
_TWO_TONES = re.compile(r"[aeiouy].*([sfrxj]).*(?!\1)[sfrxj]")
"""Two tone keys after the vowel: a word of another language."""

_TYPED_SO = 3
"""With this many certain words the others count as raw keys too, even if some have marks."""

_SURE = re.compile(r"aa|ee|oo|dd|w|[aeiouy][sfrxj][a-z]|[fj]$|[cnh][hg][srx]$", re.IGNORECASE)
"""Key sequences that foreign words do not have by chance once they read as a syllable."""


def undo_telex(
    text: str, known: Container[str] = (), keep: Container[str] = (), *, eager: bool = False
) -> str:
    """Replace ASCII words that look like raw Telex by the letters they mean.

    A word that merely ends in a tone key (`bis`, `bus`) counts only if the text has no marks and
    another word is raw Telex too; otherwise the input method was on.

    Args:
        text: NFC.
        known: words other than syllables that the keys may mean, such as `đt`; lower case, NFC.
        keep: words that always stay.
        eager: also accept a text without marks whose only such word ends in a tone key (`Vox Duy
            Ninh`); the caller compares both readings.
    """
    words = _ASCII_WORD.findall(text)
    read = {word: _word(word, known) for word in words if word.lower() not in keep}
    raw = {word for word, result in read.items() if result != word}
    if not raw:
        return text
    alone = text.isascii() and (eager or len(raw) > 1)
    sure = {word for word in raw if alone or _SURE.search(word)}
    if len(sure) >= _TYPED_SO:
        sure = raw
    return _ASCII_WORD.sub(
        lambda found: read[found.group()] if found.group() in sure else found.group(), text
    )


def _word(word: str, known: Container[str]) -> str:
    keys = word.lower()
    if not _LIKELY.search(word) or _SYLLABLE.fullmatch(keys):
        return word
    if _TWO_TONES.search(keys):
        return word  # `Paris`
    read = typed(keys)
    if read == keys or not (read in known or _SYLLABLE.fullmatch(_toneless(read))):
        # `truongf`: with the tone, without the horns
        return word[:-1] if keys[-1] in "fj" and _PLAIN.fullmatch(keys[:-1]) else word
    if word.isupper() and len(word) > 1:
        return read.upper()
    return read.capitalize() if word[0].isupper() else read


def _toneless(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES.values()))


def typed(keys: str) -> str:
    """The word that these keys produce, in lower case."""
    letters: list[str] = []
    tone = ""
    for key in keys:
        vowel = any(letter in _VOWELS for letter in letters)
        if key in _TONES and vowel:
            tone = _TONES[key]
        elif key == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif not (key in _ROOFED and _mark(letters, {key: _ROOFED[key]})) and not (
            key == "w" and _horn(letters)
        ):
            letters.append("ư" if key == "w" else key)
    return toned("".join(letters), tone)


def toned(word: str, tone: str) -> str:
    """A lower-case word with this tone mark on the right vowel; unchanged without a vowel."""
    place = _tone_place(word) if tone else None
    if place is None:
        return word
    return unicodedata.normalize("NFC", word[: place + 1] + tone + word[place + 1 :])


def is_syllable(word: str) -> bool:
    """Whether a lower-case word without a tone is a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


def _mark(letters: list[str], marks: dict[str, str]) -> bool:
    """Put the mark on the last letter that can take it."""
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in marks:
            letters[index] = marks[letters[index]]
            return True
    return False


def _horn(letters: list[str]) -> bool:
    """The key w: on `uo` both letters get the horn, else the last vowel that can."""
    word = "".join(letters)
    for pair in ("uo", "ưo", "uơ"):
        at = word.rfind(pair)
        if at > 0 or (at == 0 and word != "uo"):
            if pair == "uo" and word[:at].endswith("q"):
                break
            letters[at : at + 2] = ["ư", "ơ"]
            return True
    return _mark(letters, _HORNED)


def _tone_place(word: str) -> int | None:
    """Index of the vowel that takes the tone, in the old spelling (`hòa`, `thủy`)."""
    start = 2 if word.startswith(("qu", "gi")) and re.search(r"[aeiouyâêôăơư]", word[2:]) else 0
    vowels = [i for i in range(start, len(word)) if word[i] in _VOWELS]
    if not vowels:
        return None
    marked = [i for i in vowels if word[i] in _MARKED]
    if marked:
        return marked[-1]
    last = vowels[-1]
    if len(vowels) == 1 or last < len(word) - 1:
        return last
    return vowels[1] if len(vowels) == 3 else vowels[0]
