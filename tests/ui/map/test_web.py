"""The map page in real WebEngine: pin, keys, requests, themes, death of the renderer."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.states import Priority
from console.map.display.state import LocationPicked, MapSetup
from console.map.geography.projection import place, world
from console.ui.map.view import DEATHS, MapView
from tests.ui.map.conftest import CENTRE, built, finish, js, point, settled, target, until
from tests.unit.map.geography.test_wards import square
from tests.unit.map.importers.test_ward_outlines import basemap as basemap  # noqa: PLC0414 (a fixture)


def expected(view: MapView, at: QPoint) -> tuple[float, float]:
    """Where a pixel of the page is, by independent arithmetic."""
    scale = 256 * 2**view.state.zoom
    x, y = world(*view.state.centre)
    half_w, half_h = view.web.width() / 2, view.web.height() / 2
    return place(x + (at.x() - half_w) / scale, y + (at.y() - half_h) / scale)


def picks_of(view: MapView) -> list[LocationPicked]:
    picks: list[LocationPicked] = []
    view.location_picked.connect(picks.append)
    return picks


def test_a_click_says_where_and_puts_the_pin(view: MapView) -> None:
    picks = picks_of(view)
    at = QPoint(140, 260)
    QTest.mouseClick(target(view), Qt.MouseButton.LeftButton, pos=at)
    until(lambda: picks)
    assert picks[0].source == "click"
    assert (picks[0].lat, picks[0].long) == pytest.approx(expected(view, at), abs=2e-5)
    assert view.state.pin == (picks[0].lat, picks[0].long)
    assert js(view, "document.querySelectorAll('.leaflet-marker-icon').length") == 1


def test_a_pin_set_by_the_form_is_silent_and_can_be_dragged(view: MapView) -> None:
    picks = picks_of(view)
    view.set_pin(*CENTRE)
    settled(view)
    assert picks == []
    middle = QPoint(view.web.width() // 2, view.web.height() // 2 - 20)
    proxy = target(view)
    QTest.mousePress(proxy, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 7):
        QTest.mouseMove(proxy, middle + QPoint(10 * step, 5 * step))
        js(view, "1")  # the page has seen this move
    QTest.mouseRelease(proxy, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 30))
    until(lambda: picks)
    assert [pick.source for pick in picks] == ["drag"]
    there = expected(view, QPoint(view.web.width() // 2 + 60, view.web.height() // 2 + 30))
    assert (picks[0].lat, picks[0].long) == pytest.approx(there, abs=1e-4)


def test_the_keyboard_alone_puts_and_moves_the_pin(view: MapView) -> None:
    picks = picks_of(view)
    js(view, "document.querySelector('.leaflet-container').focus(); 1")
    proxy = target(view)
    view.activateWindow()
    proxy.setFocus()
    until(lambda: proxy.hasFocus() or QApplication.focusWidget() is not None)
    QTest.keyClick(proxy, Qt.Key.Key_Return)
    until(lambda: picks, "Enter did nothing")
    assert (picks[0].lat, picks[0].long) == pytest.approx(view.state.centre, abs=1e-5)
    QTest.keyClick(proxy, Qt.Key.Key_Up)
    until(lambda: len(picks) == 2, "the arrow did nothing")
    assert picks[1].source == "keyboard"
    assert picks[1].lat > picks[0].lat
    assert picks[1].long == pytest.approx(picks[0].long, abs=1e-6)


def test_a_click_on_a_request_opens_it_and_moves_no_pin(view: MapView) -> None:
    picks, opened = picks_of(view), list[str]()
    view.request_opened.connect(opened.append)
    shown = point()
    view.show_points([shown])
    drawn = wait_for_layer(view, "requests")
    assert drawn == 1
    settled(view)
    middle = QPoint(view.web.width() // 2, view.web.height() // 2)
    QTest.mouseClick(target(view), Qt.MouseButton.LeftButton, pos=middle)
    until(lambda: opened)
    assert opened == [str(shown.id)]
    QTest.mouseClick(
        target(view), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, middle
    )
    until(lambda: picks, "Shift did not put the pin on a request")
    view.request_opened.disconnect(opened.append)


def wait_for_layer(view: MapView, layer: str) -> int:
    """How many items of a layer the page says it drew, after everything sent until now."""
    drawn: list[int] = []

    def on_drawn(message: object) -> None:
        if getattr(message, "layer", "") == layer:
            drawn.append(int(getattr(message, "n", -1)))

    settled(view)
    view.web.drawn.connect(on_drawn)
    view.web.send_points()
    until(lambda: drawn, f"{layer} was not drawn")
    view.web.drawn.disconnect(on_drawn)
    return drawn[-1]


def test_far_out_requests_are_clustered_and_a_click_comes_nearer(view: MapView) -> None:
    view.show_points([point(CENTRE[0] + i * 1e-4) for i in range(40)])
    view.fly_to(*CENTRE, 11)
    wait_for_layer(view, "requests")
    settled(view)
    middle = QPoint(view.web.width() // 2, view.web.height() // 2)
    QTest.mouseClick(target(view), Qt.MouseButton.LeftButton, pos=middle)
    until(lambda: view.state.zoom == 13)
    assert view.state.pin is None


def test_shapes_and_colours_of_requests(view: MapView) -> None:
    view.show_points(
        [
            point(priority=Priority.URGENT),
            point(CENTRE[0], CENTRE[1] + 0.002, priority=Priority.HIGH),
            point(CENTRE[0], CENTRE[1] - 0.002),
        ]
    )
    wait_for_layer(view, "requests")
    settled(view)
    middle = (view.web.width() // 2, view.web.height() // 2)
    offset = round(0.002 / 360 * 256 * 2**15)
    for dx, colour in ((0, "#b42318"), (offset, "#8a4b00"), (-offset, "#1a6b3c")):
        wait_for_colour(view, middle[0] + dx, middle[1] + 2, colour)


def picture(view: MapView) -> QImage:
    return view.web.grab().toImage()


def wait_for_colour(view: MapView, x: int, y: int, colour: str) -> None:
    wanted = QColor(colour)

    def there() -> bool:
        seen = picture(view).pixelColor(x, y)
        gaps = (
            seen.red() - wanted.red(),
            seen.green() - wanted.green(),
            seen.blue() - wanted.blue(),
        )
        return max(map(abs, gaps)) < 12

    until(there, f"{picture(view).pixelColor(x, y).name()} is not {colour} at {x}, {y}")


def colours_of(image: QImage) -> int:
    return len(
        {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    )


@pytest.mark.parametrize(("theme", "ground"), [("light", "#eef1f4"), ("night", "#1a1e22")])
def test_without_a_base_map_there_are_names_and_a_grid(
    view: MapView, theme: str, ground: str
) -> None:
    view.set_theme(theme)
    view.fly_to(10.79, 106.68, 13)
    settled(view)
    until(lambda: colours_of(picture(view)) > 10, "the map is of one colour")
    image = picture(view)
    counted: dict[str, int] = {}
    for x in range(0, image.width(), 4):
        for y in range(0, image.height(), 4):
            name = image.pixelColor(x, y).name()
            counted[name] = counted.get(name, 0) + 1
    assert max(counted, key=lambda name: counted[name]) == ground
    text = [label.text() for label in view.findChildren(type(view._base))]
    assert "Chưa có bản đồ nền: chỉ có tên phường và lưới tọa độ" in text


def test_marked_ward_and_circle_are_drawn(view: MapView) -> None:
    before = colours_of(picture(view))
    view.show_nearby(*CENTRE, 200, [])
    view.highlight_wards(["26773"])
    settled(view)
    until(lambda: colours_of(picture(view)) > before)
    assert view.web.errors == []


def test_the_view_at_rest_is_known(view: MapView) -> None:
    js(view, f"{map_name(view)}.setView([10.70, 106.60], 14); 1")
    until(lambda: view.state.zoom == 14)
    assert view.state.centre == pytest.approx((10.70, 106.60), abs=1e-4)


def map_name(view: MapView) -> str:
    found = js(view, "Object.keys(window).find(k => /^map_p/.test(k))")
    assert found, "the page has no map"
    return str(found)


def test_a_killed_renderer_comes_back_with_the_same_view(qapp: QApplication) -> None:
    view = built()
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    shown = point()
    view.show_points([shown])
    view.set_pin(10.8620, 106.7060, pan=False)
    settled(view)
    view.set_theme("night")
    os.kill(view.web.page().renderProcessPid(), signal.SIGKILL)
    until(lambda: ready, "the page did not come back", 30_000)
    assert view.engine == "web"
    assert view.deaths == 1
    settled(view)
    assert js(view, "document.documentElement.classList.contains('night')") is True
    assert js(view, "document.querySelectorAll('.leaflet-marker-icon').length") == 1
    centre = js(view, f"(c => c.lat + ' ' + c.lng)({map_name(view)}.getCenter())")
    assert [float(part) for part in str(centre).split()] == pytest.approx(list(CENTRE), abs=1e-4)
    assert wait_for_layer(view, "requests") == 1
    finish(view)


def test_a_renderer_that_keeps_dying_gives_way_to_the_painted_map(qapp: QApplication) -> None:
    view = built()
    view.set_pin(*CENTRE, pan=False)
    for death in range(1, DEATHS + 1):
        until(lambda: view.engine == "web" and view.web.page().renderProcessPid() > 0)
        os.kill(view.web.page().renderProcessPid(), signal.SIGKILL)
        until(lambda d=death: view.deaths == d, "the death was not seen")  # type: ignore[misc]
        if death < DEATHS:
            until(lambda: view.web.page().renderProcessPid() > 0, "no new renderer")
    until(lambda: view.engine == "painted")
    assert view.state.pin == CENTRE
    picks = picks_of(view)
    canvas = view.canvas
    assert canvas is not None
    until(canvas.isVisible)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 60))
    assert picks[0].source == "click"
    finish(view)


def accents(view: MapView) -> int:
    """How many pixels have the colour of a marked ward."""
    assert view.canvas is not None
    accent, image = QColor("#0b5cad").rgb(), view.canvas.grab().toImage()
    return sum(
        image.pixel(x, y) == accent for x in range(image.width()) for y in range(image.height())
    )


@pytest.mark.parametrize("web", [True, False])
def test_outlines_are_drawn_and_the_wards_name_stands_once(
    qapp: QApplication, tmp_path: Path, web: bool
) -> None:
    file = tmp_path / "wards.geojson"
    feature = square("26773", CENTRE[0] - 0.004, CENTRE[1] - 0.004, 0.008)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    view = built(MapSetup(outlines=file, centre=CENTRE, zoom=15), web=web)
    if web:
        settled(view)
    view.highlight_wards(["26773"])
    until(lambda: accents(view) > 200, "the ward is not marked")
    if web:
        settled(view)
    marked = accents(view)
    view.set_pin(*CENTRE)  # its flag shows the name now
    until(lambda: 200 < accents(view) < marked, "the name beside the flag")
    if web:
        assert view.web.errors == []
    finish(view)


def test_a_raster_base_map_is_shown_with_its_attribution_as_text(
    qapp: QApplication, tmp_path: Path, basemap: Path
) -> None:
    tile = QImage(256, 256, QImage.Format.Format_RGB32)
    tile.fill(QColor("#336699"))
    picture_file = tmp_path / "tile.png"
    assert tile.save(str(picture_file))
    with sqlite3.connect(basemap) as db:
        x, y = world(*CENTRE)
        column, row = int(x * 2**15), int(y * 2**15)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                db.execute(
                    "INSERT INTO tiles VALUES (15, ?, ?, ?)",
                    (column + dx, 2**15 - 1 - (row + dy), picture_file.read_bytes()),
                )
    db.close()
    view = built(MapSetup(basemap=basemap, centre=CENTRE, zoom=15))
    wait_for_colour(view, view.web.width() // 2, view.web.height() // 2, "#336699")
    attribution = js(view, "document.querySelector('.leaflet-control-attribution').textContent")
    assert attribution == "© OSM"
    finish(view)


def test_no_problem_was_told_in_the_console(view: MapView) -> None:
    assert view.web.errors == []
    assert view.web.bridge.dropped == 0


def test_the_map_brings_no_driver_and_no_page_maker_into_the_program(view: MapView) -> None:
    """They take 110 MB of the map's memory, and the page needs neither once it is loaded."""
    mapped = Path("/proc/self/maps").read_text()
    assert "WebEngineCore" in mapped
    assert [name for name in ("libgallium", "libLLVM", "libvulkan_") if name in mapped] == []
    assert view.engine == "web"
    probe = "import sys, console.ui.map.web.view; print('folium' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
