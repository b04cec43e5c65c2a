"""Addresses as people say them: our own rows, the shared ones, every old ward, any text at all."""

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.folding import fold
from console.map.addresses.parser import AddressParser, to_json
from console.map.geography.wards import OldWard, WardTable
from console.services.ports.places import ParsedAddress

_TABLE = WardTable()
_PARSER = AddressParser(_TABLE)
_OWN = Path(__file__).parents[3] / "data" / "map" / "addresses.tsv"
_TOLD = _OWN.with_name("told.tsv")
_HEARD = _OWN.with_name("heard.tsv")
_WARD_WORDS = {"Phường": "P.", "Xã": "X.", "Thị trấn": "TT."}
_DISTRICT_WORDS = {"Quận": "Q.", "Huyện": "H.", "Thành phố": "TP."}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _says(address: ParsedAddress) -> dict[str, str]:
    return {
        "number": address.number or "",
        "street": address.street or "",
        "cross": address.cross_street or "",
        "ward": address.ward or "",
        "district": address.district or "",
        "new_wards": "|".join(ref.name for ref in address.new_wards),
    }


@pytest.mark.parametrize("row", _rows(_OWN), ids=lambda row: row["text"])
def test_own_rows(row: dict[str, str]) -> None:
    wanted = {name: row[name] for name in row if name != "text"}
    assert _says(_PARSER.parse(row["text"])) == wanted


@pytest.mark.parametrize("path", [_TOLD, _HEARD], ids=lambda path: path.stem)
def test_what_callers_say_and_operators_type(path: Path) -> None:
    """Written with its truth before it was read: alleys of alleys, chatter, codes, English, VNI;
    complaints without marks or commas, words taken back, places that joined the city.
    """
    wrong = [
        (row["text"], found)
        for row in _rows(path)
        if (found := _says(_PARSER.parse(row["text"]))) != {n: row[n] for n in row if n != "text"}
    ]
    assert wrong == []


@pytest.mark.parametrize("typed", [fold, str.upper, lambda text: fold(text).upper()],
                         ids=["no marks", "capitals", "capitals, no marks"])  # fmt: skip
def test_without_marks_or_in_capitals_nothing_wrong_is_read(
    typed: Callable[[str], str],
) -> None:
    wrong = []
    for row in [*_rows(_TOLD), *_rows(_HEARD)]:
        found = _says(_PARSER.parse(typed(row["text"])))
        del found["new_wards"]
        if row["text"] not in _TWO_READINGS and any(
            said and _plain(said) != _plain(row[name]) for name, said in found.items()
        ):
            wrong.append((row["text"], found))
    assert wrong == []


def _plain(name: str) -> str:
    return fold(name).removeprefix("duong ").removeprefix("hem ")


_TWO_READINGS = {
    "đường ven biển, xã Phước Hải, TPHCM",  # `duong ven bien` may be Dương Ven Biên
    "đường mười bốn phường Bình Hưng Hòa A quận Bình Tân",
    "đường Cách Mạn Tháng Tám phường 11 quận 3",
    "đường liên xã Nhơn Đức - Phước Lộc, Nhà Bè",
    "gần phường 5 quận 8",  # `gan` may end a name
    "phường Phú Định, Trương Đình Hội",
    "đường Chùa Giác Ngộ? à đường Nguyễn Chí Thanh quận 10",  # `a` is also a letter
    "BTU, Tân Thành",
    "Tân Quy, quận 7",  # without marks also the street Tân Quý
}


