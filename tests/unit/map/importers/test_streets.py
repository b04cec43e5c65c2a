"""Streets and landmarks from an OSM extract: what is imported, what is refused and why."""

import json
from pathlib import Path

import pytest

from console.map.gazetteer.local_places import LocalPlaces
from console.map.geography.imported_places import PLACES_FILE, read_places
from console.map.importers.streets import import_streets


def line(
    name: object, lat: float = 10.77, long: float = 106.70, **more: object
) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": name, "highway": "residential"} | more,
        "geometry": {"type": "LineString", "coordinates": [[long, lat], [long + 0.002, lat]]},
    }


_FEATURES = [
    line("Đường Đinh Thị Thi"),
    line("Đường Đinh Thị Thi", 10.7701),  # the next piece of the same street
    line("Đường Đinh Thị Thi", 10.95),  # another of the name, far away
    line("Đường số 7"),
    line("phố Nguyễn Gia Bồng"),
    line("Hẻm 12"),
    line("Rue de Paris", 48.85, 2.35),
    line(None),
    line(None) | {"properties": {"highway": "service"}},
    {
        "type": "Feature",
        "properties": {"name": "Chợ Cây Điệp", "amenity": "marketplace", "alt_name": "cho diep"},
        "geometry": {"type": "Point", "coordinates": [106.69, 10.79]},
    },
    {"type": "Feature", "properties": {"name": "Hồ Vuông", "highway": "x"}, "geometry": {}},
    "nonsense",
]


@pytest.mark.parametrize("suffix", [".geojson", ".geojsonseq"])
def test_an_extract(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"in{suffix}"
    if suffix == ".geojson":
        source.write_text(json.dumps({"features": _FEATURES}))
    else:
        source.write_text("\n".join(f"\x1e{json.dumps(f)}" for f in _FEATURES) + "\n{broken\n")
    seen: list[tuple[int, int]] = []
    report = import_streets(
        source, tmp_path / "map", licence="ODbL", progress=lambda *n: seen.append(n)
    )
    assert report.taken == 5
    why = [f.why for f in report.refused]
    assert why[:5] == ["no_street", "outside", "no_name", "no_place", "no_name"]
    assert why[5:] == (["no_feature"] if suffix == ".geojsonseq" else [])
    places = read_places(tmp_path / "map" / PLACES_FILE)
    assert [(p.kind, p.name) for p in places] == [
        ("landmark", "Chợ Cây Điệp"),
        ("street", "Đinh Thị Thi"),
        ("street", "Đinh Thị Thi"),
        ("street", "Đường số 7"),
        ("street", "Nguyễn Gia Bồng"),
    ]
    assert suffix == ".geojson" or seen[-1][0] == source.stat().st_size
    assert report.lines()[0] == "Đã nạp 5 tên đường và địa danh"


def test_imported_names_are_found_and_parsed(tmp_path: Path) -> None:
    source = tmp_path / "in.geojson"
    source.write_text(json.dumps({"features": _FEATURES}))
    import_streets(source, tmp_path / "map")
    places = LocalPlaces(folder=tmp_path / "map")
    assert places.suggest("dinh thi th")[0].lat == pytest.approx(10.77, abs=0.2)
    assert places.suggest("cho diep")[0].text == "Chợ Cây Điệp"
    assert places.parse("12 dinh thi thi").street == "Đinh Thị Thi"
    assert LocalPlaces().parse("12 dinh thi thi").street != "Đinh Thị Thi"


def test_plain_lists_and_tables(tmp_path: Path) -> None:
    plain = tmp_path / "names.txt"
    plain.write_text("Võ Văn Vân\nĐường Thế Lữ\n\nHẻm 3\n", encoding="utf-8-sig")
    assert import_streets(plain, tmp_path / "a").taken == 2
    table = tmp_path / "t.csv"
    table.write_text("name,lat,long,kind\nCầu Vàm Thuật,10.86,106.69,landmark\nThế Lữ,x,y,street\n")
    report = import_streets(table, tmp_path / "b")
    assert [(f.code, f.why) for f in report.refused] == [("Thế Lữ", "no_place")]
    assert read_places(tmp_path / "b" / PLACES_FILE)[0].kind == "landmark"


def test_many_similar_findings_are_counted(tmp_path: Path) -> None:
    source = tmp_path / "in.geojson"
    source.write_text(json.dumps({"features": [line("Thế Lữ"), *[line("Hẻm 1")] * 50]}))
    report = import_streets(source, tmp_path / "map", dry_run=True)
    lines = report.lines("en")
    assert lines[0] == "Would take 1 streets and landmarks"
    assert len(lines) == 22
    assert lines[-1].startswith("Refused 30 more")
    assert not (tmp_path / "map").exists()


def test_a_table_of_something_else_leaves_the_names_as_they_are(tmp_path: Path) -> None:
    good = tmp_path / "streets.csv"
    good.write_text("name,lat,long\nTrường Sa,10.79,106.68\n", "utf-8")
    assert import_streets(good, tmp_path).ok
    before = (tmp_path / PLACES_FILE).read_text("utf-8")
    assets = tmp_path / "assets.csv"
    assets.write_text(
        "kind;code;lat;long;agency\nlamp;TD-1;10.86;106.7;\nlamp;;10.86;106.7;\n", "utf-8"
    )
    report = import_streets(assets, tmp_path)
    assert not report.ok
    assert [f.why for f in report.refused] == ["no_name"]
    assert (tmp_path / PLACES_FILE).read_text("utf-8") == before
