"""`run --demo`: within ten seconds every page has something true to show."""

import time
from functools import partial

from tests.e2e.conftest import Starter
from tests.e2e.program import TABLES

WITHIN_S = 10.0
PAGES = (
    ("ctrl+3", "Hàng đợi"),
    ("ctrl+4", "Phản ánh cần báo kết quả"),
    ("ctrl+4", "Cuộc gọi nhỡ"),
    ("ctrl+5", "Phản ánh trên bản đồ"),
    ("ctrl+6", "Đơn vị"),
    ("ctrl+2", "Hộp thư"),
)
"""The key of a page and its table."""


def test_every_page_has_something_to_show(console: Starter) -> None:
    window = console("run", "--demo")
    end = time.monotonic() + WITHIN_S

    def has_rows(table: str) -> bool:
        found = window.find(table, *TABLES)
        return found is not None and found.node.queryTable().nRows > 0

    for key, table in PAGES:
        window.keys(key)
        left_s = end - time.monotonic()
        window.until(partial(has_rows, table), f"rows in {table!r}", left_s)
    window.keys("ctrl+1")
    window.see_text("đang đổ chuông", end - time.monotonic())
    assert window.quit() == 0
