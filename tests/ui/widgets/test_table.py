"""The table: what a refresh keeps, what keys do, what a screen reader gets."""

import html
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QImage, QPainter
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.tables.laid_out_text import LaidOutText
from console.ui.widgets.tables.row_model import Cell, Column, RowsModel
from console.ui.widgets.tables.scrolled_table import FrozenColumns
from console.ui.widgets.tables.table import Table

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    key: int
    text: str
    due: datetime = NOW + timedelta(hours=1)


def columns() -> tuple[Column[Row], ...]:
    return (
        Column("Mã", lambda r, _: str(r.key), None, "strong", 8),
        Column("Địa chỉ", lambda r, _: r.text, width=0),
        Column("Còn lại", None, lambda r, now: formats.countdown(r.due, NOW, now), ticks=True),
        Column("Số", lambda r, _: str(r.key), right=True),
    )


@pytest.fixture
def model(qapp: object) -> RowsModel[Row]:
    made: RowsModel[Row] = RowsModel(columns(), lambda r: r.key, lambda: NOW)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.set_rows([Row(n, f"đường {n}") for n in range(5)])
    return made


@pytest.fixture
def table(model: RowsModel[Row], qtbot: QtBot) -> Table:
    made = Table(model, "Hàng đợi", empty="Không có gì.")
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def test_cells(model: RowsModel[Row]) -> None:
    index = model.index(2, 2)
    assert index.data() == "còn 1:00"
    badge = model.cell(2, 2)
    assert badge is not None
    assert badge.sign is not None
    assert badge.sign.tone == "ok"
    assert model.cell(2, 0) == Cell("2", None, "strong", "", right=False)
    assert model.cell(9, 0) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Địa chỉ"
    assert model.index(0, 3).data(Qt.ItemDataRole.TextAlignmentRole) is not None
    assert model.data(model.index(9, 9)) is None


def test_the_same_rows_repaint_only_what_changed(model: RowsModel[Row], qtbot: QtBot) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_rows([replace(r, text="khác") if r.key == 3 else r for r in model.rows])
    assert changed == [3]


def test_a_refresh_keeps_the_choice_and_says_nothing(model: RowsModel[Row], table: Table) -> None:
    seen: list[object] = []
    table.choose(3)
    table.chosen.connect(seen.append)
    model.set_rows([Row(9, "mới"), *model.rows])
    assert table.current_key == 3
    assert table.currentIndex().row() == 4
    assert seen == []


def test_a_choice_that_is_gone_is_said(model: RowsModel[Row], table: Table) -> None:
    seen: list[object] = []
    table.choose(3)
    table.chosen.connect(seen.append)
    model.set_rows([Row(1, "một")])
    assert seen == [None]
    table.choose_first()
    assert seen == [None, 1]
    assert not table.choose(77)


def test_keys(table: Table, qtbot: QtBot) -> None:
    opened: list[object] = []
    table.opened.connect(opened.append)
    table.choose(1)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [2]


def test_time_goes_by_once_a_minute(model: RowsModel[Row]) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.column()))
    model.tick(NOW + timedelta(seconds=30))
    assert changed == []
    model.tick(NOW + timedelta(minutes=61))
    assert changed == [2]
    assert model.index(0, 2).data() == "trễ 0:01"


def test_a_screen_reader_gets_name_and_cells(table: Table) -> None:
    interface = QAccessible.queryAccessibleInterface(table)
    assert interface.text(QAccessible.Text.Name) == "Hàng đợi"
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert {"Mã", "Địa chỉ", "Còn lại", "Số"} <= set(names)
    assert {"đường 0", "đường 4", "còn 1:00"} <= set(names), "badges carry their word"


def test_an_empty_table_says_so(model: RowsModel[Row], table: Table) -> None:
    full = table.grab().toImage()
    model.set_rows([])
    assert table.grab().toImage() != full


