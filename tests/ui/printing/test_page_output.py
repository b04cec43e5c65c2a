"""Paper: no row is split, pages can be chosen, the margins are the paper's, and the window keeps
working.
"""

import asyncio
import os
import re
import resource
from pathlib import Path
from typing import override

import pytest
from PySide6.QtCore import QObject, QSizeF, Qt, QTimerEvent
from PySide6.QtGui import QImage, QPageRanges, QPainter, QPdfWriter, QPicture, QTextTable
from PySide6.QtWidgets import QApplication

from console.domain.errors import InputError
from console.ui.printing.page_layout import Pages
from console.ui.printing.page_output import (
    aside,
    in_turns,
    on_a4,
    pages_for,
    print_pages,
    write_pdf,
)
from console.ui.printing.paper import Paper, text_of
from console.ui.runtime.long_work import StoppedError, long_works
from console.ui.theme import themes
from tests.ui.waiting import until

HEAD = ("Mã", "Loại sự cố", "Địa chỉ", "Đơn vị", "Trạng thái", "Hạn", "Còn lại")


def rows(count: int) -> tuple[tuple[str, ...], ...]:
    """Rows of one to four lines each."""
    address = "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn), Xã Bà Điểm "
    return tuple(
        (f"26 001 {n:05}", "Nắp cống hư", address * (1 + n % 4), "TT", "Đã chuyển", "09:00", "5")
        for n in range(count)
    )


def printed(paper: Paper, target: Path, pages: str = "") -> list[bytes]:
    """The pages of the PDF, raw."""
    writer = QPdfWriter(str(target))
    on_a4(writer, turned=paper.is_wide)
    writer.setPageRanges(QPageRanges.fromString(pages))
    for _ in print_pages(writer, text_of(paper)):
        pass
    del writer
    return re.findall(rb"/Type\s*/Page\b", target.read_bytes())


def laid_out(paper: Paper, target: Path) -> Pages:
    """What `printed` paints."""
    writer = QPdfWriter(str(target))
    on_a4(writer, turned=paper.is_wide)
    made = pages_for(writer, text_of(paper))
    for _ in made.steps():
        pass
    return made


def tables(pages: Pages, number: int) -> list[QTextTable]:
    made, _ = pages.leaf(number)
    return [f for f in made.rootFrame().childFrames() if isinstance(f, QTextTable)]


def words_of(table: QTextTable, row: int) -> tuple[str, ...]:
    cells = (table.cellAt(row, n).firstCursorPosition() for n in range(table.columns()))
    return tuple(at.block().text().strip() for at in cells)


@pytest.mark.parametrize("wide", [True, False])
def test_no_row_is_cut_and_none_is_lost(qapp: QApplication, tmp_path: Path, wide: bool) -> None:
    head = HEAD if wide else HEAD[:4]
    first = tuple(row[: len(head)] for row in rows(150))
    second = tuple(row[: len(head)] for row in rows(90))
    paper = Paper("Hàng đợi", "08:09", (("", head, first), ("Diễn biến", (), second)))
    pages = laid_out(paper, tmp_path / "a.pdf")
    assert len(printed(paper, tmp_path / "a.pdf")) == pages.count > 8
    found, used = [], []
    for number in range(1, pages.count + 1):
        made, within = pages.leaf(number)
        assert made.pageCount() == within == 1, "a row, or what follows it, went over"
        layout, on_it = made.documentLayout(), tables(pages, number)
        used.append(layout.frameBoundingRect(on_it[-1]).bottom() / pages.page.height())
        for table in on_it:
            top = table.format().headerRowCount()
            assert not top or words_of(table, 0) == head, "the head stands on each page"
            found += [words_of(table, row) for row in range(top, table.rows())]
    assert found == [tuple(" ".join(c.split()) for c in row) for row in (*first, *second)]
    # Every page but the last has no room for one more row, of at most four lines.
    assert min(used[:-1]) > 0.8


def test_columns_are_as_wide_on_every_page(qapp: QApplication, tmp_path: Path) -> None:
    short = tuple((f"{n}", "x", "y", "z") for n in range(80))
    long = (("80", "một đơn vị có tên dài", "Xã Bà Điểm", "66/1 Đồng Tâm"),)
    pages = laid_out(Paper("Hàng đợi", "", (("", HEAD[:4], short + long),)), tmp_path / "a.pdf")
    assert pages.count > 1
    seen = set()
    for number in range(1, pages.count + 1):
        layout = pages.leaf(number)[0].documentLayout()
        (table,) = tables(pages, number)
        cells = [table.cellAt(1, n).firstCursorPosition().block() for n in range(4)]
        seen.add(tuple(layout.blockBoundingRect(each).left() for each in cells))
    assert len(seen) == 1


