"""Base maps: reading PMTiles, checks before use, copying; broken files are named."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.settings import MapSettings
from console.domain.errors import InputError, UnavailableError
from console.map.check import check_map
from console.map.importers.basemap import set_basemap
from console.map.tiles.basemap import basemap_path, open_base
from console.map.tiles.pmtiles import PmTiles, tile_id
from tests.unit.map.importers.test_ward_outlines import basemap as basemap  # noqa: PLC0414 (a fixture)
from tests.unit.map.tiles.tile_files import write_pmtiles

CITY = {(12, 3262, 1924): b"tile", (12, 3260, 1925): b"other", (0, 0, 0): b"world"}


# The numbers are the specification's (protomaps/PMTiles, spec/v3/spec.md).
@pytest.mark.parametrize(
    ("tile", "number"),
    [((0, 0, 0), 0), ((1, 0, 0), 1), ((1, 0, 1), 2), ((1, 1, 1), 3), ((1, 1, 0), 4), ((2, 0, 0), 5),
     ((12, 3423, 1763), 19078479)],
)  # fmt: skip
def test_tiles_are_numbered_as_the_specification_says(
    tile: tuple[int, int, int], number: int
) -> None:
    assert tile_id(*tile) == number


@given(st.integers(1, 14), st.data())
def test_numbers_of_neighbours_differ(z: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, 2**z - 1)) for _ in range(2))
    assert (4**z - 1) // 3 <= tile_id(z, x, y) < (4 ** (z + 1) - 1) // 3
    assert tile_id(z, x, y) != tile_id(z, (x + 1) % 2**z, y)


@pytest.mark.parametrize("leaves", [False, True])
def test_tiles_come_out_unpacked(tmp_path: Path, leaves: bool) -> None:
    tiles = PmTiles(write_pmtiles(tmp_path / "a.pmtiles", CITY, leaves=leaves))
    for where, body in CITY.items():
        assert tiles.tile(*where) == ("application/vnd.mapbox-vector-tile", body)
    assert tiles.tile(12, 0, 0) is None
    assert tiles.tile(15, 0, 0) is None
    assert tiles.tile(12, -1, 5000) is None
    assert tiles.layers == ("water", "transportation", "place")
    assert tiles.box == pytest.approx((10.3, 106.3, 11.2, 107.0))
    tiles.close()


def test_broken_files_are_no_basemap_and_never_a_crash(tmp_path: Path) -> None:
    whole = write_pmtiles(tmp_path / "a.pmtiles", CITY).read_bytes()
    broken = tmp_path / "b.pmtiles"
    for cut in (0, 7, 50, 126, 130, 180):
        broken.write_bytes(whole[:cut])
        with pytest.raises(InputError, match="not_a_basemap"):
            open_base(broken)
    for body in (b"PMTiles\x02" + whole[8:], b"\x89PNG" + whole, whole[:97] + b"\x03" + whole[98:]):
        broken.write_bytes(body)
        with pytest.raises(InputError, match="not_a_basemap"):
            open_base(broken)
    broken.write_bytes(whole[:-3])  # the last tile cut short: only that one is missing
    tiles = PmTiles(broken)
    assert tiles.tile(0, 0, 0) == ("application/vnd.mapbox-vector-tile", b"world")
    assert [tiles.tile(*where) is None for where in CITY].count(True) == 1
    tiles.close()


def test_a_decompression_bomb_is_no_tile(tmp_path: Path) -> None:
    bomb = write_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): bytes(9 * 1024 * 1024)})
    tiles = PmTiles(bomb)
    assert tiles.tile(0, 0, 0) is None
    tiles.close()


def test_any_damage_gives_a_reason_or_no_tile(tmp_path: Path) -> None:
    whole = bytearray(write_pmtiles(tmp_path / "a.pmtiles", CITY).read_bytes())
    damaged = tmp_path / "d.pmtiles"
    for at in range(8, len(whole), 3):
        body = whole.copy()
        body[at] ^= 0xFF
        damaged.write_bytes(body)
        try:
            tiles = PmTiles(damaged)
        except InputError:
            continue
        for where in CITY:
            tiles.tile(*where)
        tiles.close()


def test_a_basemap_is_copied_and_used(tmp_path: Path) -> None:
    source, folder = write_pmtiles(tmp_path / "in.pmtiles", CITY), tmp_path / "map"
    report = set_basemap(source, folder)
    assert report.ok
    assert report.warnings == []
    assert report.licence == "© OpenStreetMap contributors"
    source.unlink()
    path = basemap_path(MapSettings(), folder)
    assert path == folder / "basemap.pmtiles"
    base = open_base(path)
    assert base.tiles.tile(12, 3262, 1924) is not None
    base.tiles.close()
    line = check_map(folder, MapSettings())[-1]
    assert line[:2] == ("basemap", "ok")
    assert "vector" in line[2]
    assert basemap_path(MapSettings(basemap="/x.mbtiles"), folder) == Path("/x.mbtiles")


def test_the_basemap_set_last_counts(tmp_path: Path, basemap: Path) -> None:
    folder = tmp_path / "map"
    set_basemap(write_pmtiles(tmp_path / "in.pmtiles", CITY), folder)
    report = set_basemap(basemap, folder)
    assert [f.why for f in report.warnings] == ["city"]
    assert basemap_path(MapSettings(), folder) == folder / "basemap.mbtiles"
    base = open_base(folder / "basemap.mbtiles")
    assert base.attribution == "© OSM"
    base.tiles.close()


def test_layers_of_another_scheme_are_refused_with_their_names(tmp_path: Path) -> None:
    source = write_pmtiles(tmp_path / "in.pmtiles", CITY, layers=("roads", "earth"))
    with pytest.raises(InputError) as refused:
        set_basemap(source, tmp_path / "map")
    assert "roads, earth" in str(refused.value.params["why"])
    assert not (tmp_path / "map").exists()


def test_unknown_layers_and_a_map_elsewhere_are_noted(tmp_path: Path) -> None:
    source = write_pmtiles(tmp_path / "in.pmtiles", {(0, 0, 0): b"x"}, layers=("water", "zoo"))
    report = set_basemap(source, tmp_path / "map", dry_run=True)
    assert [f.why for f in report.warnings] == ["layers", "city"]
    assert not (tmp_path / "map").exists()
    with pytest.raises(UnavailableError, match="file_missing"):
        set_basemap(tmp_path / "none", tmp_path)


def test_a_header_with_offsets_outside_the_file_is_refused(tmp_path: Path) -> None:
    whole = bytearray(write_pmtiles(tmp_path / "a.pmtiles", CITY).read_bytes())
    struct.pack_into("<Q", whole, 16, 2**62)
    (tmp_path / "a.pmtiles").write_bytes(whole)
    with pytest.raises(InputError, match="not_a_basemap"):
        open_base(tmp_path / "a.pmtiles")
