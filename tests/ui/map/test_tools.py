"""The tools of the map on both engines: measure, heat, assets, doubt, ring, print, vector base."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.map.display.state import LocationPicked, MapNotice, MapSetup
from console.map.geography.assets import ASSETS_FILE
from console.map.geography.projection import way_m, world
from console.map.importers.assets import import_assets
from console.ui.map.view import MapView
from tests.fakes.system.mounts import fill, mounted
from tests.ui.map.conftest import CENTRE, built, finish, js, point, settled, target, until
from tests.ui.map.test_web import colours_of, picture, wait_for_colour, wait_for_layer
from tests.unit.map.geography.test_wards import square
from tests.unit.map.tiles.tile_files import vector_tile, write_pmtiles

_HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}"


def _setup(folder: Path, **more: object) -> MapSetup:
    source = folder / "a.csv"
    source.write_text(
        "kind,code,lat,long,label\n"
        f"lamp,TD-2/15,{CENTRE[0]},{CENTRE[1]},{_HOSTILE}\n"
        f"tree,C1,{CENTRE[0] + 0.001},{CENTRE[1]},\n"
        f"manhole,H1,{CENTRE[0]},{CENTRE[1] + 0.001},\n"
        f"bus_stop,B1,{CENTRE[0]},{CENTRE[1] - 0.001},\n"
    )
    import_assets(source, folder)
    wards = folder / "wards.geojson"
    features = [
        square("26773", CENTRE[0] - 0.004, CENTRE[1] - 0.004, 0.008),
        square("26740", CENTRE[0] - 0.004, CENTRE[1] + 0.004, 0.008),
    ]
    wards.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    made = {"outlines": wards, "assets": folder / ASSETS_FILE, "centre": CENTRE, "zoom": 16} | more
    return MapSetup(**made)  # type: ignore[arg-type]


@pytest.fixture(params=["web", "painted"], scope="module")
def tooled(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MapView]:
    view = built(_setup(tmp_path_factory.mktemp("map")), web=request.param == "web")
    yield view
    finish(view)


def grab(view: MapView) -> QImage:
    return picture(view) if view.engine == "web" else view.canvas.grab().toImage()  # type: ignore[union-attr]


def click(view: MapView, dx: int = 0, dy: int = 0) -> None:
    widget = target(view) if view.engine == "web" else view.canvas
    assert widget is not None
    size = view.web.size() if view.engine == "web" else widget.size()
    at = QPoint(size.width() // 2 + dx, size.height() // 2 + dy)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)


def rest(view: MapView) -> None:
    """Until the engine has done everything it was told."""
    if view.engine == "web":
        settled(view)


def test_measuring_follows_the_clicks_and_moves_no_pin(tooled: MapView) -> None:
    picks: list[LocationPicked] = []
    tooled.location_picked.connect(picks.append)
    tooled.fly_to(*CENTRE, 16)
    tooled.tools.measure.setChecked(True)
    rest(tooled)
    before = grab(tooled)
    for n, (dx, dy) in enumerate(((-60, 0), (60, 0), (60, 80)), 1):
        click(tooled, dx, dy)
        until(lambda n=n: len(tooled.state.measured) == n, "the click was not measured")  # type: ignore[misc]
    metres = way_m(tooled.state.measured)
    assert metres == pytest.approx(200 * 2.3456, rel=0.02)  # 2.35 m a pixel at zoom 16 here
    assert tooled.tools.said.text().startswith(f"{metres:.0f}"[:2])
    assert picks == []
    until(lambda: grab(tooled) != before)
    widget = target(tooled) if tooled.engine == "web" else tooled.canvas
    assert widget is not None
    widget.setFocus()
    if tooled.engine == "web":
        js(tooled, "document.querySelector('.leaflet-container').focus(); 1")
    QTest.keyClick(widget, Qt.Key.Key_Backspace)
    until(lambda: len(tooled.state.measured) == 2, "Backspace took nothing back")
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    until(lambda: tooled.state.measured == ())
    assert tooled.tools.said.text() == ""
    tooled.tools.measure.setChecked(False)
    rest(tooled)
    click(tooled, -100, -100)
    until(lambda: picks, "the pin does not move after measuring")
    tooled.location_picked.disconnect(picks.append)
    tooled.clear_pin()


def test_heat_stands_for_the_requests(tooled: MapView) -> None:
    tooled.fly_to(*CENTRE, 14)
    tooled.show_points([point(CENTRE[0] + i * 1e-5, CENTRE[1]) for i in range(30)])
    rest(tooled)
    plain = grab(tooled)
    opened: list[str] = []
    tooled.request_opened.connect(opened.append)
    tooled.tools.heat.setChecked(True)
    if tooled.engine == "web":
        drawn: list[object] = []
        tooled.web.drawn.connect(lambda m: drawn.append(m) if m.layer == "heat" else None)
        until(lambda: drawn, "no heat was drawn")
        assert getattr(drawn[-1], "n", 0) >= 1
    rest(tooled)
    until(lambda: grab(tooled) != plain)
    tooled.tools.heat.setChecked(False)
    rest(tooled)
    until(lambda: colours_of(grab(tooled)) > 0)
    tooled.show_points([])


def test_assets_show_near_enough_and_say_which_was_clicked(tooled: MapView) -> None:
    chosen: list[tuple[str, str]] = []
    tooled.asset_chosen.connect(lambda kind, code: chosen.append((kind, code)))
    tooled.fly_to(*CENTRE, 17)
    rest(tooled)
    assert set(tooled.tools.kinds) == {"lamp", "tree", "manhole", "bus_stop"}
    if tooled.engine == "web":
        until(lambda: tooled.state.box is not None)
        until(lambda: tooled.state.zoom == 17)
        js(tooled, "1")
    for action in tooled.tools.kinds.values():
        action.setChecked(True)
    if tooled.engine == "web":
        seen: list[int] = []
        tooled.web.drawn.connect(lambda m: seen.append(m.n) if m.layer == "assets" else None)
        tooled.web.send_assets()
        until(lambda: 4 in seen, f"assets drawn: {seen}")
    rest(tooled)
    click(tooled)
    until(lambda: chosen, "a click on an asset says nothing")
    assert chosen[0] == ("lamp", "TD-2/15")
    tooled.fly_to(*CENTRE, 13)
    if tooled.engine == "web":
        until(lambda: js(tooled, "document.querySelector('.hint').hidden") is True)
    for action in tooled.tools.kinds.values():
        action.setChecked(False)
    assert tooled.state.asset_kinds == ()


def test_a_searched_asset_is_ringed_and_in_the_middle(tooled: MapView) -> None:
    tooled.fly_to(10.9, 106.6, 12)
    rest(tooled)
    before = grab(tooled)
    tooled.stress(*CENTRE, "Trụ đèn TD-2/15")
    rest(tooled)
    assert tooled.state.zoom >= 17
    assert tooled.state.centre == pytest.approx(CENTRE, abs=1e-6)
    until(lambda: grab(tooled) != before)
    tooled.clear_stress()
    rest(tooled)
    assert tooled.state.ring is None


def test_a_place_from_an_app_shows_its_doubt_until_a_person_moves_it(tooled: MapView) -> None:
    tooled.fly_to(*CENTRE, 16)
    tooled.set_pin(*CENTRE, pan=False)
    rest(tooled)
    sure = grab(tooled)
    tooled.set_pin(*CENTRE, pan=False, accuracy_m=150)
    rest(tooled)
    until(lambda: grab(tooled) != sure, "no circle of doubt")
    picks: list[LocationPicked] = []
    tooled.location_picked.connect(picks.append)
    click(tooled, 90, 90)
    until(lambda: picks)
    assert tooled.state.accuracy_m is None
    tooled.location_picked.disconnect(picks.append)
    tooled.clear_pin()


def test_the_ward_under_the_pin_is_named_at_once(tooled: MapView) -> None:
    tooled.fly_to(*CENTRE, 15)
    tooled.set_pin(*CENTRE, pan=False)
    rest(tooled)
    if tooled.engine == "painted":
        named = grab(tooled)
        tooled.set_pin(CENTRE[0], CENTRE[1] + 0.02, pan=False)
        assert grab(tooled) != named
        tooled.clear_pin()
        return
    flag = "document.querySelector('.flag')"
    until(lambda: js(tooled, f"{flag}.hidden") is False, "no ward under the pin")
    first = js(tooled, f"{flag}.textContent")
    proxy = target(tooled)
    middle = QPoint(tooled.web.width() // 2, tooled.web.height() // 2 - 20)
    QTest.mousePress(proxy, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 12):
        QTest.mouseMove(proxy, middle + QPoint(12 * step, 0))
        js(tooled, "1")
    # The button is still down: the name has changed on the way.
    until(lambda: js(tooled, f"{flag}.textContent") != first, "the name stayed while dragging")
    QTest.mouseRelease(proxy, Qt.MouseButton.LeftButton, pos=middle + QPoint(132, 0))
    tooled.clear_pin()
    rest(tooled)
    assert js(tooled, f"{flag}.hidden") is True


def test_the_map_is_printed(tooled: MapView, tmp_path: Path) -> None:
    done: list[tuple[str, str]] = []
    tooled.printed.connect(lambda path, why: done.append((path, why)))
    tooled.print_to(str(tmp_path / "map.pdf"))
    until(lambda: done, "nothing was printed")
    assert done == [(str(tmp_path / "map.pdf"), "")]
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")
    assert tooled.tools.said.text() == "Đã in vào map.pdf"
    tooled.print_to(str(tmp_path / "none" / "map.pdf"))
    said = "Không ghi được map.pdf: No such file or directory"
    until(lambda: tooled.tools.said.text() == said, "no word of the failure")


def test_a_map_that_the_disk_has_no_room_for_leaves_the_old_one(
    tooled: MapView, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    done: list[str] = []
    tooled.printed.connect(lambda _path, why: done.append(why))
    with mounted(disk, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        target = disk / "map.pdf"
        target.write_bytes(b"of yesterday" * 200)
        filler = fill(disk)
        tooled.print_to(str(target))
        until(lambda: done, "no answer")
        assert done[0]
        assert tooled.tools.said.text() == f"Không ghi được map.pdf: {done[0]}"
        assert target.read_bytes() == b"of yesterday" * 200
        assert sorted(os.listdir(disk)) == [filler.name, "map.pdf"]
        filler.unlink()
        tooled.print_to(str(target))
        until(lambda: done[1:] == [""], "not printed where there is room again")
        assert target.read_bytes().startswith(b"%PDF")


def test_a_renderer_that_dies_while_it_prints_is_told(qapp: QApplication, tmp_path: Path) -> None:
    view = built(_setup(tmp_path))
    target = tmp_path / "out" / "map.pdf"
    target.parent.mkdir()
    target.write_bytes(b"of yesterday")
    done: list[str] = []
    view.printed.connect(lambda _path, why: done.append(why))
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    view.print_to(str(target))
    os.kill(view.web.page().renderProcessPid(), signal.SIGKILL)
    until(lambda: done, "no answer")
    assert done[0]
    assert target.read_bytes() == b"of yesterday"
    assert os.listdir(target.parent) == ["map.pdf"]
    until(lambda: ready, "the page did not come back")
    settled(view)
    finish(view)


def test_a_killed_renderer_comes_back_with_tools_and_layers(
    qapp: QApplication, tmp_path: Path
) -> None:
    view = built(_setup(tmp_path))
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    seen: list[int] = []
    view.web.drawn.connect(lambda m: seen.append(m.n) if m.layer == "assets" else None)
    view.show_points([point()])
    view.stress(*CENTRE, "TD-2/15")
    view.show_notices((MapNotice("Mất nước", ("26773",), ()),))
    view.tools.measure.setChecked(True)
    view.tools.show_kind("lamp")
    until(lambda: 1 in seen, f"assets drawn: {seen}")
    settled(view)
    click(view, 40, 40)
    until(lambda: len(view.state.measured) == 1)
    click(view, 80, 40)
    until(lambda: len(view.state.measured) == 2)
    wait_for_layer(view, "requests")
    settled(view)
    before = picture(view)
    seen.clear()
    os.kill(view.web.page().renderProcessPid(), signal.SIGKILL)
    until(lambda: ready, "the page did not come back", 30_000)
    settled(view)
    assert wait_for_layer(view, "requests") == 1
    until(lambda: 1 in seen, f"assets drawn: {seen}")
    until(lambda: like(picture(view), before), "the picture differs after the restart")
    assert view.web.errors == []
    finish(view)


def like(one: QImage, other: QImage) -> bool:
    """Whether at most one sampled pixel in a hundred differs."""
    spots = [(x, y) for x in range(0, one.width(), 5) for y in range(0, one.height(), 5)]
    apart = sum(one.pixel(x, y) != other.pixel(x, y) for x, y in spots)
    return one.size() == other.size() and apart <= len(spots) / 100


def test_a_vector_base_map_is_painted_with_vietnamese_labels(
    qapp: QApplication, tmp_path: Path
) -> None:
    x, y = world(*CENTRE)
    side = 2**14
    whole = [(0, 0), (4096, 0), (4096, 4096), (0, 4096)]
    tile = vector_tile(
        ("water", 3, whole, {"class": "river"}),
        ("transportation", 2, [(0, 2048), (4096, 2048)], {"class": "primary"}),
        ("transportation_name", 2, [(0, 2048), (4096, 2048)],
         {"class": "primary", "name:latin": "x", "name:vi": "Đường Vườn Lài", "name": _HOSTILE}),
    )  # fmt: skip
    tiles = {
        (14, int(x * side) + dx, int(y * side) + dy): tile for dx in (-1, 0, 1) for dy in (-1, 0, 1)
    }
    base = write_pmtiles(
        tmp_path / "b.pmtiles", tiles, zooms=(14, 14), attribution="<a href='http://x'>© OSM</a>"
    )
    view = built(MapSetup(basemap=base, centre=CENTRE, zoom=15))
    middle = QPointF(view.web.width() / 2, view.web.height() / 2)
    water = {"light": "#b9d6ea", "night": "#17303f"}
    for theme, colour in water.items():
        view.set_theme(theme)
        settled(view)
        wait_for_colour(view, int(middle.x()) + 60, int(middle.y()) + 60, colour)
    attribution = js(view, "document.querySelector('.leaflet-control-attribution').innerHTML")
    assert "href" not in str(attribution)
    assert "© OSM" in str(attribution)
    assert view.web.errors == []
    finish(view)


def test_a_base_map_that_breaks_leaves_names_and_grid(qapp: QApplication, tmp_path: Path) -> None:
    base = write_pmtiles(tmp_path / "b.pmtiles", {(0, 0, 0): b"\xff\xffbroken"}, zooms=(0, 14))
    view = built(MapSetup(basemap=base, centre=CENTRE, zoom=13))
    settled(view)
    until(lambda: colours_of(picture(view)) > 10, "the map is blank")
    finish(view)


def test_an_area_is_drawn_and_told(tooled: MapView) -> None:
    told: list[tuple[tuple[float, float], ...]] = []
    tooled.area_drawn.connect(told.append)
    tooled.fly_to(*CENTRE, 16)
    tooled.draw_area(True)
    rest(tooled)
    for n, (dx, dy) in enumerate(((-60, -60), (60, -60), (60, 60)), 1):
        click(tooled, dx, dy)
        until(lambda n=n: told and len(told[-1]) == n, "the corner")  # type: ignore[misc]
    assert told[-1][0][0] == told[-1][1][0] > told[-1][2][0]
    assert tooled.tools.said.text() == ""  # no distance is shown for it
    tooled.draw_area(False)
    assert tooled.state.tool == "pin"
    tooled.area_drawn.disconnect(told.append)


def test_notices_are_seen_and_their_words_are_text(tooled: MapView) -> None:
    ring = tuple(
        (CENTRE[0] + up, CENTRE[1] + right)
        for up, right in ((0.002, -0.002), (0.002, 0.002), (-0.002, 0.002), (-0.002, -0.002))
    )
    tooled.clear_pin()
    rest(tooled)
    before = grab(tooled)
    tooled.show_notices((MapNotice(_HOSTILE, ("26773",), (ring,)),))
    until(lambda: grab(tooled) != before, "the area to be drawn")
    if tooled.engine == "web":
        assert tooled.web.errors == []
    tooled.show_notices(())
    rest(tooled)
