"""The list of places under a field: a fully typed place can still be gone to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.services.ports.places import Suggestion
from console.ui.widgets.fields.place_search import PlaceSearch
from console.ui.widgets.fields.typed_text import TypedLine

LAMP = Suggestion("TD-2/15", "asset", 10.86, 106.70, asset_kind="lamp")


def lamps(text: str, _most: int) -> tuple[Suggestion, ...]:
    return (LAMP,) if text and LAMP.text.startswith(text) else ()


@pytest.mark.parametrize("eager", [True, False])
def test_a_code_typed_whole_is_gone_to_where_enter_goes_there(qtbot: QtBot, eager: bool) -> None:
    line = TypedLine()
    qtbot.addWidget(line)
    search = PlaceSearch(line, lamps, eager=eager)
    line.typed.connect(search.search)
    gone: list[object] = []
    search.chosen.connect(gone.append)
    line.show()
    line.activateWindow()
    qtbot.waitUntil(line.isActiveWindow)
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "TD-2/15")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert gone == ([LAMP] if eager else [])
