"""Steps that several journeys share: the agency mends it, the switchboard tells the citizen."""

from pathlib import Path
from typing import Any

from tests.e2e.program import Program

RESULT = "Đã kéo dải phân cách về vị trí cũ, gắn thêm phản quang."
MAIN_STEPS = ["request_forwarded", "assignment_accepted", "result_reported", "request_closed"]
_TO_TELL = "Phản ánh cần báo kết quả"


def main_steps(request: dict[str, Any]) -> list[str]:
    """Which of `MAIN_STEPS` a request's events name, in their order."""
    return [e["kind"] for e in request["events"] if e["kind"] in MAIN_STEPS]


def mend(
    officer: Program, number: str, trouble: str, *, hidden: str, photo: Path | None = None
) -> None:
    """The agency: sees its queue, not the reporter; accepts, and reports done.

    Args:
        hidden: part of the reporter's number, which must not show anywhere.
        photo: of the result; without one the agency says why there is none.
    """
    officer.until(lambda: len(officer.rows("Hàng đợi")) == 1, "the request in the queue")
    assert officer.rows("Hàng đợi")[0][0] == number
    officer.see_text(trouble)
    assert officer.stays_hidden(hidden)
    officer.picture("queue")
    officer.keys("ctrl+Return")  # Nhận
    officer.see_text("Đơn vị đã nhận")
    officer.keys("ctrl+d")  # Báo xong
    officer.tab_to("Nội dung xử lý")
    officer.paste(RESULT)
    if photo is not None:
        officer.tab_to("Thêm ảnh…")
        officer.keys("space")
        officer.type_path(photo, title="Chọn ảnh hiện trường")
        officer.see_text(f"Ảnh {photo.name}")
    else:
        officer.tab_to("Lý do không ảnh")
        officer.keys("Down")
    officer.picture("result")
    officer.keys("ctrl+Return")
    officer.until(lambda: not officer.rows("Hàng đợi"), "an empty queue")
    officer.quit()


def see_the_result(desk: Program) -> None:
    """The switchboard: the result waits to be told."""
    desk.keys("ctrl+4")
    desk.until(lambda: len(desk.rows(_TO_TELL)) == 1, "a row to call back")
    assert desk.rows(_TO_TELL)[0][2] == RESULT
    desk.picture("callback")


def hear_the_verdict(desk: Program) -> None:
    """The citizen is content; that closes the request."""
    desk.keys("ctrl+d")  # Đã báo dân
    desk.see("Hài lòng", "radio button")
    desk.keys("space")
    desk.picture("verdict")
    desk.keys("ctrl+Return")
    desk.until(lambda: not desk.rows(_TO_TELL), "an empty callback list")
