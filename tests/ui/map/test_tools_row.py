"""The row below the map: the tools stay together, whatever the width."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.ui.map.tools import MapTools

LONG = "Chưa có bản đồ nền: chỉ có ranh phường, tên phường và lưới tọa độ"


@pytest.fixture
def tools(qapp: QApplication) -> MapTools:
    made = MapTools({"lamp": 3})
    made.base.setText(LONG)
    return made


def laid(tools: MapTools, width: int) -> tuple[set[int], int]:
    """Where the tools and the note are at this width."""
    tools.resize(width, tools.heightForWidth(width))
    tools.show()
    QTest.qWait(0)
    assert all(b.x() >= 0 and b.geometry().right() < width for b in tools.buttons)
    return {button.y() for button in tools.buttons}, tools.base.y()


@pytest.mark.parametrize("width", [1200, 700, 560])
def test_one_row_while_the_note_can_be_cut(tools: MapTools, width: int) -> None:
    rows, note = laid(tools, width)
    assert rows == {note}
    assert tools.base.geometry().right() < tools.buttons[0].x()


def test_the_note_goes_above_before_the_tools_part(tools: MapTools) -> None:
    need = sum(b.sizeHint().width() + 6 for b in tools.buttons) + 20
    rows, note = laid(tools, need)
    assert len(rows) == 1
    assert note < min(rows)


def test_what_was_measured_is_never_cut(tools: MapTools) -> None:
    tools.said.setText("1,25 km")
    laid(tools, 560)
    assert tools.said.width() >= tools.said.sizeHint().width()
    assert tools.base.geometry().right() < tools.said.x()
