"""The painted map and the choice between the two; the slot."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.states import Priority, State
from console.map.display.state import LocationPicked, MapSetup
from console.map.page.integrity import altered_files
from console.map.page.process import marked_page
from console.map.resources import PAGE_ASSETS
from console.ui.map.painted.view import PainterMap
from console.ui.map.slot import MapSlot
from console.ui.map.view import MapView
from tests.ui.map.conftest import CENTRE, built, finish, point, until
from tests.unit.map.geography.test_wards import square

ROOT = Path(__file__).parents[3]


@pytest.fixture
def painted(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[MapView, PainterMap]]:
    file = tmp_path / "wards.geojson"
    feature = square("26773", CENTRE[0] - 0.004, CENTRE[1] - 0.004, 0.008)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    setup = MapSetup(outlines=file, centre=CENTRE, zoom=15)
    view = built(setup, web=False)
    canvas = view.canvas
    assert isinstance(canvas, PainterMap)
    yield view, canvas
    finish(view)


def picture(canvas: PainterMap) -> QImage:
    return canvas.grab().toImage()


def test_a_click_puts_the_pin_and_says_where(painted: tuple[MapView, PainterMap]) -> None:
    view, canvas = painted
    picks: list[LocationPicked] = []
    view.location_picked.connect(picks.append)
    at = QPoint(120, 90)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert picks[0].source == "click"
    assert canvas.pixel(picks[0].lat, picks[0].long).toPoint() == at
    view.set_pin(*CENTRE)
    assert len(picks) == 1


def test_keys_put_move_and_zoom(painted: tuple[MapView, PainterMap]) -> None:
    view, canvas = painted
    picks: list[LocationPicked] = []
    view.location_picked.connect(picks.append)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert view.state.centre[1] > CENTRE[1]  # no pin yet: the map moves
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [pick.source for pick in picks] == ["keyboard"] * 3
    assert picks[1].lat > picks[0].lat > picks[2].lat
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert view.state.zoom == 14


def test_dragging_moves_the_map_or_the_pin(painted: tuple[MapView, PainterMap]) -> None:
    view, canvas = painted
    picks: list[LocationPicked] = []
    view.location_picked.connect(picks.append)
    for on_pin in (False, True):
        start = QPoint(60, 60)
        if on_pin:
            view.set_pin(*view.state.centre)
            start = canvas.pixel(*view.state.centre).toPoint() - QPoint(0, 20)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(canvas, start + QPoint(30, 0))
        QTest.mouseMove(canvas, start + QPoint(50, 0))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 0))
    assert view.state.centre[1] < CENTRE[1]
    assert [pick.source for pick in picks] == ["drag"]
    assert picks[0].long > view.state.centre[1]


def test_a_request_is_opened_by_a_click_on_it(painted: tuple[MapView, PainterMap]) -> None:
    view, canvas = painted
    opened: list[str] = []
    view.request_opened.connect(opened.append)
    shown = point()
    view.show_points([shown])
    spot = canvas.pixel(shown.lat, shown.long).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot + QPoint(3, -3))
    assert opened == [str(shown.id)]
    assert view.state.pin is None
    view.raise_()

    def hint() -> bool:
        for away in (2, 0):  # the real pointer: standing still reports nothing
            QTest.mouseMove(canvas, spot + QPoint(away, away))
        return shown.number in canvas.toolTip()

    until(hint, "no hint")


def test_the_wheel_keeps_the_place_under_the_pointer(painted: tuple[MapView, PainterMap]) -> None:
    view, canvas = painted
    at = QPointF(100, 80)
    held = canvas.place_at(at)
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, wheel)
    assert view.state.zoom == 16
    assert canvas.place_at(at) == pytest.approx(held, abs=1e-6)


@pytest.mark.parametrize(("theme", "urgent"), [("light", "#b42318"), ("night", "#ff8a80")])
def test_everything_is_painted_in_the_theme(
    painted: tuple[MapView, PainterMap], theme: str, urgent: str
) -> None:
    view, canvas = painted
    plain = picture(canvas)
    view.set_theme(theme)
    view.show_points(
        [
            point(CENTRE[0] + 0.001, CENTRE[1] + 0.002, priority=Priority.URGENT),
            point(CENTRE[0] - 0.001, priority=Priority.HIGH),
            point(CENTRE[0], CENTRE[1] + 0.001, state=State.CLOSED),
        ]
    )
    view.set_pin(*CENTRE)
    view.show_nearby(*CENTRE, 200, [view.state.points[0].id])
    view.highlight_wards(["26773", "26740"])
    image = picture(canvas)
    assert image != plain
    spot = canvas.pixel(CENTRE[0] + 0.001, CENTRE[1] + 0.002).toPoint()
    assert image.pixelColor(spot).name() == urgent
    colours = {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }
    assert len(colours) > 10
    view.clear_pin()
    view.clear_nearby()
    assert picture(canvas) != image
    assert QColor(urgent).isValid()


def test_as_root_without_the_switch_the_map_is_painted(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    view = built()
    assert view.engine == "painted"
    finish(view)


def test_a_script_with_one_byte_changed_is_not_run(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    assets = tmp_path / "map"
    shutil.copytree(PAGE_ASSETS, assets)
    monkeypatch.setattr("console.map.page.integrity.PAGE_ASSETS", assets)
    assert altered_files() == ()
    script = assets / "vendor/leaflet/leaflet.js"
    content = script.read_bytes()
    script.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    view = built()
    assert view.engine == "painted"
    assert "vendor/leaflet/leaflet.js" in caplog.text
    caplog.clear()
    finish(view)
    script.unlink()
    assert altered_files() == ("vendor/leaflet/leaflet.js",)
    (assets / "SHA256SUMS").unlink()
    assert altered_files() == ("SHA256SUMS",)


def test_where_no_page_can_be_made_the_map_is_painted(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked_page.cache_clear()
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    monkeypatch.setattr("sys.executable", "/no/such/python")
    view = built()
    assert view.engine == "painted"
    finish(view)


def test_a_map_not_yet_built_keeps_what_it_is_told(qtbot: QtBot) -> None:
    view = MapView(web=False)
    qtbot.addWidget(view)
    view.set_pin(*CENTRE)
    view.show_points([point()])
    view.show_nearby(*CENTRE, 100, ["x"])
    view.highlight_wards(["26740"])
    view.fly_to(*CENTRE, 17)
    view.restyle()
    view.dispose()
    assert view.engine == ""
    with qtbot.waitSignal(view.ready, timeout=30_000):
        view.ensure_built()
        view.ensure_built()
    assert view.state.pin == CENTRE
    assert view.state.zoom == 17
    assert len(view.state.points) == 1


def test_the_banner_shows_text_as_text(qtbot: QtBot) -> None:
    view = MapView(web=False)
    qtbot.addWidget(view)
    view.show()
    view.set_banner("<b>Ghim khác phường đã nói</b>")
    shown = [w for w in view.findChildren(type(view._banner)) if w.isVisible()]
    assert "<b>Ghim khác phường đã nói</b>" in [label.text() for label in shown]
    assert shown[0].textFormat() is Qt.TextFormat.PlainText
    view.set_banner("")
    assert not view._banner.isVisible()


def test_one_map_goes_from_slot_to_slot(qtbot: QtBot) -> None:
    view = MapView(web=False)
    one, two = MapSlot(), MapSlot()
    for slot in (one, two):
        qtbot.addWidget(slot)
        slot.show()
    one.adopt(view)
    one.adopt(view)
    assert view.parentWidget() is one
    two.adopt(view)
    assert view.parentWidget() is two
    assert view.isVisible()
    assert one.findChildren(MapView) == []
    assert two.findChildren(MapView) == [view]


def test_making_a_map_loads_no_web_engine() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; a = QApplication([]);"
        "from console.ui.map.view import MapView; MapView();"
        "print([m for m in ('PySide6.QtWebEngineCore', 'folium', 'shapely') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=True, env={"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_far_out_requests_are_clustered_and_a_click_comes_nearer(
    painted: tuple[MapView, PainterMap],
) -> None:
    view, canvas = painted
    view.show_points([point(CENTRE[0] + i * 1e-4, CENTRE[1]) for i in range(40)])
    view.fly_to(*CENTRE, 11)
    far = picture(canvas)
    spot = canvas.pixel(CENTRE[0] + 20e-4, CENTRE[1]).toPoint()
    assert canvas.point_under(QPointF(spot)) is None
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot)
    assert view.state.zoom == 13
    assert view.state.pin is None
    assert picture(canvas) != far
    view.fly_to(*CENTRE, 11)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, spot)
    assert view.state.pin is not None
