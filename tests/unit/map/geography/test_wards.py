"""Ward tables and the ward under a pin."""

import hashlib
import json
from pathlib import Path

import pytest
from shapely import Point
from shapely.geometry import shape

from console.map.gazetteer.local_places import OUTLINES, LocalPlaces
from console.map.geography.wards import WardOutlines, WardTable
from console.map.resources import GEO

TABLE = WardTable()


def test_the_tables_have_the_size_of_the_reform() -> None:
    kinds = [ward.name.split()[0] for ward in TABLE.new.values()]
    assert (kinds.count("Phường"), kinds.count("Xã"), kinds.count("Đặc")) == (113, 54, 1)
    assert len(TABLE.old) == 273 + 91 + 77 + 1
    after = {code: TABLE.successors(code) for code in TABLE.old}
    assert all(after.values())
    assert sum(len(refs) for refs in after.values()) == 493
    assert sum(1 for refs in after.values() if len(refs) > 1) == 47


def test_each_split_ward_has_one_default_and_it_comes_first() -> None:
    lines = (GEO / "wards_map.tsv").read_text(encoding="utf-8").splitlines()[1:]
    defaults: dict[str, list[str]] = {}
    for old, new, default in (line.split("\t") for line in lines):
        if default == "1":
            defaults.setdefault(old, []).append(new)
    assert set(defaults) == set(TABLE.old)
    assert all([TABLE.successors(old)[0].code] == new for old, new in defaults.items())


def test_a_code_means_another_ward_before_and_after() -> None:
    both = set(TABLE.old) & set(TABLE.new)
    renamed = [code for code in both if TABLE.old[code].name != TABLE.new[code].name]
    assert len(both) >= 160
    assert len(renamed) > 100


def square(code: str, south: float, west: float, side: float = 0.01) -> dict[str, object]:
    """A square outline as a GeoJSON feature."""
    north, east = south + side, west + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": TABLE.new[code].name if code in TABLE.new else ""},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def outlines(tmp_path: Path) -> Path:
    """Two adjacent squares that overlap by about 10 m."""
    file = tmp_path / OUTLINES
    file.parent.mkdir()
    features = [square("26740", 10.77, 106.70), square("26743", 10.77, 106.7099)]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def test_ward_under_a_pin(outlines: Path) -> None:
    places = LocalPlaces(outlines)
    found = places.ward_at(10.775, 106.705)
    assert found is not None
    assert (found.code, found.name) == ("26740", "Phường Sài Gòn")


def test_the_profile_folder_works_as_well(outlines: Path) -> None:
    found = LocalPlaces(outlines.parents[1]).ward_at(10.775, 106.705)
    assert found is not None
    assert found.code == "26740"


def test_in_an_overlap_the_deeper_ward_counts(outlines: Path) -> None:
    wards = WardOutlines(outlines)
    assert wards.code_at(10.775, 106.70991) == "26740"
    assert wards.code_at(10.775, 106.70999) == "26743"


def test_near_the_edge_the_nearest_within_50_m_counts(outlines: Path) -> None:
    wards = WardOutlines(outlines)
    metre = 1 / 111_320
    assert wards.code_at(10.78 + 40 * metre, 106.705) == "26740"
    assert wards.code_at(10.78 + 60 * metre, 106.705) is None


@pytest.mark.parametrize(
    ("lat", "long"), [(float("nan"), 106.7), (91, 106.7), (10.7, float("inf")), (0, 0)]
)
def test_places_that_are_none(outlines: Path, lat: float, long: float) -> None:
    assert WardOutlines(outlines).code_at(lat, long) is None


def test_without_outlines_a_ward_is_unknown(tmp_path: Path) -> None:
    assert LocalPlaces().ward_at(10.775, 106.705) is None
    assert LocalPlaces(tmp_path).ward_at(10.775, 106.705) is None


@pytest.mark.parametrize("body", ["", "{", "[]", '{"features": 1}', '{"features": [{}]}'])
def test_a_broken_file_is_no_outlines(tmp_path: Path, body: str) -> None:
    file = tmp_path / "broken.geojson"
    file.write_text(body)
    assert WardOutlines(file).code_at(10.775, 106.705) is None


def test_shared_outlines_put_each_ward_centre_of_the_table_in_a_ward(shared_data: Path) -> None:
    places = LocalPlaces(shared_data / "hcmc_wards.geojson")
    found = [places.ward_at(ward.lat, ward.long) for ward in TABLE.new.values()]
    same = [
        ward.code
        for ward, ref in zip(TABLE.new.values(), found, strict=True)
        if ref is not None and ref.code == ward.code
    ]
    assert len(same) > 150


def test_notice_names_the_wheel_the_tables_come_from() -> None:
    notice = (GEO / "NOTICE").read_text(encoding="utf-8")
    script = (GEO / "make_ward_table.py").read_text(encoding="utf-8")
    digest = script.split('WHEEL_SHA256 = "')[1][:64]
    assert digest in notice
    assert len(bytes.fromhex(digest)) == hashlib.sha256().digest_size
    assert "Tran Ngoc Minh Hieu" in (GEO / "LICENSE-vietnamadminunits.txt").read_text("utf-8")


def test_the_clip_for_osm_extracts_holds_every_ward() -> None:
    document = json.loads((GEO / "hcmc_extract.geojson").read_text())
    clip = shape(document["features"][0]["geometry"])
    assert clip.is_valid
    table = WardTable()
    spots = [(w.long, w.lat) for w in table.new.values()]
    spots += [(w.long, w.lat) for w in table.old.values()]
    assert [spot for spot in spots if not clip.contains(Point(*spot))] == []
