"""Addresses with their truth, said in every way that the recipes know: an unseen set of any size.

A recipe joins a place (street or crossing, number, old ward) with a way of saying it (words and
initials, order, commas, marks, raw Telex, numbers in words). Truth comes from the ward table, never
from the parser.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.domain.text.folding import fold
from console.map.geography.wards import OldWard, WardTable
from console.services.ports.places import ParsedAddress

INITIALS = {
    "Quận Gò Vấp": "GV", "Quận Phú Nhuận": "PN", "Quận Tân Bình": "TB", "Huyện Bình Chánh": "BC",
    "Huyện Hóc Môn": "HM", "Huyện Củ Chi": "CC", "Quận Bình Thạnh": "BT", "Quận Bình Tân": "BT",
    "Thành phố Thủ Đức": "TĐ",
}  # fmt: skip
_WARD_WORDS = {
    "Phường": ("Phường ", "phường ", "P.", "P. ", "P ", "p."),
    "Xã": ("Xã ", "xã ", "X.", "x. "),
    "Thị trấn": ("Thị trấn ", "thị trấn ", "TT.", "TT ", "tt. "),
}
_DISTRICT_WORDS = {
    "Quận": ("Quận ", "quận ", "Q.", "Q. ", "Q "),
    "Huyện": ("Huyện ", "huyện ", "H.", "H. ", "h."),
    "Thành phố": ("TP.", "TP ", "Thành phố ", "tp. "),
}
_ROADS = (
    ("QL1A", "Quốc lộ 1A"), ("QL 22", "Quốc lộ 22"), ("quốc lộ 13", "Quốc lộ 13"),
    ("TL10", "Tỉnh lộ 10"), ("TL 15", "Tỉnh lộ 15"), ("tỉnh lộ 8", "Tỉnh lộ 8"),
    ("ĐT743", "Đường tỉnh 743"), ("HL2", "Hương lộ 2"), ("hương lộ 80", "Hương lộ 80"),
    ("đường số 8", "Đường số 8"), ("Đường số 17", "Đường số 17"), ("đường 138", "Đường 138"),
    ("đường D2", "Đường D2"), ("Xa lộ Hà Nội", "Xa lộ Hà Nội"), ("CMT8", "Cách Mạng Tháng 8"),
    ("đường 3/2", "3 Tháng 2"), ("Ba Tháng Hai", "3 Tháng 2"), ("NKKN", "Nam Kỳ Khởi Nghĩa"),
)  # fmt: skip
CROSSED = ("Lê Lợi", "Nguyễn Oanh", "Trường Chinh", "Tô Ký", "Lê Văn Sỹ", "Quang Trung")
_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class Variant:
    """A text and its expected reading; "" for what it does not say."""

    recipe: str
    text: str
    number: str
    street: str
    cross: str
    ward: str
    district: str
    new_wards: frozenset[str]


def variants(
    table: WardTable, streets: Sequence[str], city: Sequence[OldWard], n: int, seed: int
) -> Iterator[Variant]:
    """`n` addresses, reproducible by seed."""
    dice = random.Random(seed)
    recipes = tuple(_RECIPES.items())
    for index in range(n):
        name, spell = recipes[index % len(recipes)]
        yield spell(_place(table, streets, city, dice, name), dice)


def verdict(said: Variant, found: ParsedAddress) -> str:
    """`right`, `missed` (something was not understood) or `wrong` (something was misread)."""
    news = frozenset(ref.name for ref in found.new_wards)
    pairs = (
        (said.number, found.number or ""),
        (said.cross, found.cross_street or ""),
        (said.ward, found.ward or ""),
        (said.district, found.district or ""),
    )
    wrong = any(got and _key(got) != _key(wanted) for wanted, got in pairs)
    wrong |= bool(found.street) and _key(said.street) not in _key(found.street or "")
    wrong |= bool(found.street) and not said.street
    wrong |= bool(news) and news != said.new_wards
    if wrong:
        return "wrong"
    whole = all(bool(got) == bool(wanted) for wanted, got in pairs)
    whole &= bool(found.street) == bool(said.street) and news == said.new_wards
    return "right" if whole else "missed"


def _key(text: str) -> str:
    return fold(text).replace(" ", "").replace("y", "i")


# --- a place


@dataclass(frozen=True, slots=True)
class _Place:
    recipe: str
    number: str
    number_said: str
    street: str
    street_said: str
    cross: str
    cross_said: str
    ward: OldWard
    new_wards: frozenset[str]


def _place(
    table: WardTable,
    streets: Sequence[str],
    city: Sequence[OldWard],
    dice: random.Random,
    recipe: str,
) -> _Place:
    ward = dice.choice(city)
    street = said = dice.choice(streets)
    if dice.random() < 0.2:
        said, street = dice.choice(_ROADS)
    elif dice.random() < 0.3:
        said = f"{dice.choice(('đường', 'Đường', 'đ.'))} {street}"
    number = number_said = ""
    kind = dice.random()
    if kind < 0.25:
        number = number_said = str(dice.randint(1, 999))
        if dice.random() < 0.3:
            number_said = f"{dice.choice(('số', 'số nhà', 'nhà số'))} {number}"
    elif kind < 0.5:
        number = f"{dice.randint(1, 999)}/{dice.randint(1, 99)}{dice.choice(('', '', 'A', 'B'))}"
        number_said = number
    elif kind < 0.6:
        number = f"{dice.randint(1, 60)}/{dice.randint(1, 60)}/{dice.randint(1, 20)}"
        number_said = f"số {number}"
    elif kind < 0.8:
        number = number_said = f"hẻm {dice.randint(1, 600)}"
    news = frozenset(ref.name for ref in table.successors(ward.code))
    return _Place(recipe, number, number_said, street, said, "", "", ward, news)


def _split(name: str, words: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    kind = next(word for word in words if name.startswith(f"{word} "))
    return kind, name[len(kind) + 1 :]


def _ward_said(place: _Place, dice: random.Random) -> str:
    kind, name = _split(place.ward.name, _WARD_WORDS)
    word = dice.choice(_WARD_WORDS[kind])
    if name.isdigit() and dice.random() < 0.5:
        return f"{dice.choice(('P', 'p', 'F', 'P.'))}{name}"
    return f"{word}{name}"


def _district_said(place: _Place, dice: random.Random) -> str:
    kind, name = _split(place.ward.district, _DISTRICT_WORDS)
    if name.isdigit() and dice.random() < 0.5:
        return f"{dice.choice(('Q', 'q', 'Q.'))}{name}"
    return f"{dice.choice(_DISTRICT_WORDS[kind])}{name}"


def _done(place: _Place, text: str) -> Variant:
    ward = place.ward
    return Variant(
        place.recipe, text, place.number, place.street, place.cross, ward.name, ward.district,
        place.new_wards,
    )  # fmt: skip


def _head(place: _Place) -> str:
    return f"{place.number_said} {place.street_said}".strip()


# --- ways of saying it


def _full(place: _Place, dice: random.Random) -> Variant:
    end = dice.choice(("", ", TP.HCM", ", Thành phố Hồ Chí Minh", ", TPHCM"))
    parts = (_head(place), _ward_said(place, dice), _district_said(place, dice))
    return _done(place, ", ".join(parts) + end)


def _brackets(place: _Place, dice: random.Random) -> Variant:
    return _done(
        place, f"{_head(place)}, {_ward_said(place, dice)} ({_district_said(place, dice)})"
    )


def _no_commas(place: _Place, dice: random.Random) -> Variant:
    return _done(place, f"{_head(place)} {_ward_said(place, dice)} {_district_said(place, dice)}")


def _small(place: _Place, dice: random.Random) -> Variant:
    made = _no_commas(place, dice)
    return replace(made, text=made.text.lower())


def _upper(place: _Place, dice: random.Random) -> Variant:
    made = _full(place, dice)
    return replace(made, text=made.text.upper())


def _no_accents(place: _Place, dice: random.Random) -> Variant:
    made = _full(place, dice)
    return replace(made, text=unmarked(made.text))


def _plainest(place: _Place, dice: random.Random) -> Variant:
    made = _no_commas(place, dice)
    return replace(made, text=fold(made.text))


def _decomposed(place: _Place, dice: random.Random) -> Variant:
    made = _full(place, dice)
    return replace(made, text=unicodedata.normalize("NFD", made.text))


def _telex(place: _Place, dice: random.Random) -> Variant:
    made = _full(place, dice)
    late = dice.random() < 0.5
    return replace(made, text=" ".join(telex(word, late=late) for word in made.text.split(" ")))


def _initials(place: _Place, dice: random.Random) -> Variant:
    short = INITIALS.get(place.ward.district)
    if short is None:
        return _no_commas(place, dice)
    if short == "BT" and not _split(place.ward.name, _WARD_WORDS)[1].isdigit():
        said = dice.choice(("Q.BT", "BT"))
    else:
        said = dice.choice(
            (short, f"Q.{short}" if short not in ("BC", "HM", "CC", "TĐ") else short)
        )
    if short == "BT" and place.ward.district == "Quận Bình Tân":
        said = "Q.Bình Tân"
    return _done(place, f"{_head(place)} {_ward_said(place, dice)} {said}")


def _bare_names(place: _Place, dice: random.Random) -> Variant:
    _, ward = _split(place.ward.name, _WARD_WORDS)
    _, district = _split(place.ward.district, _DISTRICT_WORDS)
    if ward.isdigit() or district.isdigit():
        return _full(place, dice)
    return _done(place, f"{_head(place)}, {ward}, {district}")


def _spoken(place: _Place, dice: random.Random) -> Variant:
    _, ward = _split(place.ward.name, _WARD_WORDS)
    _, district = _split(place.ward.district, _DISTRICT_WORDS)
    number = place.number.removeprefix("hẻm ")
    alley = "hẻm " if place.number.startswith("hẻm ") else "số "
    slash = dice.choice((" xuyệt ", " xẹt ", " xẹc ", " trên "))
    said = alley + slash.join(spoken(bit) for bit in number.split("/")) if number else ""
    ward_said = f"phường {spoken(ward)}" if ward.isdigit() else place.ward.name.lower()
    over = f"quận {spoken(district)}" if district.isdigit() else place.ward.district
    return _done(place, f"{said} {place.street_said}, {ward_said}, {over}".strip())


def _crossing(place: _Place, dice: random.Random) -> Variant:
    other = dice.choice(
        ("Lê Lợi", "Nguyễn Oanh", "Trường Chinh", "Tô Ký", "Lê Văn Sỹ", "Quang Trung")
    )
    if other == place.street:
        other = "Phan Văn Trị"
    way = dice.choice(("ngã tư {} - {}", "{} giao {}", "góc {} và {}", "ngã ba {} với {}",
                       "giao lộ {} x {}", "{} - {}", "{} góc {}", "góc {} & {}"))  # fmt: skip
    made = replace(place, number="", number_said="", cross=other, cross_said=other)
    head = way.format(made.street_said, other)
    return _done(made, f"{head}, {_ward_said(made, dice)}, {_district_said(made, dice)}")


def _position(place: _Place, dice: random.Random) -> Variant:
    before = dice.choice(("trước ", "gần ", "đối diện ", "đầu ", "kế bên ", "ngay trước "))
    if not place.number:
        before = dice.choice(("gần chợ, ", "trụ đèn số 7, ", "nắp cống trước trường học, "))
    return _done(
        place,
        f"{before}{_head(place)}, khu phố {dice.randint(1, 9)}, {_ward_said(place, dice)},"
        f" {_district_said(place, dice)}",
    )


def _area_first(place: _Place, dice: random.Random) -> Variant:
    return _done(place, f"{_ward_said(place, dice)}, {_district_said(place, dice)}, {_head(place)}")


_RECIPES: dict[str, Callable[[_Place, random.Random], Variant]] = {
    "full": _full,
    "brackets": _brackets,
    "no commas": _no_commas,
    "small letters": _small,
    "capitals": _upper,
    "no accents": _no_accents,
    "no accents, no commas": _plainest,
    "NFD": _decomposed,
    "raw Telex": _telex,
    "initials": _initials,
    "bare names": _bare_names,
    "spoken numbers": _spoken,
    "crossing": _crossing,
    "position words": _position,
    "ward first": _area_first,
}


# --- spelling


def unmarked(text: str) -> str:
    """Without marks, with capitals kept."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


