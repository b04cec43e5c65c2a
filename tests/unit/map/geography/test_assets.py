"""Assets by code: imports that name refused items, and queries."""

import json
from pathlib import Path

import pytest

from console.domain.errors import InputError, UnavailableError
from console.map.gazetteer.local_places import LocalPlaces
from console.map.geography.assets import ASSETS_FILE, AssetFile, code_key, kind_before
from console.map.importers.assets import import_assets
from console.map.importers.streets import import_streets

_ROWS = """kind,code,lat,long,agency,label
lamp,TD-2/15,10.7769,106.7009,chieu-sang,Cộng Hòa
Trụ đèn,TD-2/16,10.7770,106.7010,,
hố ga,HG 12,10.78,106.70,thoat-nuoc,
tree,C-7,106.70,10.78,,
bus_stop,Q1 031,10.7705,106.6985,,Trạm Hàm Nghi
lamp,td 2/15,10.5,106.7,,
spaceship,X1,10.78,106.70,,
lamp,,10.78,106.70,,
lamp,L9,48.85,2.35,,
lamp,L8,abc,106.7,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "assets.csv"
    source.write_text(_ROWS, encoding="utf-8")
    report = import_assets(source, tmp_path / "map", licence="city")
    assert report.taken == 5
    assert [(f.code, f.why) for f in report.refused] == [
        ("td 2/15", "twice"), ("X1", "unknown_kind"), ("?", "bad_code"), ("L9", "outside"),
        ("L8", "no_place"),
    ]  # fmt: skip
    assert [(f.code, f.why) for f in report.warnings] == [("C-7", "swapped")]
    return tmp_path / "map"


def test_a_code_is_found_however_it_is_written(folder: Path) -> None:
    assets = AssetFile(folder / ASSETS_FILE)
    for said in ("TD-2/15", "td2/15", "TĐ 2.15"):
        assert assets.find(said)[0].code == "TD-2/15"
    assert [a.code for a in assets.find("td2")] == ["TD-2/15", "TD-2/16"]
    assert assets.find("HG12", "lamp") == ()
    assert assets.find("") == assets.find("zz") == ()


def test_assets_of_a_box(folder: Path) -> None:
    assets = AssetFile(folder / ASSETS_FILE)
    near = assets.within(["lamp"], (10.77, 106.69, 10.79, 106.71))
    assert {a.code for a in near} == {"TD-2/15", "TD-2/16"}
    assert assets.within([], (10, 106, 11, 107)) == ()
    assert len(assets.within(["lamp", "tree", "manhole"], (10, 106, 11, 107), limit=2)) == 2
    assert assets.counts() == {"lamp": 2, "manhole": 1, "tree": 1, "bus_stop": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [("đèn số TD-2/15", "TD-2/15"), ("trụ đèn TD2/15", "TD-2/15"), ("ho ga 12", None),
     ("hố ga HG12", "HG 12"), ("TD-2/16", "TD-2/16"), ("trạm xe buýt Q1 031", "Q1 031")],
)  # fmt: skip
def test_the_search_flies_to_an_asset(folder: Path, text: str, code: str | None) -> None:
    found = LocalPlaces(folder=folder).suggest(text)
    codes = [s.text for s in found if s.kind == "asset"]
    assert codes[:1] == ([code] if code else [])
    if code:
        assert found[0].lat is not None
        assert found[0].asset_kind is not None


def test_words_of_a_kind_before_a_code() -> None:
    assert kind_before("Đèn số 12") == ("lamp", "12")
    assert kind_before("nắp hố ga mã số A1") == ("manhole", "a1")
    assert kind_before("12 Lê Lợi") == (None, "12 le loi")
    assert code_key("TĐ-2/15") == "td215"


def test_unknown_owners_are_kept_with_one_warning_each(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    rows = [f"lamp,A{n},10.8,106.7,{owner}" for n, owner in enumerate(("evn", "x", "x", "", "y"))]
    source.write_text("\n".join(["kind,code,lat,long,agency", *rows]), "utf-8")
    report = import_assets(source, tmp_path / "map", agencies={"evn"})
    assert report.taken == 5
    assert [(f.code, f.why, f.detail) for f in report.warnings] == [
        ("x", "owner", "2"), ("y", "owner", "1"),
    ]  # fmt: skip
    assert "Lưu ý x: đơn vị quản lý không có trong danh mục (2)" in report.lines()
    assert import_assets(source, tmp_path / "map").warnings == []


def test_geojson_points(tmp_path: Path) -> None:
    point = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [106.70, 10.78]},
        "properties": {"kind": "tree", "code": 7},
    }
    source = tmp_path / "a.geojson"
    source.write_text(json.dumps({"features": [point, "nonsense", {"properties": None}]}))
    report = import_assets(source, tmp_path / "map")
    assert (report.taken, len(report.refused)) == (1, 2)
    assert (tmp_path / "map" / f"{ASSETS_FILE}.refused.tsv").read_text().count("\n") == 3


def test_a_dry_run_a_second_import_and_one_with_nothing_good(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "b.csv"
    source.write_text("kind,code,lat,long\nlamp,N1,10.78,106.70\n")
    import_assets(source, folder, dry_run=True)
    assert AssetFile(folder / ASSETS_FILE).find("N1") == ()
    empty = tmp_path / "c.csv"
    empty.write_text("kind;code;lat;long\nlamp;;10,78;106,70\n")
    assert not import_assets(empty, folder).ok
    import_assets(source, folder)
    assets = AssetFile(folder / ASSETS_FILE)
    assert assets.counts() == {"lamp": 1}
    assert AssetFile(folder / f"{ASSETS_FILE}.previous").counts()["lamp"] == 2
    assert not list(folder.glob("*.part"))


def test_a_broken_file_is_no_assets(tmp_path: Path) -> None:
    broken = tmp_path / ASSETS_FILE
    broken.write_bytes(b"SQLite format 3\x00" + b"\x00" * 100)
    assert AssetFile(broken).find("a") == AssetFile(None).find("a") == ()
    assert AssetFile(broken).counts() == {}
    with pytest.raises(UnavailableError, match="file_missing"):
        import_assets(tmp_path / "none.csv", tmp_path)
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(InputError, match="not_geojson"):
        import_assets(tmp_path / "x.json", tmp_path)


@pytest.mark.parametrize(
    "body", [bytes(range(256)) * 20, b'kind,code,lat,long\n"lamp' + b"x" * 200_000]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, body: bytes) -> None:
    source = tmp_path / "x.csv"
    source.write_bytes(body)
    for bring in (import_assets, import_streets):
        with pytest.raises(InputError, match="not_a_table"):
            bring(source, tmp_path / "map")
    assert not (tmp_path / "map").exists()
