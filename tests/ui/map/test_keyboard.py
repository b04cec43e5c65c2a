"""The map does not trap the keyboard: Tab and Shift+Tab enter at one side, leave at the other and
skip nothing, in the web page and in the painted map. Esc and the window's keys work in it.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from console.map.display.state import MapSetup
from console.ui.map.view import MapView
from tests.ui.map.conftest import CENTRE, js, until

TOOLS = ["Đo", "Bản đồ nhiệt", "In PDF"]
INSIDE = {"web": ["leaflet-container", "leaflet-control-zoom-in", "leaflet-control-zoom-out"]}
"""The stops of Tab within the map; the painted map is one stop."""


@pytest.fixture(params=["web", "painted"])
def between(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[MapView]:
    """A map with a field above and one below, in a focused window."""
    window = QWidget()
    column = QVBoxLayout(window)
    view = MapView(MapSetup(centre=CENTRE, zoom=15), web=request.param == "web")
    above, below = QLineEdit(), QLineEdit()
    above.setObjectName("above")
    below.setObjectName("below")
    for widget in (above, view, below):
        column.addWidget(widget)
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    window.resize(500, 520)
    window.show()
    until(lambda: ready, "the map is not ready", 30_000)
    assert view.engine == request.param
    window.activateWindow()
    above.setFocus()
    until(above.hasFocus, "the keyboard")
    yield view
    view.dispose()
    window.close()
    window.deleteLater()
    QTest.qWait(0)


def here(view: MapView) -> str:
    """What has the focus, also within the page; "" while the page has not decided."""
    widget = QApplication.focusWidget()
    if widget is None or widget is view.canvas:
        return view.engine if widget else ""
    if view.engine == "web" and widget is view.web.focusProxy():
        classes = str(js(view, "document.activeElement.className")).split()
        return next((name for name in INSIDE["web"] if name in classes), "")
    return widget.property("text") if widget.objectName() == "" else widget.objectName()


def press(view: MapView, key: Qt.Key) -> str:
    """Press a key, and return what has the focus then."""
    before = here(view)
    there = QApplication.focusWidget()
    assert there is not None
    QTest.keyClick(there, key)
    seen: list[str] = []

    def moved() -> bool:
        seen[:] = [here(view)]
        return seen[0] not in ("", before)

    until(moved, f"the keyboard stays at {before}")
    return seen[0]


def test_tab_goes_through_the_map_and_back_and_misses_nothing(between: MapView) -> None:
    row = ["below", *INSIDE.get(between.engine, ["painted"]), *TOOLS, "above"]
    assert [press(between, Qt.Key.Key_Tab) for _ in row] == row
    back = ["above", *reversed(row[:-1])]
    assert [press(between, Qt.Key.Key_Backtab) for _ in row] == [*back[1:], "above"]


def test_esc_and_the_windows_keys_work_in_the_map(between: MapView) -> None:
    saved: list[bool] = []
    shortcut = QShortcut(QKeySequence("Ctrl+S"), between.window())
    shortcut.activated.connect(lambda: saved.append(True))
    press(between, Qt.Key.Key_Tab)
    inside = press(between, Qt.Key.Key_Tab)
    there = QApplication.focusWidget()
    assert there is not None
    QTest.keyClick(there, Qt.Key.Key_Escape)
    QTest.keyClick(there, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(lambda: saved, "Ctrl+S was not heard in the map")
    assert here(between) == inside
    assert press(between, Qt.Key.Key_Tab) != inside
