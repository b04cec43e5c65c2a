"""The page Nhật ký: who may see it, its filters, that reading it is logged, exported files."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.requests.commands import IssueNotice
from console.domain.requests.events import NoticeIssued
from console.services.desk import Desk
from console.ui.pages.audit.page import AuditPage
from console.ui.request import pane
from console.ui.request.window import RequestWindow
from console.ui.widgets.basic.plain_label import PlainLabel
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, go_to, open_room


async def page_of(room: Room) -> AuditPage:
    page = go_to(room, "audit", AuditPage)
    await until(lambda: page.model.rows and page.chain.text(), "the lines and the chain")
    return page


def acts(page: AuditPage) -> list[str]:
    return [line.act for line in page.model.rows]


async def narrow(page: AuditPage, box: str, data: str) -> None:
    before = page.presenter.lines
    combo = getattr(page, box)
    combo.setCurrentIndex(combo.findData(data))
    await until(lambda: page.presenter.lines != before, f"the lines of {data}")


async def test_both_sides_are_there_and_each_filter_narrows(desk: Desk) -> None:
    done = await city.log(desk)
    number = desk.store.ask_now(lambda q: q.detail(done.events[0].request_id)).request.number  # type: ignore[union-attr]
    await desk.numbers.reveal(done.events[0].request_id, 0, city.person(desk, "supervisor"))
    room = await open_room(desk, "auditor")
    page = await page_of(room)
    assert {"number_shown", "request_received", "request_forwarded", "audit_read"} <= {*acts(page)}
    assert "nguyên vẹn" in page.chain.text()
    await narrow(page, "side", "access")
    assert set(acts(page)) == {"number_shown", "audit_read"}
    await narrow(page, "person", "supervisor")
    assert acts(page) == ["number_shown"]
    page.request.setText(number)
    QTest.keyClick(page.request, Qt.Key.Key_Return)
    await until(lambda: page.presenter.wanted.request == number, "the filter")
    page.table.setFocus()
    page.table.choose_first()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    await dialog_of(room, RequestWindow)


async def test_a_number_that_is_none_is_said(desk: Desk) -> None:
    page = await page_of(await open_room(desk, "supervisor"))
    said: list[str] = []
    page.refused.connect(said.append)
    page.request.setText("12")
    QTest.keyClick(page.request, Qt.Key.Key_Return)
    assert len(said) == 1


async def test_it_leaves_as_files_and_that_is_a_line(desk: Desk, tmp_path: Path) -> None:
    await city.log(desk)
    page = await page_of(await open_room(desk, "administrator"))
    for form, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        path = tmp_path / f"nhật ký.{form}"
        page.presenter.export(path, form)
        await until(lambda p=path: str(p) in page.status.text(), form)  # type: ignore[misc]
        assert path.read_bytes().startswith(start)
    trail = desk.store.ask_now(lambda q: q.audit_trail())
    assert [e.detail.split()[0] for e in trail if e.act == "audit_exported"] == ["csv", "xlsx"]


@pytest.mark.parametrize("user", ["operator", "officer-cay-xanh"])
async def test_who_works_does_not_watch(desk: Desk, user: str) -> None:
    room = await open_room(desk, user)
    assert "audit" not in room.window.rail.pages
    room.window.goto_page("audit")
    assert room.window.page_name != "audit"


async def test_what_stood_before_somebody_is_a_line_and_who_had_it_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pane, "READ_MS", 20)
    done = await city.log(desk)
    request_id = done.events[0].request_id
    await city.resolve(desk, request_id)
    room = await open_room(desk, "auditor")
    room.window.open_request(request_id)
    dialog = await dialog_of(room, RequestWindow)

    def reads() -> list[str]:
        trail = desk.store.ask_now(lambda q: q.audit_trail())
        return [line.actor for line in trail if line.act == "request_read"]

    await until(reads, "the reading to be written down")
    assert reads() == ["auditor"]
    said = [label.text() for label in dialog.findChildren(PlainLabel)]
    (held,) = [text for text in said if text.startswith("Ai giữ")]
    assert "Tổng đài, chờ báo dân" in held
    assert "0903" not in held


async def test_days_are_said_as_the_city_writes_them_and_a_notice_is_one_line(desk: Desk) -> None:
    said = NoticeIssued(
        kind="outage",
        title="Mất nước khu Trung Chánh",
        text="Sửa ống đến chiều.",
        starts_at=desk.clock(),
        ends_at=desk.clock() + timedelta(hours=4),
        wards=("26767",),
    )
    await desk.do(IssueNotice(said=said), actor=city.person(desk, "supervisor"))
    page = await page_of(await open_room(desk, "auditor"))
    await until(lambda: "notice_issued" in acts(page), "the notice")
    cells = {
        page.model.rows[row].act: [str(page.model.index(row, column).data()) for column in (5, 6)]
        for row in range(len(page.model.rows))
    }
    assert acts(page).count("notice_issued") == 1
    assert cells["notice_issued"] == ["Mất nước khu Trung Chánh", ""]
    assert cells["audit_read"][1] == "từ 00:00 24/11/2026 đến 00:00 25/11/2026"
    await narrow(page, "side", "change")
    (told,) = page.model.rows
    assert (told.act, told.subject) == ("notice_issued", "Mất nước khu Trung Chánh")
    await narrow(page, "side", "access")
    assert "phía xem, đọc" in str(page.model.index(0, 6).data())
