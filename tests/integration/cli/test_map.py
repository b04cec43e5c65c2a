"""`map import-streets | import-assets | set-basemap | check`: what IT sees, and what then works."""

from pathlib import Path

from tests.integration.cli.seat import Seat
from tests.unit.map.tiles.tile_files import write_pmtiles


def test_streets_are_taken_refused_by_name_and_known_to_the_parser(
    seat: Seat, tmp_path: Path
) -> None:
    source = tmp_path / "names.csv"
    source.write_text(
        "name,lat,long\nĐường Đinh Thị Thi,10.77,106.70\nHẻm 12,,\nXa Lắm,48.8,2.3\n",
        encoding="utf-8",
    )
    dry = seat.run("map", "import-streets", source, "--dry-run", "--json").json
    assert (dry["taken"], dry["dry_run"]) == (1, True)
    assert [f["why"] for f in dry["refused"]] == ["no_street", "outside"]
    assert not (seat.profile / "map").exists()
    done = seat.run("map", "import-streets", source, "--licence", "ODbL")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Đã nạp 1 tên đường và địa danh",
        "Bỏ Hẻm 12: chỉ là số hẻm, không phải tên đường",
        "Bỏ Xa Lắm: nằm ngoài thành phố (48.8000, 2.3000)",
    ]
    english = seat.run("--lang", "en", "map", "import-streets", source)
    assert english.out.startswith("Took 1 streets and landmarks\nRefused Hẻm 12:")
    parsed = seat.run("address", "parse", "12 dinh thi thi, quan 7").lines[0]
    assert (parsed["street"], parsed["number"]) == ("Đinh Thị Thi", "12")


def test_assets_and_a_base_map_then_check_says_what_is_there(seat: Seat, tmp_path: Path) -> None:
    assets = tmp_path / "assets.csv"
    assets.write_text("kind,code,lat,long\nlamp,TD-2/15,10.77,106.70\nlamp,TD-2/15,10.8,106.7\n")
    done = seat.run("map", "import-assets", assets)
    assert done.out.splitlines() == ["Đã nạp 1 tài sản", "Bỏ TD-2/15: mã lặp lại (lamp)"]
    base = write_pmtiles(tmp_path / "hcmc.pmtiles", {(12, 3262, 1924): b"tile"})
    assert seat.run("map", "set-basemap", base).out == "Đã nạp 1 bản đồ nền\n"
    base.unlink()  # the seat has its own copy
    check = seat.run("map", "check", "--json")
    assert check.code == 1  # outlines and streets are still missing
    lines = {line["name"]: line for line in check.json}
    assert [lines[name]["state"] for name in ("assets", "basemap")] == ["ok", "ok"]
    assert lines["assets"]["text"].startswith("1 trụ đèn (assets.csv")
    assert [lines[name]["state"] for name in ("wards", "streets")] == ["warn", "warn"]
    assert "map import-wards" in lines["wards"]["text"]


def test_only_an_administrator_brings_map_data_in(seat: Seat, tmp_path: Path) -> None:
    source = tmp_path / "names.csv"
    source.write_text("name,lat,long\nĐường Đinh Thị Thi,10.77,106.70\n", encoding="utf-8")
    for more in ((), ("--dry-run",)):
        said = seat.fails(2, "--as", "supervisor", "map", "import-streets", source, *more)
        assert "không được import streets" in said
    assert not (seat.profile / "map").exists()
    assert seat.run("--as", "administrator", "map", "import-streets", source).code == 0


def test_files_that_are_none_change_nothing(seat: Seat, tmp_path: Path) -> None:
    broken = tmp_path / "x.pmtiles"
    broken.write_bytes(b"PMTiles\x03" + b"\x00" * 200)
    other = write_pmtiles(tmp_path / "y.pmtiles", {(0, 0, 0): b"x"}, layers=("roads", "earth"))
    for bad in (broken, other):
        assert str(bad) in seat.fails(2, "map", "set-basemap", bad)
    assert "roads, earth" in seat.fails(2, "map", "set-basemap", other)
    for verb in ("import-streets", "import-assets", "set-basemap"):
        assert "none.csv" in seat.fails(3, "map", verb, tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    assert seat.run("map", "import-assets", tmp_path / "empty.csv").code == 2
    assert not (seat.profile / "map").exists()