_KEYS = {
    "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j",
}  # fmt: skip


def telex(word: str, *, late: bool) -> str:
    """The keys that type a word; `late` puts the tone at the end, not after its vowel."""
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFC", word):
        if letter in "đĐ":
            keys += "dd" if letter == "đ" else "Dd"
            continue
        marks = unicodedata.normalize("NFD", letter)
        keys += marks[0]
        for mark in marks[1:]:
            if mark == "\u0302":
                keys += marks[0].lower()
            elif mark in ("\u0306", "\u031b"):
                keys += "w"
        found = next((_KEYS[mark] for mark in marks[1:] if mark in _KEYS), "")
        if found and not late:
            keys += found
        tone = tone or found
    if not (late and tone):
        return keys
    end = max(i for i, c in enumerate(keys) if c.isalpha()) + 1
    return keys[:end] + tone + keys[end:]


def spoken(number: str) -> str:
    """A number with its letter as people say it: `94B` is `chín mươi bốn bê`."""
    letter = {"A": " a", "B": " bê"}.get(number[-1:], "")
    value = int(number.rstrip("AB"))
    return _spoken_value(value) + letter


def _spoken_value(value: int) -> str:
    if value < 10:
        return _UNITS[value]
    if value < 20:
        unit = {0: "", 5: " lăm"}.get(value - 10, f" {_UNITS[value - 10]}")
        return f"mười{unit}"
    if value < 100:
        tens, ones = divmod(value, 10)
        last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, f" {_UNITS[ones]}")
        return f"{_UNITS[tens]} mươi{last}"
    head, rest = divmod(value, 100)
    if rest == 0:
        return f"{_UNITS[head]} trăm"
    if rest < 10:
        return f"{_UNITS[head]} trăm lẻ {_UNITS[rest]}"
    return f"{_UNITS[head]} trăm {_spoken_value(rest)}"
