"""Paper: no row is cut in two, pages can be chosen, the margins are the paper's."""

import re
import resource
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import (
    QImage,
    QPageRanges,
    QPainter,
    QPdfWriter,
    QPicture,
    QTextDocument,
    QTextTable,
)
from PySide6.QtWidgets import QApplication

from console.ui import theme
from console.ui.paper import Paper, document, write_pdf
from console.ui.print_pages import on_a4, paint_page, print_pages

HEAD = ("Mã", "Loại sự cố", "Địa chỉ", "Đơn vị", "Trạng thái", "Hạn", "Còn lại")


def rows(count: int) -> tuple[tuple[str, ...], ...]:
    """Of one to four lines each."""
    address = "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn), Xã Bà Điểm "
    return tuple(
        (f"26 001 {n:05}", "Nắp cống hư", address * (1 + n % 4), "TT", "Đã chuyển", "09:00", "5")
        for n in range(count)
    )


def printed(made: QTextDocument, target: Path, paper: Paper, pages: str = "") -> list[bytes]:
    """The pages of the PDF, raw."""
    writer = QPdfWriter(str(target))
    on_a4(writer, turned=paper.is_wide)
    writer.setPageRanges(QPageRanges.fromString(pages))
    print_pages(writer, made)
    del writer
    return re.findall(rb"/Type\s*/Page\b", target.read_bytes())


def tables(made: QTextDocument) -> list[QTextTable]:
    return [f for f in made.rootFrame().childFrames() if isinstance(f, QTextTable)]


def cut_rows(made: QTextDocument) -> list[tuple[int, int]]:
    """(table, row) of the rows whose words stand on two pages."""
    high, layout, found = made.pageSize().height(), made.documentLayout(), []
    for place, table in enumerate(tables(made)):
        for row in range(table.rows()):
            blocks = [
                layout.blockBoundingRect(table.cellAt(row, n).firstCursorPosition().block())
                for n in range(table.columns())
            ]
            on = {int(b.top() // high) for b in blocks} | {
                int((b.bottom() - 1) // high) for b in blocks
            }
            if len(on) > 1:
                found.append((place, row))
    return found


@pytest.mark.parametrize("wide", [True, False])
def test_no_row_is_cut_and_none_is_lost(qapp: QApplication, tmp_path: Path, wide: bool) -> None:
    head = HEAD if wide else HEAD[:4]
    first = tuple(row[: len(head)] for row in rows(150))
    second = tuple(row[: len(head)] for row in rows(90))
    paper = Paper("Hàng đợi", "08:09", (("", head, first), ("Diễn biến", (), second)))
    made = document(paper)
    pages = printed(made, tmp_path / "a.pdf", paper)
    assert len(pages) == made.pageCount() > 8
    assert cut_rows(made) == []
    # Nor does a page stay nearly empty, but the last.
    layout, high = made.documentLayout(), made.pageSize().height()
    tops = [
        layout.blockBoundingRect(t.cellAt(row, 0).firstCursorPosition().block()).top()
        for t in tables(made)
        for row in range(t.rows())
    ]
    assert all(later > earlier for earlier, later in pairwise(tops))
    used = {int(top // high) for top in tops}
    assert used == set(range(made.pageCount()))


def test_a_row_taller_than_a_page_goes_on_on_the_next(qapp: QApplication, tmp_path: Path) -> None:
    tall = ("1", "dòng dài " * 3000, "x", "y")
    paper = Paper("Phản ánh", "", (("", HEAD[:4], (*(r[:4] for r in rows(5)), tall)),))
    made = document(paper)
    assert len(printed(made, tmp_path / "a.pdf", paper)) == made.pageCount() > 1


def test_the_page_is_the_paper_within_its_own_margins(qapp: QApplication, tmp_path: Path) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(3)),))
    made = document(paper)
    writer = QPdfWriter(str(tmp_path / "a.pdf"))
    on_a4(writer, turned=paper.is_wide)
    print_pages(writer, made)
    high = writer.height() / writer.width() * made.pageSize().width()
    assert 0.95 * high < made.pageSize().height() < high
    assert made.documentLayout().blockBoundingRect(made.firstBlock()).left() == 0


def test_ink_is_black_in_a_dark_window(qapp: QApplication) -> None:
    theme.apply(qapp, "night")
    made = document(Paper("Hàng đợi", "", ()))
    made.setPageSize(QSizeF(300, 60))
    kept = QPicture()  # a preview keeps a page so
    painter = QPainter(kept)
    paint_page(painter, made, 1)
    painter.end()
    sheet = QImage(300, 60, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.setPen(qapp.palette().text().color())
    kept.play(painter)
    painter.end()
    theme.apply(qapp, "light")
    darkest = min(sheet.pixelColor(x, y).lightness() for x in range(150) for y in range(30))
    assert darkest < 40


def test_a_file_that_the_disk_has_no_room_for_is_not_said_to_be_written(
    qapp: QApplication, tmp_path: Path
) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(60)),))
    write_pdf(paper, tmp_path / "a.pdf")
    before = (tmp_path / "a.pdf").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r"a\.pdf"):
            write_pdf(paper, tmp_path / "a.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "a.pdf").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.pdf"]


def test_pages_can_be_chosen(qapp: QApplication, tmp_path: Path) -> None:
    paper = Paper("Hàng đợi", "", (("", HEAD, rows(150)),))
    assert len(printed(document(paper), tmp_path / "a.pdf", paper, "2-3,5")) == 3


def test_cells_keep_apart(qapp: QApplication) -> None:
    made = document(Paper("Hàng đợi", "", (("", HEAD, rows(1)),)))
    (table,) = tables(made)
    assert table.format().cellPadding() >= 3
