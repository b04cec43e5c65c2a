"""The page Báo cáo: the chosen report is shown, numbers open their requests, files and seals."""

import json
import os
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from console.services.desk import Desk
from console.services.views.reports import Report
from console.ui.pages.reports import pdf
from console.ui.pages.reports.drill_down import DrillDialog
from console.ui.pages.reports.page import ReportsPage
from console.ui.pages.reports.seals import SealsDialog
from console.ui.pages.reports.view import ReportView
from console.ui.printing.page_layout import Text
from console.ui.request.window import RequestWindow
from console.ui.widgets.charts.chart import ColumnBar, Columns
from console.ui.widgets.tables.scrolled_table import FrozenColumns
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in


async def lived(desk: Desk, clock: StoppedClock) -> None:
    """Three requests: two with one agency, of which one is late; one with another."""
    for n, (agency, service) in enumerate(
        (("so-xay-dung", "roads.pothole"), ("so-xay-dung", "roads.pothole"),
         ("cay-xanh", "trees.branch"))
    ):  # fmt: skip
        await city.log(desk, agency=agency, service_code=service, phone=f"090300000{n}")
    clock.forward(days=30)
    await city.log(desk, agency="cay-xanh", service_code="trees.branch", phone="0903000009")


async def page_of(room: Room) -> ReportsPage:
    page = page_in(room, "reports", ReportsPage)
    room.window.goto_page("reports")
    await until(lambda: page.presenter.report is not None, "the report")
    return page


async def choose(page: ReportsPage, box: str, text: str) -> None:
    before = page.presenter.report
    combo = page.period.box if box == "period" else getattr(page, box)
    at = combo.findText(text)
    assert at >= 0, [combo.itemText(i) for i in range(combo.count())]
    combo.setCurrentIndex(at)
    await until(lambda: page.presenter.report is not before, f"the report of {text}")


def cells(view: ReportView) -> list[list[str]]:
    assert view.table is not None
    model = view.table.model()
    return [
        [str(model.index(r, c).data()) for c in range(model.columnCount())]
        for r in range(model.rowCount())
    ]


def head(view: ReportView) -> list[str]:
    assert view.table is not None
    model = view.table.model()
    said = (model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount()))
    return [str(each).replace("\n", " ") for each in said]


async def test_period_field_and_agency_narrow_the_figures(desk: Desk, clock: StoppedClock) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    assert len(cells(page.view)) == 2  # this month's, and the other agency's older backlog
    await choose(page, "period", "Năm nay")
    at = head(page.view).index("Được giao")
    assert sorted(row[at] for row in cells(page.view)) == ["2", "2"]
    assert "Bộ quy tắc" in page.view.words.text()
    trees = desk.catalogue.groups[desk.catalogue.services["trees.branch"].group].name
    await choose(page, "group", trees)
    assert len(cells(page.view)) == 1
    await choose(page, "group", "Mọi lĩnh vực")
    before = page.presenter.report
    page.agency.set_code("so-xay-dung")
    page.agency.chosen.emit("so-xay-dung")
    await until(lambda: page.presenter.report is not before, "the agency's report")
    assert agencies(page) == ("so-xay-dung",)


def agencies(page: ReportsPage) -> tuple[str, ...]:
    assert page.presenter.report is not None
    return page.presenter.report.keys


async def test_a_number_opens_what_it_counts_and_that_opens_a_request(
    desk: Desk, clock: StoppedClock
) -> None:
    await lived(desk, clock)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    await choose(page, "period", "Năm nay")
    table = page.view.table
    assert table is not None
    report = page.presenter.report
    assert report is not None
    at = report.keys.index("so-xay-dung")
    index = table.model().index(at, head(page.view).index("Quá hạn"))
    table.setFocus()
    table.setCurrentIndex(index)
    QTest.keyClick(table, Qt.Key.Key_Return)
    drill = await dialog_of(room, DrillDialog)
    assert "Quá hạn" in drill.windowTitle()
    assert len(drill.model.rows) == int(str(index.data())) == 2
    QTest.keyClick(drill.table, Qt.Key.Key_Return)
    await dialog_of(room, RequestWindow)


async def test_no_column_is_out_of_reach(desk: Desk, clock: StoppedClock) -> None:
    """A wide screen shows all twenty; on a narrow one the agency's name stays in view."""
    await lived(desk, clock)
    room = await open_room(desk, "supervisor")
    room.window.resize(1920, 1080)
    page = await page_of(room)
    view = page.view
    await until(lambda: view.table is not None and view.table.isVisible(), "the table")
    assert view.table is not None
    assert len(head(view)) == 20
    assert view.table.horizontalScrollBar().maximum() == 0
    assert view.bars.width() >= 260
    room.window.resize(1366, 768)
    bar = view.table.horizontalScrollBar()
    await until(lambda: bar.maximum() > 0, "too little room")

    def nothing_cut() -> bool:
        assert view.table is not None
        table, edge = view.table, view.table.viewport().width()
        spans = [(table.columnViewportPosition(n), table.columnWidth(n)) for n in range(20)]
        return not any(left < edge - 3 and left + wide > edge + 3 for left, wide in spans)

    await until(nothing_cut, "the last column in sight to be whole")
    bar.setValue(bar.maximum())
    (frozen,) = view.table.findChildren(FrozenColumns)
    assert frozen.isVisible()
    assert frozen.model().headerData(1, Qt.Orientation.Horizontal) == "Đơn vị"
    assert not frozen.isColumnHidden(1)


