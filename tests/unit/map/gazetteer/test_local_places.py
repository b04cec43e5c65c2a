"""The port `Places`: suggestions, centres, road classes; costs nothing at start."""

import subprocess
import sys
from pathlib import Path

import pytest

from console.map.gazetteer.local_places import LocalPlaces

PLACES = LocalPlaces()
ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("typed", "first", "kind"),
    [
        ("vo cong t", "Võ Công Tồn", "street"),
        ("an phú đ", "Phường An Phú Đông", "ward"),
        ("phường sài", "Phường Sài Gòn", "ward"),
        ("hẻm 5 cao th", "hẻm 5 Cao Thắng", "street"),
        ("12 Lê Lợi, phuong ben thanh", "12 Lê Lợi, Phường Bến Thành", "ward"),
        ("hang xanh", "Ngã tư Hàng Xanh", "landmark"),
        ("p. đa kao", "Phường Đa Kao, Quận 1", "old_ward"),
        ("so thu", "Thảo Cầm Viên", "landmark"),
    ],
)
def test_suggestions_accents_optional(typed: str, first: str, kind: str) -> None:
    found = PLACES.suggest(typed)
    assert (found[0].text, found[0].kind) == (first, kind)
    assert len(found) <= 8


def test_a_suggested_ward_brings_its_place_and_code() -> None:
    found = PLACES.suggest("Sài Gòn")[0]
    assert found.ward_code == "26740"
    assert PLACES.centre_of("26740") == (found.lat, found.long)
    assert PLACES.centre_of("00000") is None


def test_the_wards_of_an_old_district() -> None:
    names = {PLACES.table.new[code].name for code in PLACES.wards_of("Quận 1")}
    assert names == {
        "Phường Tân Định",
        "Phường Sài Gòn",
        "Phường Bến Thành",
        "Phường Cầu Ông Lãnh",
    }
    assert PLACES.wards_of("Quận 99") == ()


def test_a_split_old_ward_brings_no_code() -> None:
    old = next(s for s in PLACES.suggest("đa kao") if s.kind == "old_ward")
    assert old.ward_code is None


def test_streets_of_this_seat_come_first() -> None:
    places = LocalPlaces()
    places.remember("12 Võ Thị Hồng, Q.5", None, None, None)
    assert places.suggest("vo thi")[0].text == "Võ Thị Hồng"


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Quốc lộ 1A", "national"),
        ("QL1A", "national"),
        ("đường QL 22", "national"),
        ("Xa lộ Hà Nội", "national"),
        ("Cao tốc Long Thành - Dầu Giây", "national"),
        ("12 Quốc lộ 13", "national"),
        ("Tỉnh lộ 10", "provincial"),
        ("Đường tỉnh 743", "provincial"),
        ("ĐT743", "provincial"),
        ("hẻm 51 Cao Thắng", "alley"),
        ("66/1 Đồng Tâm", "alley"),
        ("Lê Lợi", "city"),
        ("12 Lê Lợi", "city"),
        ("Hương lộ 2", "city"),
        ("", None),
        (None, None),
        ("?", None),
    ],
)
def test_road_class(street: str | None, expected: str | None) -> None:
    assert PLACES.road_class(street) == expected


def test_making_it_reads_nothing_and_loads_neither_shapely_nor_folium() -> None:
    code = (
        "import sys; from console.map.gazetteer.local_places import LocalPlaces;"
        "LocalPlaces().parse('Q1');"
        "print([m for m in ('shapely', 'folium', 'numpy', 'PySide6') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