@pytest.mark.parametrize(
    ("text", "number", "street", "cross", "ward"),
    [
        ("Lê Văn Việt - xa lộ Hà Nội, TP Thủ Đức", None, "Lê Văn Việt", "Xa lộ Hà Nội", None),
        ("giao lộ Nguyen Du - Huyen Tran Cong Chua", None, "Nguyễn Du", "Huyền Trân Công Chúa",
         None),
        ("nhà 3 tầng xây trái phép, phường 5, quận 8", None, None, None, "Phường 5"),
        ("bắt được 3 Nguyễn Văn Cừ", None, "Nguyễn Văn Cừ", None, None),
        ("trước quán phở 15 Nguyễn Văn Cừ", "15", "Nguyễn Văn Cừ", None, None),
        ("số 9 có cây ngã", None, None, None, None),
        ("Trần Thị Giao với Tô Ký", None, "Trần Thị Giao", "Tô Ký", None),  # no `giao với`
        ("ben nguyen van xyz", None, "Ben Nguyen Van Xyz", None, None),  # Bến …, or beside it
        ("đường Công ở Phan Huy Ích", None, "Phan Huy Ích", None, None),
        ("số 45 gần chợ, phường 5, Bình Thạnh", "45", None, None, "Phường 5"),
        ("hẻm 12 không ai gom rác", "hẻm 12", None, None, None),
        ("số 0901234567 gọi hoài không được", None, None, None, None),
        ("tuyến xe buýt 19 Nguyễn Trãi", None, None, None, None),
        ("phòng 201 Nguyễn Trãi", None, None, None, None),
        ("đường 23 tháng 9, quận 1", None, "23 Tháng 9", None, None),
        ("đường 12 tháng nay chưa sửa, quận 3", None, None, None, None),
        ("ngập nặng từ Lê Lợi đến Nguyễn Huệ", None, None, None, None),
        ("kẹt xe Phạm Văn Đồng về phía Linh Đông", None, None, None, None),
        ("rác đổ về phía An Phú Đông", None, None, None, None),
        ("xe chạy từ Gò Vấp qua bên Bình Trị Đông A", None, None, None, None),
        ("St. Paul hospital, Ward 5, District 3", None, None, None, "Phường 5"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_place(
    text: str, number: str | None, street: str | None, cross: str | None, ward: str | None
) -> None:
    """Directions and numbers of things: what is uncertain stays empty."""
    found = _PARSER.parse(text)
    said = (found.number, found.street, found.cross_street, found.ward)
    assert said == (number, street, cross, ward)


def test_shared_rows(shared_data: Path) -> None:
    wrong = []
    for row in _rows(shared_data / "addresses.tsv"):
        found = _PARSER.parse(row["text"])
        wanted = [part for part in row["new_ward"].split("|") if part]
        said = {
            "number": row["number"],
            "cross": row["cross"],
            "ward": row["old_ward"] or (found.ward or "" if len(wanted) == 1 else ""),
            "district": row["old_district"],
            "new": frozenset(part.rstrip("*") for part in wanted),
        }
        got = {
            "number": found.number or "",
            "cross": found.cross_street or "",
            "ward": found.ward or "",
            "district": found.district or "",
            "new": frozenset(ref.name for ref in found.new_wards),
        }
        default = next((part.rstrip("*") for part in wanted if part.endswith("*")), None)
        street = fold(found.street or "")
        if (
            {k: _folded(v) for k, v in said.items()} != {k: _folded(v) for k, v in got.items()}
            or fold(row["street"]) not in street
            or (default and fold(found.new_wards[0].name) != fold(default))
        ):
            wrong.append((row["text"], got, street))
    assert wrong == []


def _folded(value: object) -> object:
    if isinstance(value, frozenset):
        return frozenset(fold(str(one)) for one in value)
    return fold(str(value))


def _in_city(ward: OldWard) -> bool:
    """26xxx codes are shared by the city and its neighbour; the table's coordinates are not used:
    the districts of the city are those of the seed document and its neighbours' are named here.
    """
    neighbours = (
        "Vũng Tàu", "Bà Rịa", "Châu Đức", "Xuyên Mộc", "Long Đất", "Phú Mỹ", "Côn Đảo",
        "Thủ Dầu Một", "Bàu Bàng", "Dầu Tiếng", "Bến Cát", "Phú Giáo", "Tân Uyên", "Dĩ An",
        "Thuận An", "Bắc Tân Uyên",
    )  # fmt: skip
    return not ward.district.endswith(neighbours)


def test_the_old_city_has_its_273_wards() -> None:
    assert len([w for w in _TABLE.old.values() if _in_city(w)]) == 273


@pytest.mark.parametrize("spelling", ["full", "short", "plain", "plain with street", "brackets"])
def test_every_old_ward_in_this_spelling(spelling: str) -> None:
    wrong = []
    for ward in filter(_in_city, _TABLE.old.values()):
        kind = next(k for k in _WARD_WORDS if ward.name.startswith(k))
        over = next(k for k in _DISTRICT_WORDS if ward.district.startswith(k))
        name, place = ward.name.removeprefix(kind).strip(), ward.district.removeprefix(over).strip()
        short = f"{_WARD_WORDS[kind]}{name}, {_DISTRICT_WORDS[over]}{place}"
        text = {
            "full": f"{ward.name}, {ward.district}",
            "short": short,
            "plain": fold(f"{ward.name} {ward.district}"),
            "plain with street": fold(f"12 lê lợi {ward.name} {ward.district} tphcm"),
            "brackets": f"12 Lê Lợi, {_WARD_WORDS[kind]} {name} ({_DISTRICT_WORDS[over]} {place})",
        }[spelling]
        found = _PARSER.parse(text)
        if (found.ward, found.district) != (ward.name, ward.district) or (
            found.new_wards != _TABLE.successors(ward.code)
        ):
            wrong.append((text, found))
    assert wrong == []


def test_an_ambiguous_ward_offers_all_places_new_ones_first() -> None:
    found = _PARSER.parse("12 Lũy Bán Bích, phường Tân Phú")
    assert found.district is None
    assert found.needs_choice
    assert found.new_wards[0].name == "Phường Tân Phú"
    assert {ref.name for ref in found.new_wards[1:]} == {"Phường Tăng Nhơn Phú", "Phường Tân Mỹ"}


def test_a_new_ward_of_the_name_elsewhere_is_not_taken_when_the_district_is_said() -> None:
    found = _PARSER.parse("TT. Củ Chi, H. Củ Chi")
    assert [ref.name for ref in found.new_wards] == ["Xã Tân An Hội"]


def test_a_split_ward_must_be_chosen_and_a_whole_one_not() -> None:
    assert _PARSER.parse("P.Đa Kao, Q1").needs_choice
    assert not _PARSER.parse("P.Bến Thành, Q1").needs_choice


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chợ quận 1 và quận 2", ("quận 1", "quận 2")),
        ("trường quận 7, Nhà Bè cho nghỉ học", ("quận 7", "Nhà Bè")),
        ("giáp ranh phường 14 quận Gò Vấp và phường 12 Tân Bình", ("quận Gò Vấp", "Tân Bình")),
    ],
)
def test_of_two_districts_none_is_taken_and_both_are_named(
    text: str, said: tuple[str, ...]
) -> None:
    found = _PARSER.parse(text)
    assert (found.ward, found.district, found.new_wards) == (None, None, ())
    assert set(said) <= set(found.unknown)


def test_of_two_districts_the_one_next_to_its_ward_is_meant() -> None:
    found = _PARSER.parse("tôi ở quận 3 nhưng cây đổ ở 88 Hoàng Văn Thụ phường 9 Phú Nhuận")
    assert (found.ward, found.district) == ("Phường 9", "Quận Phú Nhuận")


def test_unknown_words_are_kept() -> None:
    found = _PARSER.parse("trụ điện TD-2/15 đường Cộng Hòa P.13 TB")
    assert found.unknown == ("trụ điện TD-2/15",)


def test_input_stays_as_said() -> None:
    text = "  dduwowngf Nguyeenx Trais ,Q5\n"
    assert _PARSER.parse(text).input == text


def test_json_has_the_contracts_keys() -> None:
    found = to_json(_PARSER.parse("66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn"))
    assert list(found) == [
        "input", "number", "street", "cross_street", "ward", "district", "new_wards",
        "needs_choice", "unknown",
    ]  # fmt: skip
    assert found["new_wards"] == [{"code": "27592", "name": "Xã Bà Điểm"}]
    assert to_json(_PARSER.parse(""))["ward"] is None


_WORDS = """phường quận P. Q. 5 12 3/2 hẻm đường số giao - , ( ) QL1A TP.HCM Tân Phú BT x xã TT. Củ
Chi ngã tư cao tốc góc 66/1 TD-2/15 Bình Dương tỉnh dduwowngf"""
_ODD = ["\n", "\u0301", "\ud800", "İ", "ß", "\x00", "\u202e", "٣", "ⅷ"]
_PIECES = st.sampled_from([*_WORDS.split(), *_ODD])


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=30).map(" ".join)))
def test_no_text_raises(text: str) -> None:
    found = _PARSER.parse(text)
    assert found.input == text
    assert found.needs_choice == (len(found.new_wards) > 1)


@pytest.mark.parametrize(
    "piece", ["phường ", "a", "1/", "đường ", "- ", "(", "Q.", "hẻm 1 ", "ngã tư "]
)
def test_long_texts_do_not_take_long(piece: str) -> None:
    _PARSER.parse("x")
    begun = time.process_time()
    _PARSER.parse(piece * 5000)
    assert time.process_time() - begun < 1  # ten times the usual; quadratic time would take minutes