def test_a_row_taller_than_a_page_goes_on_on_the_next(qapp: QApplication, tmp_path: Path) -> None:
    tall = ("1", "dòng dài " * 3000, "x", "y")
    five = tuple(r[:4] for r in rows(5))
    for few in (five, ()):
        paper = Paper("Phản ánh", "", (("", HEAD[:4], (*few, tall, *five)),))
        pages = laid_out(paper, tmp_path / "a.pdf")
        assert len(printed(paper, tmp_path / "a.pdf")) == pages.count > 1
        texts = [
            words_of(table, row)[0]
            for made in {id(pages.leaf(n)[0]): n for n in range(1, pages.count + 1)}.values()
            for table in tables(pages, made)
            for row in range(1, table.rows())
        ]
        assert texts == [row[0] for row in (*few, tall, *five)]


def test_a_list_without_rows_has_its_head(qapp: QApplication, tmp_path: Path) -> None:
    pages = laid_out(Paper("Hàng đợi", "", (("", HEAD, ()),)), tmp_path / "a.pdf")
    (table,) = tables(pages, 1)
    assert pages.count == 1
    assert words_of(table, 0) == HEAD


def test_the_page_is_the_paper_within_its_own_margins(qapp: QApplication, tmp_path: Path) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(3)),))
    pages = laid_out(paper, tmp_path / "a.pdf")
    writer = QPdfWriter(str(tmp_path / "a.pdf"))
    on_a4(writer, turned=paper.is_wide)
    high = writer.height() / writer.width() * pages.page.width()
    assert 0.95 * high < pages.page.height() < high
    made, _ = pages.leaf(1)
    assert made.documentLayout().blockBoundingRect(made.firstBlock()).left() == 0
    (table,) = tables(pages, 1)
    across = made.documentLayout().frameBoundingRect(table).width()
    assert pages.page.width() - 3 < across <= pages.page.width()


def test_ink_is_black_in_a_dark_window(qapp: QApplication) -> None:
    themes.apply(qapp, "night")
    pages = Pages(text_of(Paper("Hàng đợi", "", ())), QSizeF(300, 90))
    for _ in pages.steps():
        pass
    kept = QPicture()
    painter = QPainter(kept)
    pages.paint(painter, 1)
    painter.end()
    sheet = QImage(300, 60, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.setPen(qapp.palette().text().color())
    kept.play(painter)
    painter.end()
    themes.apply(qapp, "light")
    darkest = min(sheet.pixelColor(x, y).lightness() for x in range(150) for y in range(30))
    assert darkest < 40


def test_a_file_that_the_disk_has_no_room_for_is_not_said_to_be_written(
    qapp: QApplication, tmp_path: Path
) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(60)),))
    write_pdf(text_of(paper), tmp_path / "a.pdf")
    before = (tmp_path / "a.pdf").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r"a\.pdf"):
            write_pdf(text_of(paper), tmp_path / "a.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "a.pdf").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.pdf"]


def test_pages_can_be_chosen(qapp: QApplication, tmp_path: Path) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(150)),))
    assert len(printed(paper, tmp_path / "a.pdf", "2-3,5")) == 3


def test_cells_keep_apart(qapp: QApplication, tmp_path: Path) -> None:
    pages = laid_out(Paper("Hàng đợi", "", (("", HEAD, rows(1)),)), tmp_path / "a.pdf")
    (table,) = tables(pages, 1)
    assert table.format().cellPadding() >= 3


class Beats(QObject):
    """How often the window got its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.startTimer(0)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        self.count += 1


async def test_the_window_goes_on_between_the_pieces(qapp: QApplication, tmp_path: Path) -> None:
    writer = QPdfWriter(str(tmp_path / "a.pdf"))
    paper = text_of(Paper("Hàng đợi", "", (("", HEAD, rows(150)),)))
    told = list(print_pages(writer, paper))
    assert told == sorted(told)
    assert told[-1] == (300, 300)
    beats = Beats()
    await in_turns("In", print_pages(QPdfWriter(str(tmp_path / "b.pdf")), paper))
    assert beats.count >= len(told)
    assert long_works().running == ()


async def test_printing_can_be_stopped(qapp: QApplication, tmp_path: Path) -> None:
    paper = text_of(Paper("Hàng đợi", "", (("", HEAD, rows(150)),)))
    steps = print_pages(QPdfWriter(str(tmp_path / "a.pdf")), paper)
    going = asyncio.ensure_future(in_turns("In", steps))
    await until(lambda: long_works().running, "the work")
    long_works().stop()
    with pytest.raises(StoppedError):
        await going
    assert next(steps), "it was stopped in the middle"
    steps.close()


async def test_a_pdf_that_is_stopped_leaves_the_old_one(qapp: QApplication, tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")
    paper = text_of(Paper("Hàng đợi", "", (("", HEAD, rows(60)),)))
    with pytest.raises(InputError):
        await aside(lambda: write_pdf(paper, target, lambda done, _every: done < 60))
    assert target.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a.pdf"]
