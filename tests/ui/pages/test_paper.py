"""Lists and single requests on paper: PDF, Excel, preview. No cell is a formula, no reporter is on
a request's paper.
"""

import zipfile
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.services.desk import Desk
from console.ui.pages.queue.page import QueuePage
from console.ui.printing.page_layout import Grid, Text
from console.ui.printing.page_output import write_pdf
from console.ui.printing.paper import Paper, text_of
from console.ui.printing.preview import PreviewDialog
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.runtime.long_work import long_works
from tests.ui.city import PHONE, log
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, go_to, open_room

EVIL = "=1+1<b>đậm</b>"


def told(text: Text) -> str:
    """All the words."""
    return " ".join(
        " ".join(" ".join(row) for row in (each.head, *each.rows))
        if isinstance(each, Grid)
        else each
        for each in text.parts
    )


@pytest.fixture
async def queue(desk: Desk) -> tuple[Room, QueuePage]:
    await log(desk, address_string=EVIL)
    room = await open_room(desk, "supervisor")
    page = go_to(room, "queue", QueuePage)
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


async def test_a_preview_shows_the_pages_and_prints_them(
    queue: tuple[Room, QueuePage], desk: Desk, tmp_path: Path
) -> None:
    room, page = queue
    page.paper.preview()
    dialog = await dialog_of(room, PreviewDialog)
    assert dialog.windowTitle().startswith("In: Hàng đợi")
    await until(lambda: dialog.said.text() == "Trang 1 / 1", "the page")
    upright = dialog.view.grab().toImage()
    assert len({upright.pixelColor(x, upright.height() // 4).name() for x in range(400)}) > 2
    dialog.print_button.click()
    asked = dialog.findChild(QPrintDialog)
    assert asked is not None
    asked.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    asked.printer().setOutputFileName(str(tmp_path / "a.pdf"))
    asked.accepted.emit(asked.printer())
    await tasks.settle()
    assert (tmp_path / "a.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    (entry,) = [e for e in await desk.ask(lambda q: q.audit_trail()) if e.act == "list_exported"]
    assert "print" in str(entry)
    dialog.close()


async def test_a_preview_turns_grows_and_moves(qtbot: QtBot) -> None:
    rows = tuple((str(n), "Nắp cống hư") for n in range(200))
    dialog = PreviewDialog(text_of(Paper("Hàng đợi", "", (("", ("Mã", "Loại"), rows),))))
    qtbot.addWidget(dialog)
    dialog.show()
    await until(lambda: dialog.view.is_whole, "the pages")
    upright, wide = dialog.view.count, dialog.view.zoom
    assert dialog.said.text() == f"Trang 1 / {upright}"
    bar = dialog.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert dialog.said.text() == f"Trang {upright} / {upright}"
    dialog.view.zoom_to(wide * 2)
    assert dialog.view.current == upright, "the page in the middle stays there"
    dialog.view.zoom_to(None)
    dialog.turn()
    await until(lambda: dialog.view.is_whole, "the pages, turned")
    assert dialog.view.count > upright


async def test_a_preview_that_is_closed_lays_out_no_further(
    queue: tuple[Room, QueuePage],
) -> None:
    rows = tuple((str(n), "Nắp cống hư") for n in range(400))
    text = text_of(Paper("Hàng đợi", "", (("", ("Mã", "Loại"), rows),)))
    dialog = PreviewDialog(text, queue[0].window)
    dialog.show()
    view = dialog.view
    await until(lambda: view.count, "the first page")
    dialog.close()
    await tasks.settle()
    assert not isValid(view)
    assert long_works().running == ()


async def test_a_request_on_paper_names_no_reporter(desk: Desk) -> None:
    done = await log(desk)
    assert done.request_id is not None
    room = await open_room(desk, "supervisor")
    room.window.open_request(done.request_id)
    dialog = await dialog_of(room, RequestWindow)
    await until(dialog.paper_button.isEnabled, "the request")
    text = told(text_of(dialog._paper()))
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
    text = text_of(paper)
    assert "<b>đậm</b>" not in "".join(each for each in text.parts if isinstance(each, str))
    assert paper.is_wide
    folder = tmp_path / "out"
    folder.mkdir()
    write_pdf(text, folder / "a.pdf")
    assert [each.name for each in folder.iterdir()] == ["a.pdf"]