def test_no_row_is_cut_in_half_and_the_last_one_is_reached(
    model: RowsModel[Row], table: Table
) -> None:
    high, head = table.rowHeight(0), table.horizontalHeader().height()
    wanted = 3 * high + high // 2
    table.resize(600, table.height() + wanted - table.viewport().height())
    ground = QColor(themes.current().bg)

    def cut() -> set[str]:
        shown = table.viewport().grab().toImage()
        end = [(x, 3 * high + y) for x in range(9, 560, 7) for y in range(high // 2)]
        return {shown.pixelColor(*spot).name() for spot in end}

    assert cut() == {ground.name()}
    table.choose(4)
    assert table.visualRect(table.currentIndex()).bottom() <= table.viewport().height()
    assert table.visualRect(table.currentIndex().siblingAtRow(2)).top() == 0
    assert cut() == {ground.name()}
    model.set_rows([])
    edges = head + 2 * table.frameWidth()
    assert table.whole_height == edges + 3 * high, "room for what is said where there is none"


def test_the_first_columns_stay_when_the_others_are_scrolled(
    model: RowsModel[Row], qtbot: QtBot
) -> None:
    table = Table(model, "Đơn vị", frozen=1, by_cell=True)
    qtbot.addWidget(table)
    table.resize(260, 300)
    table.show()
    (frozen,) = table.findChildren(FrozenColumns)
    assert frozen.isHidden()
    table.setFocus()
    table.setCurrentIndex(model.index(1, 0))
    for _ in range(3):
        QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.horizontalScrollBar().value() == table.horizontalScrollBar().maximum() > 0
    assert frozen.isVisible()
    assert frozen.width() == table.columnWidth(0)
    at = table.horizontalScrollBar().value()
    spot = frozen.visualRect(model.index(3, 0)).center()
    QTest.mouseClick(frozen.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert table.currentIndex() == model.index(3, 0)
    assert table.horizontalScrollBar().value() == at, "what was scrolled to stays"
    QTest.keyClick(table, Qt.Key.Key_Right)
    left = table.visualRect(table.currentIndex()).left()
    assert left >= frozen.width(), "the current cell is not beneath the frozen ones"
    asked: list[int] = []
    table.doubleClicked.connect(lambda index: asked.append(index.row()))
    QTest.mouseDClick(frozen.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked == [3]


def test_what_is_cut_is_told_whole_as_plain_text(model: RowsModel[Row], table: Table) -> None:
    long = "<b>Rào đường</b> " * 20
    model.set_rows([Row(1, long), Row(2, "ngắn")])
    for row, said in ((1, ""), (0, html.escape(long))):
        spot = table.visualRect(model.index(row, 1)).center()
        view = table.viewport()
        QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, spot, view.mapToGlobal(spot)))
        assert said in QToolTip.text()
        assert bool(said) == QToolTip.isVisible()
    QToolTip.hideText()


def inked(text: str, room: QRect, lines: LaidOutText, *, right: bool = False) -> QRect:
    """Where a line leaves ink."""
    image = QImage(400, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    lines.draw(painter, room, text, right=right)
    painter.end()
    white = QColor("white").rgb()
    spots = [(x, y) for x in range(400) for y in range(60) if image.pixel(x, y) != white]
    xs, ys = {x for x, _ in spots}, {y for _, y in spots}
    return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


def test_a_line_stays_in_its_room_and_follows_the_size_of_text(qapp: QApplication) -> None:
    lines, room = LaidOutText(), QRect(100, 10, 80, 40)
    long = inked("Đường Nguyễn Thị Minh Khai nối dài", room, lines)
    assert room.contains(long)
    assert long.width() > 50
    assert inked("Ngõ", room, lines).left() < 110
    assert inked("Ngõ", room, lines, right=True).right() > 170
    low = QRect(0, 20, 400, 20)
    for broken in ("Ngõ\u2028Hẻm", "Ngõ\vHẻm", "Ngõ\rHẻm\nKiệt"):
        assert low.contains(inked(broken, low, lines)), repr(broken)
    small = inked("Ngõ", room, lines).height()
    try:
        themes.apply(qapp, "light", 150)
        assert inked("Ngõ", room, lines).height() > small
    finally:
        themes.apply(qapp, "light")


def test_marks_piled_on_a_letter_stay_in_their_row(model: RowsModel[Row], table: Table) -> None:
    """People may pile hundreds of marks on one letter; they used to cover other rows."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    themes.apply(app, "light")
    below = QRect(0, table.rowViewportPosition(3), table.viewport().width(), table.rowHeight(3))
    before = table.viewport().grab().toImage().copy(below)
    model.set_rows([Row(n, "é" + "\u0323" * 40 if n == 2 else f"đường {n}") for n in range(5)])
    assert table.viewport().grab().toImage().copy(below) == before


@pytest.mark.parametrize(
    ("gone", "left", "next_one"),
    [
        (2, [0, 1, 3, 4], 3),
        (2, [9, 0, 1, 3, 4], 3),
        (2, [0, 1, 4], 4),
        (4, [0, 1, 2, 3], 3),
        (2, [7, 8], 7),
    ],
)
def test_the_row_behind_takes_the_place_of_one_that_goes_away(
    model: RowsModel[Row], table: Table, gone: int, left: list[int], next_one: int
) -> None:
    table.choose(gone)
    model.set_rows([Row(n, f"tin {n}") for n in left])
    table.choose_first()
    assert table.current_key == next_one
