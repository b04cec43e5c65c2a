"""Addresses as people say them: our own rows, the shared ones, every old ward, any text at all."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import fold
from console.map.address import AddressParser, normalised, to_json
from console.map.wards import OldWard, WardTable
from console.services.place_ports import ParsedAddress

_TABLE = WardTable()
_PARSER = AddressParser(_TABLE)
_OWN = Path(__file__).parents[2] / "data" / "map" / "addresses.tsv"
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


def test_a_ward_that_many_places_may_be_offers_them_all_todays_first() -> None:
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


def test_words_not_understood_are_kept() -> None:
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


def test_one_line_in_normalised_spelling() -> None:
    found = _PARSER.parse("hem 51 cao thang p3 q3")
    assert normalised(found) == "hẻm 51 Cao Thắng, Phường 3, Quận 3"
    assert normalised(_PARSER.parse("CMT8 giao Võ Văn Tần")) == "Cách Mạng Tháng 8 - Võ Văn Tần"
    assert normalised(_PARSER.parse("")) == ""


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
    begun = time.perf_counter()
    _PARSER.parse(piece * 5000)
    assert time.perf_counter() - begun < 0.25
