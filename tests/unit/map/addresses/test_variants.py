"""A large unseen set: every recipe over places drawn by chance, with the list of streets whole and
with half of it taken away, so that the names are new as well.
"""

from collections import Counter

import pytest

from console.map.addresses.language.known_streets import KnownStreets, shipped_streets
from console.map.addresses.parser import AddressParser
from console.map.geography.wards import WardTable
from tests.unit.map.addresses.test_parser import _in_city
from tests.unit.map.addresses.variants import CROSSED, spoken, variants, verdict

_TABLE = WardTable()
_CITY = [ward for ward in _TABLE.old.values() if _in_city(ward)]
_NAMES = shipped_streets().names


def test_places_with_known_streets_are_right_whatever_the_spelling() -> None:
    parser = AddressParser(_TABLE)
    told: Counter[str] = Counter()
    wrong = []
    for said in variants(_TABLE, _NAMES, _CITY, 3000, seed=20250701):
        found = parser.parse(said.text)
        judged = verdict(said, found)
        told[judged] += 1
        if judged == "wrong":
            wrong.append((said, found))
    assert wrong == []
    assert told["right"] >= 0.99 * told.total(), told


def test_places_with_streets_nobody_listed_are_mostly_right_and_never_wrong() -> None:
    parser = AddressParser(_TABLE, KnownStreets([*_NAMES[1::2], *CROSSED, "Phan Văn Trị"]))
    unlisted = [name for name in _NAMES[::2] if not name[0].isdigit()]
    told = Counter(
        verdict(said, parser.parse(said.text))
        for said in variants(_TABLE, unlisted, _CITY, 3000, seed=20250702)
    )
    assert told["right"] >= 0.95 * told.total(), told
    assert told["wrong"] == 0, told


