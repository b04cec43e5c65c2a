"""Lists and single requests on paper: PDF, Excel, preview; no cell is a formula, no reporter is on
a request's paper.
"""

import zipfile
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QApplication

from console.services.desk import Desk
from console.ui import tasks
from console.ui.panels.queue import QueuePage
from console.ui.panels.request_window import RequestDialog
from console.ui.paper import Paper, document, write_pdf
from tests.ui.city import PHONE, log
from tests.ui.panels.conftest import Room, dialog_of, open_room
from tests.ui.waiting import until

EVIL = "=1+1<b>đậm</b>"


@pytest.fixture
async def queue(desk: Desk) -> tuple[Room, QueuePage]:
    await log(desk, address_string=EVIL)
    room = await open_room(desk, "supervisor")
    room.window.goto_page("queue")
    page = room.window.page("queue")
    assert isinstance(page, QueuePage)
    await until(lambda: page.table.model().rowCount() == 1, "the row")
    return room, page


async def test_the_queue_goes_into_a_workbook_without_formulas(
    queue: tuple[Room, QueuePage], desk: Desk, tmp_path: Path
) -> None:
    room, page = queue
    target = tmp_path / "queue.xlsx"
    page.paper.save(target, "xlsx")
    await until(lambda: str(target) in room.window.notice.text, "the file")
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1&lt;b&gt;đậm&lt;/b&gt;" in sheet
    await tasks.settle()
    (entry,) = [e for e in await desk.ask(lambda q: q.audit_trail()) if e.act == "list_exported"]
    assert entry.subject.startswith("Hàng đợi")


async def test_the_queue_as_pdf(queue: tuple[Room, QueuePage], tmp_path: Path) -> None:
    room, page = queue
    target = tmp_path / "queue.pdf"
    page.paper.save(target, "pdf")
    await until(lambda: str(target) in room.window.notice.text, "the file")
    with target.open("rb") as made:
        assert made.read(5) == b"%PDF-"


async def test_a_folder_that_is_not_there_is_said(
    queue: tuple[Room, QueuePage], tmp_path: Path
) -> None:
    room, page = queue
    for form in ("xlsx", "pdf"):
        room.window.notice.forget()
        page.paper.save(tmp_path / "không có" / f"x.{form}", form)
        await until(lambda: "No such file" in room.window.notice.text, form)


async def test_a_preview_holds_up_nobody(queue: tuple[Room, QueuePage]) -> None:
    room, page = queue
    page.paper.preview()
    dialog = await dialog_of(room, QPrintPreviewDialog)
    assert dialog.windowTitle().startswith("In: Hàng đợi")
    dialog.close()


async def test_a_request_on_paper_names_no_reporter(desk: Desk) -> None:
    done = await log(desk)
    assert done.request_id is not None
    room = await open_room(desk, "supervisor")
    room.window.open_request(done.request_id)
    dialog = await dialog_of(room, RequestDialog)
    await until(dialog.paper_button.isEnabled, "the request")
    text = document(dialog._paper()).toPlainText()
    assert "66/1 Đồng Tâm" in text
    assert "Ổ gà sâu giữa làn xe máy" in text
    assert "Chuyển" in text
    assert "Thắng" not in text
    assert PHONE[-6:] not in text.replace(" ", "")


def test_text_is_never_markup_and_a_wide_table_turns_the_paper(
    qapp: QApplication, tmp_path: Path
) -> None:
    head = tuple(f"c{n}" for n in range(8))
    paper = Paper(EVIL, "lúc 14:05", (("", head, (tuple(EVIL for _ in head),)),))
    assert EVIL in document(paper).toPlainText()
    assert paper.is_wide
    folder = tmp_path / "out"
    folder.mkdir()
    write_pdf(paper, folder / "a.pdf")
    assert [each.name for each in folder.iterdir()] == ["a.pdf"]
