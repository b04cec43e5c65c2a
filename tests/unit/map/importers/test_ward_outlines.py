"""Imported outlines, base maps, and the output of `map check`."""

import json
import sqlite3
from pathlib import Path

import pytest

from console.config.settings import MapSettings
from console.domain.errors import InputError, UnavailableError
from console.map.check import check_map
from console.map.geography.wards import WARDS_FILE
from console.map.importers.assets import import_assets
from console.map.importers.streets import import_streets
from console.map.importers.ward_outlines import import_wards
from console.map.tiles.mbtiles import MbTiles
from tests.unit.map.geography.test_wards import square


def write(path: Path, *features: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_good_outlines_are_taken_and_the_rest_named(tmp_path: Path) -> None:
    bow = square("26743", 10.75, 106.70)
    bow["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[106, 10.5], [106.1, 10.6], [106.1, 10.5], [106, 10.6], [106, 10.5]]],
    }
    line = square("26758", 10.7, 106.7) | {"geometry": {"type": "Point", "coordinates": [1, 2]}}
    source = write(
        tmp_path / "in.geojson",
        square("26740", 10.77, 106.70),
        square("26740", 10.77, 106.70),
        square("99999", 10.77, 106.70),
        square("26773", 48.8, 2.3),
        bow,
        line,
        "nonsense",
    )
    report = import_wards(source, tmp_path / "map")
    assert report.ok
    assert report.taken == 1
    assert [(f.code, f.why) for f in report.refused] == [
        ("26740", "twice"),
        ("99999", "unknown_code"),
        ("26773", "outside"),
        ("26743", "invalid"),
        ("26758", "no_polygon"),
        ("?", "unknown_code"),
    ]
    kept = json.loads((tmp_path / "map" / WARDS_FILE).read_text())
    assert [f["properties"]["code"] for f in kept["features"]] == ["26740"]
    assert (
        json.loads((tmp_path / "map" / "wards.geojson.origin.json").read_text())["sha256"]
        == report.sha256
    )
    assert len(report.to_json()["refused"]) == 6  # type: ignore[arg-type]
    assert all(report.lines("en"))
    assert report.lines()[0] == "Đã nạp 1 ranh giới"


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "in.geojson", square("26740", 10.77, 106.70))
    report = import_wards(source, tmp_path / "map", dry_run=True)
    assert report.taken == 1
    assert not (tmp_path / "map").exists()


def test_a_second_import_keeps_the_version_before(tmp_path: Path) -> None:
    folder = tmp_path / "map"
    import_wards(write(tmp_path / "a.geojson", square("26740", 10.77, 106.70)), folder)
    first = (folder / WARDS_FILE).read_text()
    import_wards(write(tmp_path / "b.geojson", square("26743", 10.77, 106.70)), folder)
    assert (folder / "wards.geojson.previous").read_text() == first
    assert "26743" in (folder / WARDS_FILE).read_text()
    assert not list(folder.glob("*.part"))


def test_an_import_with_nothing_good_changes_nothing(tmp_path: Path) -> None:
    report = import_wards(write(tmp_path / "a.geojson"), tmp_path / "map")
    assert not report.ok
    assert not (tmp_path / "map").exists()


def test_a_folder_of_files(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    write(source / "a.geojson", square("26740", 10.77, 106.70))
    write(source / "b.json", square("26743", 10.77, 106.72))
    assert import_wards(source, tmp_path / "map").taken == 2


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", "\x00", '{"features": 5}'])
def test_no_geojson(tmp_path: Path, body: str) -> None:
    file = tmp_path / "in.geojson"
    file.write_text(body)
    with pytest.raises(InputError, match="not_geojson"):
        import_wards(file, tmp_path / "map")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="file_missing"):
        import_wards(tmp_path / "none.geojson", tmp_path / "map")


def test_shared_outlines_warn_of_the_seven_areas(tmp_path: Path, shared_data: Path) -> None:
    report = import_wards(shared_data / "hcmc_wards.geojson", tmp_path, dry_run=True)
    assert report.taken == 168
    assert report.refused == []
    assert [f.why for f in report.warnings].count("area") == 7


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def basemap(tmp_path: Path) -> Path:
    """An MBTiles file with one tile at 1/0/1 (XYZ)."""
    file = tmp_path / "base.mbtiles"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        db.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("name", "test"), ("format", "png"), ("attribution", "<b>©</b> OSM")],
        )
        db.execute(
            "CREATE TABLE tiles"
            " (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        db.executemany("INSERT INTO tiles VALUES (?,?,?,?)", [(1, 0, 0, PNG), (2, 0, 0, b"no")])
    db.close()
    return file


def test_tiles_are_counted_from_the_north(basemap: Path) -> None:
    tiles = MbTiles(basemap)
    assert tiles.tile(1, 0, 1) == ("image/png", PNG)
    assert tiles.tile(1, 0, 0) is None
    assert tiles.tile(2, 0, 3) is None  # no picture
    assert tiles.tile(99, 0, 0) is None
    assert (tiles.info.min_zoom, tiles.info.max_zoom) == (1, 2)
    tiles.close()
    assert tiles.tile(1, 0, 1) is None


def test_other_files_are_no_basemap(tmp_path: Path) -> None:
    for body in (b"", b"SQLite format 3\x00", b"PMTiles"):
        file = tmp_path / "x.mbtiles"
        file.write_bytes(body)
        with pytest.raises(InputError, match="not_a_basemap"):
            MbTiles(file)
    with pytest.raises(InputError, match="not_a_basemap"):
        MbTiles(tmp_path / "none.mbtiles")


def test_check_says_what_is_missing(tmp_path: Path) -> None:
    states = {name: state for name, state, _ in check_map(tmp_path, MapSettings())}
    missing = dict.fromkeys(("wards", "streets", "assets", "basemap"), "warn")
    assert states == {"page": "ok", "tables": "ok"} | missing
    assert all(
        text for lang in ("vi", "en") for *_, text in check_map(tmp_path, MapSettings(), lang)
    )


def test_check_of_a_seat_that_has_all(tmp_path: Path, basemap: Path) -> None:
    source = write(tmp_path / "in.geojson", square("26740", 10.77, 106.70))
    folder = tmp_path / "map"
    import_wards(source, folder, licence="MIT")
    streets, things = tmp_path / "s.csv", tmp_path / "a.csv"
    streets.write_text("name\nVõ Văn Vân\n")
    things.write_text("kind,code,lat,long\nlamp,A1,10.77,106.70\n")
    import_streets(streets, folder)
    import_assets(things, folder)
    lines = check_map(folder, MapSettings(basemap=str(basemap)))
    assert [state for _, state, _ in lines] == ["ok"] * 6
    assert "MIT" in lines[2][2]


def test_check_of_broken_files(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("{")
    settings = MapSettings(wards=str(broken), basemap=str(broken))
    states = {name: state for name, state, _ in check_map(tmp_path, settings)}
    assert (states["wards"], states["basemap"]) == ("fail", "fail")
    gone = MapSettings(basemap=str(tmp_path / "gone.mbtiles"))
    assert check_map(tmp_path, gone)[-1][:2] == ("basemap", "warn")