@pytest.mark.parametrize(
    ("text", "number", "street", "cross", "ward"),
    [
        ("sáu sáu xuyệt một Đồng Tâm, Trung Chánh, Hóc Môn", "66/1", "Đồng Tâm", None,
         "Xã Trung Chánh"),
        ("66 xẹt 1 Đồng Tâm Trung Chánh Hóc Môn", "66/1", "Đồng Tâm", None, "Xã Trung Chánh"),
        ("sau sau xuyet mot dong tam trung chanh hoc mon", "66/1", "Đồng Tâm", None,
         "Xã Trung Chánh"),
        ("hai tám lăm xuyệt chín tư bê Cách Mạng Tháng Tám, phường mười hai, quận mười", "285/94B",
         "Cách Mạng Tháng 8", None, "Phường 12"),
        ("số hai trăm lẻ năm Hai Bà Trưng, phường Đa Kao, quận một", "205", "Hai Bà Trưng", None,
         "Phường Đa Kao"),
        ("mười hai Ba Tháng Hai, phường mười, quận mười", "12", "3 Tháng 2", None, "Phường 10"),
        ("Hai Bà Trưng, P. Bến Nghé, Q1", None, "Hai Bà Trưng", None, "Phường Bến Nghé"),
        ("đường số tám phường Linh Trung Thủ Đức", None, "Đường số 8", None, "Phường Linh Trung"),
        ("ĐS 8, P. Linh Trung, TPTĐ", None, "Đường số 8", None, "Phường Linh Trung"),
        ("quốc lộ một a phường An Phú Đông quận mười hai", None, "Quốc lộ 1A", None,
         "Phường An Phú Đông"),
        ("QL 1A đoạn qua An Phú Đông, Q12", None, "Quốc lộ 1A", None, "Phường An Phú Đông"),
        ("ngã tư Vườn Lài quốc lộ 1A, An Phú Đông, q12", None, "Vườn Lài", "Quốc lộ 1A",
         "Phường An Phú Đông"),
        ("ngã ba Trần Quang Diệu Lê Văn Sỹ quận 3", None, "Trần Quang Diệu", "Lê Văn Sỹ", None),
        ("góc ngã tư Lý Thái Tổ với Ngô Gia Tự, P. 2, Q.10", None, "Lý Thái Tổ", "Ngô Gia Tự",
         "Phường 2"),
        ("phường 22, quận Bình Thạnh, đường Nguyễn Hữu Cảnh số 92", "92", "Nguyễn Hữu Cảnh", None,
         "Phường 22"),
        ("hẻm 3 tháng 2 quận 10", None, "3 Tháng 2", None, None),
        ("vo cong ton tan quy tan phu", None, "Võ Công Tồn", None, "Phường Tân Quý"),
        ("12 Lê Lợi, Bến Thành, TP.HCM", "12", "Lê Lợi", None, "Phường Bến Thành"),
        ("đ. N1 KDC Phú Mỹ, Q7", None, "Đường N1", None, None),
        ("123 Nguyễn Văn Cừ, phường Cầu Kho cũ, quận 1", "123", "Nguyễn Văn Cừ", None,
         "Phường Cầu Kho"),
        ("đường Lê Văn Lương, ấp 3, xã Phước Kiển, H. Nhà Bè", None, "Lê Văn Lương", None,
         "Xã Phước Kiển"),
        ("45 Nguyễn Văn Sang phường Tân Sơn Nhì Tân Phú", "45", "Nguyễn Văn Săng", None,
         "Phường Tân Sơn Nhì"),
        ("45 nguyễn văn sang phường tân sơn nhì tân phú", "45", "Nguyễn Văn Săng", None,
         "Phường Tân Sơn Nhì"),
        ("45 nguyen van sang p tan son nhi tan phu", "45", "Nguyễn Văn Săng", None,
         "Phường Tân Sơn Nhì"),
        ("xe đi từ Củ Chi sang phường Tân Sơn Nhì", None, None, None, None),
        ("vòng xoay An Lạc, Bình Tân", None, None, None, None),
        ("Nguyễn Thái Bình Tân Bình", None, "Nguyễn Thái Bình", None, None),
    ],
)  # fmt: skip
def test_spoken_addresses_are_read(
    text: str, number: str | None, street: str | None, cross: str | None, ward: str | None
) -> None:
    found = AddressParser(_TABLE).parse(text)
    assert (found.number, found.street, found.cross_street, found.ward) == (
        number, street, cross, ward,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["chợ Ba Chiều", "ngã sáu Phù Đổng", "năm nay ngập hoài", "nhà ba tầng", "Bảy Hiền, Tân Bình"],
)
def test_a_lone_number_word_is_no_number(text: str) -> None:
    found = AddressParser(_TABLE).parse(text)
    assert found.number is None
    assert not any(c.isdigit() for bit in found.unknown for c in bit)


@pytest.mark.parametrize(
    ("number", "words"),
    [("7", "bảy"), ("15", "mười lăm"), ("51", "năm mươi mốt"), ("94B", "chín mươi tư bê"),
     ("105", "một trăm lẻ năm"), ("285", "hai trăm tám mươi lăm"), ("300", "ba trăm")],
)  # fmt: skip
def test_numbers_in_words_are_read_as_they_are_written(number: str, words: str) -> None:
    assert spoken(number) == words
    found = AddressParser(_TABLE).parse(f"số {words} Lê Lợi, quận một")
    assert found.number == number


def test_streets_named_like_wards_and_districts_change_nothing() -> None:
    """An import from OpenStreetMap has a street for almost every name."""
    names = [ward.name.split(" ", 1)[1] for ward in _TABLE.new.values()]
    names += [ward.name.split(" ", 1)[1] for ward in _TABLE.old.values()]
    names += [ward.district.split(" ", 1)[1] for ward in _CITY]
    like_wards = [name for name in names if not name.isdigit()]
    parser = AddressParser(_TABLE, KnownStreets([*_NAMES, *like_wards]))
    told = Counter(
        verdict(said, parser.parse(said.text))
        for said in variants(_TABLE, _NAMES, _CITY, 1500, seed=20250703)
    )
    assert told["wrong"] == 0, told
    assert told["right"] >= 0.99 * told.total(), told
