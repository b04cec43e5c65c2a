"""`run --demo`: soon there is something true on every page."""

from functools import partial

from tests.e2e.conftest import Starter
from tests.e2e.driver.program import TABLES, Program

FIGURES = ("phản ánh đang mở", "chờ báo kết quả", "tiếp nhận hôm nay", "tin mới", "gọi nhỡ")
PAGES = (
    ("ctrl+2", "Hộp thư"),
    ("ctrl+3", "Hàng đợi"),
    ("ctrl+4", "Phản ánh cần báo kết quả"),
    ("ctrl+4", "Cuộc gọi nhỡ"),
    ("ctrl+5", "Phản ánh trên bản đồ"),
    ("ctrl+6", "Đơn vị"),
)
"""The key of a page, and a table on it."""


def figures(window: Program) -> dict[str, str]:
    """The wallboard: caption and number, which stands before it."""
    labels = [thing.name for thing in window.things() if thing.role == "label"]
    return {labels[at]: labels[at - 1] for at in range(1, len(labels)) if labels[at] in FIGURES}


def has_rows(window: Program, table: str) -> bool:
    """Whether the table has a row."""
    found = window.find(table, *TABLES)
    return found is not None and found.node.queryTable().nRows > 0


def test_every_page_has_something_to_show(console: Starter) -> None:
    window = console("run", "--demo")
    window.keys("ctrl+6")

    def is_alive() -> bool:
        said = figures(window)
        rings = window.find("0903 123 456", "label") is not None
        return rings and len(said) == len(FIGURES) and "0" not in said.values()

    window.until(is_alive, "a call that rings, and no figure that is zero")
    window.picture("wallboard")
    for key, table in PAGES:
        window.keys(key)
        window.until(partial(has_rows, window, table), f"rows in {table!r}")
    window.keys("ctrl+1")
    window.see_text("Anh Thắng")
    window.picture("intake")
    assert window.quit() == 0
