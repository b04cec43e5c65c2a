"""The table: what a refresh keeps, what keys do, what a screen reader gets."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from console.ui import formats
from console.ui.models.rows import Column, Role, RowsModel
from console.ui.widgets.table import Table

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
    assert index.data(Role.SIGN).tone == "ok"
    assert index.data(Role.ROW) == Row(2, "đường 2")
    assert model.index(2, 0).data(Role.STYLE) == "strong"
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
