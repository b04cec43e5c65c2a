"""The base map in both engines: files of either kind, another one without a restart, none again."""

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from console.config.settings import MapSettings
from console.map.display.setup import setup_for
from console.map.display.state import MapSetup
from console.map.geography.projection import world
from console.map.geography.wards import WARDS_FILE
from console.map.importers.assets import import_assets
from console.map.importers.basemap import set_basemap
from console.ui.map.view import MapView
from tests.ui.map.conftest import CENTRE, built, finish, until
from tests.ui.map.test_web import picture
from tests.unit.map.geography.test_wards import square
from tests.unit.map.tiles.tile_files import vector_tile, write_pmtiles

ZOOM = 13
AT = tuple(int(value * 2**ZOOM) for value in world(*CENTRE))

STREET = {"class": "primary", "name": "Vườn Lài"}


def png(colour: str) -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def around(make: Callable[[], bytes]) -> dict[tuple[int, int, int], bytes]:
    """The tiles around the middle of the view."""
    return {
        (ZOOM, AT[0] + x, AT[1] + y): make() for x in (-2, -1, 0, 1, 2) for y in (-2, -1, 0, 1, 2)
    }


def mbtiles(path: Path, colour: str) -> Path:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE metadata (name, value)")
        db.execute(
            "INSERT INTO metadata VALUES ('format', 'png'), ('attribution', '© Nhà xuất bản')"
        )
        db.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        for (z, x, y), body in around(lambda: png(colour)).items():
            db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, body))
    db.close()
    return path


def lake() -> bytes:
    """A tile that is all water, with a street through it and a place."""
    side = [(-100, -100), (4200, -100), (4200, 4200), (-100, 4200)]
    return vector_tile(
        ("water", 3, side, {}),
        ("transportation", 2, [(0, 2048), (4096, 2048)], {"class": "motorway"}),
        ("transportation_name", 2, [(0, 1000), (4096, 1000)], STREET),
        ("place", 1, [(2048, 3000)], {"class": "suburb", "name": "An Phú Đông"}),
    )  # fmt: skip


def shot(view: MapView) -> QImage:
    return picture(view) if view.engine == "web" else view.canvas.grab().toImage()  # type: ignore[union-attr]


