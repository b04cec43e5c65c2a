"""The administrator at a new seat, by keys alone: the tour of the first start, a history imported
after a look at it, and a list up to the printer.
"""

from pathlib import Path

from tests.e2e.conftest import Starter
from tests.e2e.driver.program import Program
from tests.e2e.driver.seat import seat, verb

ROWS = (
    "service_request_id,requested_datetime,service_code,description,address_string,agency_responsible\n"
    "A1,2026-10-01 08:00,lighting.out,Ba trụ đèn tắt,Hẻm 12 Tô Ký,ql-htgt-duong-bo\n"
    "A2,2026-10-02 09:30,drainage.flood,Ngập nửa bánh xe,Tô Ký,ql-htgt-duong-bo\n"
    "A3,hôm kia,lighting.out,Không rõ ngày,Tô Ký,\n"
)


def test_a_new_seat_gets_its_history_and_shows_a_list_before_the_printer(
    console: Starter, tmp_path: Path
) -> None:
    profile = seat(tmp_path)
    source = tmp_path / "lich-su.csv"
    source.write_text(ROWS, "utf-8")
    window = console("--as", "administrator", "--profile", str(profile), "run")
    walk_the_tour(window)
    choose(window, "nhap du lieu", "Nhập dữ liệu, dựng lại các bảng")
    window.tab_to("Tệp")
    window.type(str(source))
    window.keys("Return")
    window.see_text("Sẽ nhập 2 phản ánh; không nhận 1.")
    (refused,) = window.rows("Điều cần biết về tệp")
    assert refused[:2] == ["4", "không nhận"]
    assert "hôm kia" in refused[3]
    window.picture("looked-at")
    window.tab_to("Nhập")
    window.keys("space")
    window.see_text("Đã nhập 2 phản ánh; không nhận 1.")
    window.keys("ctrl+3")
    window.until(lambda: len(window.rows("Hàng đợi")) == 2, "the history in the queue")
    print_preview(window)
    assert window.quit() == 0
    acts = [line["act"] for line in verb(profile, "audit", "list")]
    assert acts.count("data_imported") == 1


def walk_the_tour(window: Program) -> None:
    """The tour appears at the first start without the focus; called later, it is walked by keys."""
    window.see_text("Cuộc gọi ở đây")
    window.picture("tour")
    choose(window, "huong dan", "Hướng dẫn nhanh")
    window.until(lambda: (at := window.focused()) is not None and at.name == "Tiếp theo", "its key")
    window.keys("space")
    window.see_text("2 / 6")
    window.keys("Escape")
    window.until(lambda: window.find("Bỏ qua") is None, "the end of the tour")


def choose(window: Program, typed: str, command: str) -> None:
    """Run a command of the palette."""
    window.keys("ctrl+k")
    window.see("Tìm", "text", "entry")
    window.type(typed)
    window.until(
        lambda: command in " ".join(t.name for t in window.things() if t.role == "list item"),
        f"{command!r} in the palette",
    )
    window.keys("Return")


def print_preview(window: Program) -> None:
    """A preview of what is on the screen; the window keeps working."""
    window.tab_to("In, xuất")
    window.keys("space", "Down", "Return")  # the first of the menu
    window.see_text("In: Hàng đợi")
    window.picture("preview")
    window.keys("Escape")
    window.until(lambda: window.find("In, xuất") is not None, "the queue again")