async def test_volumes_with_their_parts_and_charts(desk: Desk, clock: StoppedClock) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    await choose(page, "period", "Năm nay")
    await choose(page, "name", "Khối lượng phản ánh")
    assert cells(page.view) == [["4", "0", "4", "3"]]
    by_field = next(b for b in page.view.buttons if b.label == "Theo lĩnh vực")
    by_field.click()
    assert sorted(bar.whole for bar in page.view.bars.bars) == [2, 2]
    by_hour = next(b for b in page.view.buttons if b.label == "Theo giờ trong ngày")
    by_hour.click()
    assert sum(c.number or 0 for c in page.view.columns.columns) == 4
    assert page.view.columns.isVisible()
    await choose(page, "period", "Hôm nay")
    assert by_hour.isChecked()
    assert sum(c.number or 0 for c in page.view.columns.columns) == 1


async def test_files_are_written_beside_the_window(
    desk: Desk, clock: StoppedClock, tmp_path: Path
) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    starts = (("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf"), ("json", b"{"))
    for form, start in starts:
        path = tmp_path / f"báo cáo.{form}"
        page.presenter.export(path, form)
        await until(lambda p=path: str(p) in page.status.text(), form)  # type: ignore[misc]
        assert path.read_bytes().startswith(start)
    assert json.loads((tmp_path / "báo cáo.json").read_text("utf-8"))["name"] == "slow-agencies"
    assert [name for name in os.listdir(tmp_path) if name.endswith(".part")] == []
    trail = desk.store.ask_now(lambda q: q.audit_trail())
    acts = [entry.detail for entry in trail if entry.act == "report_exported"]
    assert sorted(acts) == ["csv", "json", "pdf", "xlsx"]


async def test_a_report_is_sealed_and_listed(desk: Desk, clock: StoppedClock) -> None:
    await lived(desk, clock)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.buttons["seal"].click()
    await until(lambda: "niêm phong số 1" in page.status.text(), "the seal")
    page.buttons["seals"].click()
    dialog = await dialog_of(room, SealsDialog)
    await until(lambda: dialog.model.rows, "the sealed report")
    assert "nguyên vẹn" in dialog.judgement.text()


async def test_an_officer_has_his_own_agency_and_no_seal(desk: Desk, clock: StoppedClock) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "officer-cay-xanh"))
    assert [page.name.itemData(n) for n in range(page.name.count())] == ["slow-agencies", "volumes"]
    assert not page.agency.isVisible()
    assert not page.buttons["seal"].isVisible()
    await choose(page, "period", "Năm nay")
    assert agencies(page) == ("cay-xanh",)


async def test_what_happens_meanwhile_is_said_and_figures_stand_still(
    desk: Desk, clock: StoppedClock
) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    before = cells(page.view)
    await city.log(desk, agency="cay-xanh", service_code="trees.branch", phone="0903000010")
    await until(lambda: "đã có thay đổi" in page.status.text(), "the remark")
    assert cells(page.view) == before


async def test_a_folder_that_is_not_there_is_said(
    desk: Desk, clock: StoppedClock, tmp_path: Path
) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    said: list[str] = []
    page.refused.connect(said.append)
    for form in ("xlsx", "pdf", "csv"):
        page.presenter.export(tmp_path / "không có" / f"x.{form}", form)
        await until(lambda: said, form)
        assert "No such file" in said.pop()
    assert os.listdir(tmp_path) == ["profile"]


async def test_a_pdf_is_laid_out_beside_the_window(
    desk: Desk, clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(desk, clock)
    page = await page_of(await open_room(desk, "supervisor"))
    threads: list[threading.Thread] = []
    whole = pdf.text_of

    def seen(report: Report, *, english: bool = False) -> Text:
        threads.append(threading.current_thread())
        return whole(report, english=english)

    monkeypatch.setattr(pdf, "text_of", seen)
    page.presenter.export(tmp_path / "x.pdf", "pdf")
    await until((tmp_path / "x.pdf").exists, "the file")
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_a_chart_of_a_week_has_round_numbers_at_its_side_and_a_day_under_each_midnight() -> None:
    chart = Columns("Dự báo")
    hours = [f"{26 + n // 24}/11 {n % 24:02d}:00" for n in range(72)]
    chart.set_columns(
        [ColumnBar(hour, hour, None) for hour in hours], [(0.0, 20.4)] * 72, [8.0] * 72
    )
    chart.resize(200, 180)
    assert chart.scale == (5, 10, 15, 20)
    assert chart.marks == ((0, "26/11"), (24, "27/11"), (48, "28/11"))
    chart.resize(2000, 180)
    assert chart.marks[1] == (3, "26/11 03:00")
    chart.grab()
    opened: list[str] = []
    chart.opened.connect(opened.append)
    for x in (2, 40, 1998):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(x, 90))
    assert opened == [hours[0], hours[-1]], "the numbers at the side are no column"


def test_the_numbers_of_the_highest_columns_never_make_one_number() -> None:
    chart = Columns("Theo giờ")
    hours = [f"26/11 {n:02d}:00" for n in range(24)]
    counts = [4 if n in (5, 6, 20) else 1 for n in range(24)]
    chart.set_columns([ColumnBar(h, h, n) for h, n in zip(hours, counts, strict=True)])
    chart.resize(200, 180)
    assert chart._highest(4) == [5, 20]
    chart.resize(2000, 180)
    assert chart._highest(4) == [5, 6, 20]