def shows(view: MapView, colour: str) -> bool:
    """Whether most of the view has this colour."""
    wanted, image = QColor(colour), shot(view)
    spots = [
        (image.width() * i // 8, image.height() * k // 8) for i in range(1, 8) for k in range(1, 8)
    ]
    return sum(image.pixelColor(*spot) == wanted for spot in spots) > 24


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_pictures_lie_under_the_painted_map(qapp: QApplication, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"base.{kind}"
    if kind == "mbtiles":
        mbtiles(file, "#336699")
    else:
        write_pmtiles(file, around(lambda: png("#336699")), kind=2, zooms=(ZOOM, ZOOM))
    view = built(MapSetup(basemap=file, centre=CENTRE, zoom=ZOOM), web=False)
    until(lambda: shows(view, "#336699"), "the pictures")
    view.fly_to(*CENTRE, ZOOM + 3)  # closer than the file goes: its pictures are enlarged
    until(lambda: shows(view, "#336699"), "the pictures from near")
    view.fly_to(*CENTRE, ZOOM - 2)
    until(lambda: not shows(view, "#336699"), "names and grid where the file has nothing")
    assert "tệp trên máy" in view.tools.base.text()
    finish(view)
    assert "map-tiles" not in [thread.name for thread in threading.enumerate()]


def test_shapes_are_painted_by_our_rules_in_both_themes(qapp: QApplication, tmp_path: Path) -> None:
    file = write_pmtiles(tmp_path / "base.pmtiles", around(lake), zooms=(ZOOM, ZOOM))
    view = built(MapSetup(basemap=file, centre=CENTRE, zoom=ZOOM + 1), web=False)
    until(lambda: shows(view, "#b9d6ea"), "water")
    image = shot(view)
    colours = {image.pixelColor(250, y).name() for y in range(image.height())}
    assert "#f7dd9c" in colours, "no motorway"
    view.set_theme("night")
    until(lambda: shows(view, "#17303f"), "water at night")
    finish(view)


@pytest.mark.parametrize("engine", ["web", "painted"])
def test_another_base_map_shows_without_a_restart(
    qapp: QApplication, tmp_path: Path, engine: str
) -> None:
    profile = tmp_path / "profile"
    folder = profile / "map"
    view = MapView(setup_for(MapSettings(center=CENTRE, zoom=ZOOM), profile), web=engine == "web")
    view.resize(500, 420)
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    view.show()
    until(lambda: ready, "the map", 30_000)
    assert "Chưa có bản đồ nền" in view.tools.base.text()
    set_basemap(mbtiles(tmp_path / "a.mbtiles", "#336699"), folder)
    until(lambda: shows(view, "#336699"), "the first base map")
    assert "tệp trên máy" in view.tools.base.text()
    set_basemap(mbtiles(tmp_path / "b.mbtiles", "#996633"), folder)
    until(lambda: shows(view, "#996633"), "the second one")
    for file in folder.glob("basemap*"):
        os.remove(file)
    until(lambda: not shows(view, "#996633"), "names and grid again")
    assert "Chưa có bản đồ nền" in view.tools.base.text()
    finish(view)


@pytest.mark.parametrize("engine", ["web", "painted"])
def test_outlines_and_assets_that_come_in_show_without_a_restart(
    qapp: QApplication, tmp_path: Path, engine: str
) -> None:
    profile = tmp_path / "profile"
    view = MapView(setup_for(MapSettings(center=CENTRE, zoom=17), profile), web=engine == "web")
    view.resize(500, 420)
    ready, came = [], []
    view.ready.connect(lambda: ready.append(True))
    view.bases.data_changed.connect(lambda: came.append(True))
    view.show()
    until(lambda: ready, "the map", 30_000)
    assert not view.tools.kinds
    source = tmp_path / "den.csv"
    lines = "".join(f"lamp,TD-{n},{CENTRE[0] + n / 9000},{CENTRE[1]}\n" for n in range(4))
    source.write_text(f"kind,code,lat,long\n{lines}", "utf-8")
    assert import_assets(source, profile / "map").taken == 4
    until(lambda: "lamp" in view.tools.kinds, "the new kind")
    view.tools.show_kind("lamp")
    until(lambda: view.state.asset_kinds == ("lamp",))
    assert not _outlined(shot(view))
    ward = square("26773", CENTRE[0] - 0.001, CENTRE[1] - 0.001, 0.002)
    wards = {"type": "FeatureCollection", "features": [ward]}
    (profile / "map" / WARDS_FILE).write_text(json.dumps(wards), "utf-8")
    until(lambda: len(came) >= 2, "the outlines")
    view.highlight_wards(("26773",))
    until(lambda: _outlined(shot(view)), "the marked ward's outline")
    assert view.tools.kinds["lamp"].isChecked()
    assert "ranh phường" in view.tools.base.text()
    finish(view)


def _outlined(image: QImage) -> bool:
    """Whether a line of the accent's blue crosses the picture below its middle."""
    wide, high = image.width(), image.height()
    band = (
        image.pixelColor(x, y) for x in range(wide) for y in range(high * 3 // 5, high * 2 // 3)
    )
    return any(each.blue() - each.red() > 60 for each in band)


def test_a_broken_file_is_no_base_map(qapp: QApplication, tmp_path: Path) -> None:
    good = mbtiles(tmp_path / "a.mbtiles", "#336699")
    view = built(MapSetup(basemap=good, centre=CENTRE, zoom=ZOOM), web=False)
    until(lambda: shows(view, "#336699"), "the pictures")
    part = tmp_path / "part"
    part.write_bytes(b"no map at all")
    shutil.move(part, good)
    until(lambda: not shows(view, "#336699"), "names and grid")
    assert "Chưa có bản đồ nền" in view.tools.base.text()
    assert view.testAttribute(Qt.WidgetAttribute.WA_WState_Visible)
    finish(view)
