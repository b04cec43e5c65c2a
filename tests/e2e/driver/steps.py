"""Steps that several journeys share: the next person takes the seat, the agency fixes it, the
switchboard tells the citizen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.driver.program import Program

RESULT = "Đã kéo dải phân cách về vị trí cũ, gắn thêm phản quang."
MAIN_STEPS = ["request_forwarded", "assignment_accepted", "result_reported", "request_closed"]
WHY_LATER = "Chờ cần cẩu của đơn vị vận hành."
_TO_TELL = "Phản ánh cần báo kết quả"


def main_steps(request: dict[str, Any]) -> list[str]:
    """Which of `MAIN_STEPS` a request's events name, in their order."""
    return [e["kind"] for e in request["events"] if e["kind"] in MAIN_STEPS]


def take_the_seat(window: Program, user: str, seen: str) -> None:
    """The next person signs in at the open window, by keys; `seen` shows who it is."""
    window.keys("F12")
    window.see("Tìm người nhận máy")
    window.type(user)
    window.see_enabled("Nhận máy")
    window.keys("Return")
    window.see_text(seen)


def mend(
    officer: Program, number: str, trouble: str, *, hidden: Sequence[str], photo: Path | None = None
) -> None:
    """The agency sees its own queue but not the reporter; it accepts, and reports the result.

    Args:
        hidden: what must not show anywhere: part of the reporter's number, others' requests.
        photo: of the result, for which more time was requested; without one, a reason is given.
    """
    officer.until(lambda: len(officer.rows("Hàng đợi")) == 1, "the request in the queue")
    assert officer.rows("Hàng đợi")[0][0] == number
    officer.see_text(trouble)
    assert [part for part in hidden if not officer.stays_hidden(part)] == []
    officer.picture("queue")
    officer.keys("ctrl+Return")  # Nhận
    officer.see_text("Đơn vị đã nhận")
    if photo is not None:
        ask_for_time(officer)
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


def ask_for_time(officer: Program) -> None:
    """Request a later date, with the reason; the date that the window proposes is a day later."""
    officer.keys("ctrl+g")  # Gia hạn
    officer.see("Gia hạn", "dialog")
    # Forward, because Tab starts with the year and not with the hour
    officer.tab_to("Nói rõ thêm", "shift+Tab")
    officer.paste(WHY_LATER)
    officer.picture("extension")
    officer.keys("ctrl+Return")
    officer.see_text("Xin gia hạn đến")
    officer.until(lambda: officer.rows("Hàng đợi")[0][5] == "xin gia hạn", "the wish in the queue")


def look_it_up(desk: Program, number: str, agency: str) -> None:
    """The switchboard opens the request by its number, with everything the agency did and its
    photo.
    """
    desk.keys("ctrl+k")
    desk.see("Tìm", "text", "entry")
    desk.type(number)
    desk.until(
        lambda: number in " ".join(t.name for t in desk.things() if t.role == "list item"),
        "the number in the palette",
    )
    desk.keys("Return")
    for did in ("nhận", "xin gia hạn đến", "báo xong"):
        desk.see_text(f"{agency} {did}")
    desk.see("Ảnh của phản ánh")
    desk.picture("all-of-it")
    desk.keys("Escape")


def see_the_result(desk: Program) -> None:
    """The switchboard sees that the result has to be told."""
    desk.keys("ctrl+4")
    desk.until(lambda: len(desk.rows(_TO_TELL)) == 1, "a row to call back")
    assert desk.rows(_TO_TELL)[0][2] == RESULT
    desk.picture("callback")


def hear_the_verdict(desk: Program) -> None:
    """The citizen is satisfied, which closes the request."""
    desk.keys("ctrl+d")  # Đã báo dân
    desk.see("Hài lòng", "radio button")
    desk.keys("space")
    desk.picture("verdict")
    desk.keys("ctrl+Return")
    desk.until(lambda: not desk.rows(_TO_TELL), "an empty callback list")
