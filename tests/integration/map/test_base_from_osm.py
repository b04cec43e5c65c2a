"""The steps of docs/install/map.md from an OpenStreetMap extract to a base map and street names,
with Debian's tools, on an extract of invented streets.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from console.config.settings import MapSettings
from console.map.check import check_map
from console.map.gazetteer.local_places import LocalPlaces
from console.map.geography.projection import world
from console.map.importers.basemap import set_basemap
from console.map.importers.streets import import_streets
from console.map.resources import GEO
from console.map.tiles.basemap import OSM, basemap_path, open_base

EXAMPLES = Path("/usr/share/doc/tilemaker/examples")
SOUTH, WEST, STEP = 10.765, 106.690, 0.002
SIDE = 8
NAMES = ("Đinh Thị Thi", "Nguyễn Gia Bồng", "Trần Thị Tám Mươi", "Lê Lợi")


def extract() -> str:
    """A grid of streets, a river, a market and a place name, as OSM XML."""
    nodes, ways = [], []
    for i in range(SIDE):
        for j in range(SIDE):
            where = f'lat="{SOUTH + i * STEP:.6f}" lon="{WEST + j * STEP:.6f}"'
            nodes.append(f'<node id="{i * SIDE + j + 1}" version="1" {where}/>')
    for i in range(SIDE):
        row = [i * SIDE + j + 1 for j in range(SIDE)]
        column = [j * SIDE + i + 1 for j in range(SIDE)]
        for n, refs in enumerate((row, column)):
            kind = "primary" if i % 4 == 0 else "residential"
            tags = {"highway": kind, "name": f"Đường {NAMES[(i + n) % len(NAMES)]}"}
            ways.append(_way(2 * i + n + 1, refs, tags))
    corner = [1, SIDE, SIDE * 2, SIDE + 1, 1]
    ways.append(_way(99, corner, {"natural": "water", "name": "Rạch Thử"}))
    for n, tags in enumerate(
        ({"amenity": "marketplace", "name": "Chợ Thử Nghiệm"},
         {"place": "suburb", "name": "Phường Thử", "name:vi": "Phường Thử"})
    ):  # fmt: skip
        nodes.append(
            f'<node id="{900 + n}" version="1" lat="10.77" lon="106.70">{_tags(tags)}</node>'
        )
    body = "".join(nodes + ways)
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{body}</osm>'


def _way(number: int, refs: list[int], tags: dict[str, str]) -> str:
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" version="1">{nodes}{_tags(tags)}</way>'


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def run(*words: str | Path) -> None:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.skipif(
    not (shutil.which("tilemaker") and shutil.which("osmium")),
    reason="Debian's tilemaker and osmium-tool are not installed",
)
def test_from_an_extract_to_the_map(tmp_path: Path) -> None:
    source, clip, base = tmp_path / "in.osm", tmp_path / "hcmc.osm.pbf", tmp_path / "hcmc.pmtiles"
    source.write_text(extract(), encoding="utf-8")
    run("osmium", "extract", "--set-bounds", "-p", GEO / "hcmc_extract.geojson", source, "-o", clip)
    run(
        "tilemaker", "--skip-integrity", "--input", clip, "--output", base,
        "--config", EXAMPLES / "config-openmaptiles.json",
        "--process", EXAMPLES / "process-openmaptiles.lua",
        "--store", tmp_path / "store",
    )  # fmt: skip
    streets, names = tmp_path / "names.osm.pbf", tmp_path / "names.geojsonseq"
    run("osmium", "tags-filter", clip, "w/highway", "n/amenity", "n/place", "-o", streets)
    run("osmium", "export", streets, "-f", "geojsonseq", "-o", names)

    folder = tmp_path / "map"
    report = set_basemap(base, folder)
    assert [f.why for f in report.warnings if f.why != "city"] == []
    path = basemap_path(MapSettings(), folder)
    assert path is not None
    made = open_base(path)
    assert made.vector
    assert made.attribution == OSM
    assert {"transportation", "transportation_name", "water", "place"} <= set(made.layers)
    x, y = world(SOUTH + 4 * STEP, WEST + 4 * STEP)
    tile = made.tiles.tile(14, int(x * 2**14), int(y * 2**14))
    made.tiles.close()
    assert tile is not None
    assert "Đinh Thị Thi".encode() in tile[1]

    taken = import_streets(names, folder, licence="ODbL")
    assert taken.taken >= len(NAMES) + 2
    places = LocalPlaces(folder=folder)
    assert places.suggest("dinh thi thi")[0].lat == pytest.approx(10.77, abs=0.02)
    assert places.suggest("cho thu nghiem")[0].kind == "landmark"
    assert places.parse("12 dinh thi thi, q1").street == "Đinh Thị Thi"
    states = {name: state for name, state, _ in check_map(folder, MapSettings())}
    assert states["basemap"] == states["streets"] == "ok"
