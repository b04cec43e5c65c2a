"""The pictures of README and handbook: `dbus-run-session python -m tests.e2e.pictures.window
[--all] [--size 1920x1080]`, and the whole set, every page in both themes and two sizes: `... --set
--out build/pictures/set`. `--scenes operator,officer` makes only these of the handbook.

Starts the demo on an X server of its own, takes the simulated call, types the report and goes
through the pages. `--all` also makes those that README does not show: every page by night. On a
busy machine CONSOLE1022_DEADLINE_S=120 gives each step more time. One run at a time: two sessions
without a DISPLAY take the same socket for the accessibility bus, and windows are not found.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.append("/usr/lib/python3/dist-packages")  # pyatspi, as in conftest.py

from tests.e2e.driver.program import ROOT, TABLES, Program, start
from tests.e2e.driver.screen import own_screen
from tests.e2e.driver.seat import WARDS
from tests.e2e.pictures import handbook

ADDRESS = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
PIN = "10.861350, 106.705900"
TROUBLE = "3 đoạn phân cách bê tông bị đẩy lệch nằm giữa đường, xe tải đi qua rất nguy hiểm."
COLOURS = "192"
SIZES = ("1366x768", "1920x1080")
OFFICER = "officer-gtcc"
WEEKS_S = 180.0
"""So long a busy machine may take for the demo's three weeks."""
QUEUE = ("ctrl+3", "queue", "Hàng đợi")
PAGES = (
    ("ctrl+2", "inbox", "Hộp thư"),
    ("ctrl+4", "callbacks", "Phản ánh cần báo kết quả"),
    ("ctrl+5", "map", "Phản ánh trên bản đồ"),
    ("ctrl+6", "wallboard", "Đơn vị"),
    ("ctrl+7", "reports", "Đơn vị chậm xử lý"),
    ("ctrl+8", "settings", ""),
)
"""Key, name of the picture, table that must have rows in it, if any."""
HISTORY = (
    "service_request_id,requested_datetime,service_code,description,address_string\n"
    + "".join(
        f"HS-{n:04d},2025-10-{n % 28 + 1:02d} 08:{n % 60:02d},lighting.out,Đèn tắt,Hẻm {n} Tô Ký\n"
        for n in range(1, 481)
    )
    + "HS-0481,hôm kia,lighting.out,Đèn tắt cả đoạn,Quang Trung\n"
    + "HS-0482,2025-10-09 10:15,den.hu,Đèn nhấp nháy,Lê Văn Thọ\n"
    + "HS-0483,2027-01-01 07:00,lighting.out,Đèn tắt,Phan Huy Ích\n"
)
"""A file of an older system, with three rows that nobody can take."""
REPORTS = (("quality", "Chất lượng phục vụ"), ("forecast", "Dự báo khối lượng"))
"""Name of the picture, report in the list; in the order of the list."""


def take_the_call(window: Program) -> None:
    """Answer, and type the report as the seed document tells it."""
    window.see_text("đang đổ chuông", WEEKS_S)
    window.keys("F9")
    window.until(lambda: window.text_of("Số điện thoại") != "", "the caller's form")
    window.tab_to("Loại sự cố")
    window.type("dai phan cach")
    window.keys("Return")
    window.tab_to("Địa chỉ")
    window.paste(ADDRESS)
    window.tab_to("Vị trí ghim")
    window.paste(PIN)
    window.tab_to("Mô tả")
    window.paste(TROUBLE)
    window.tab_to("Xe có bị chặn, không qua được không?")
    window.keys("space")
    window.see_text("Gộp vào")
    window.keys("shift+Tab")
    window.until(lambda: window.map_scale() not in ("", "5 km"), "the map at the pin")


def fill(window: Program) -> None:
    """Wait until the demo has lived through its three weeks."""
    window.keys("ctrl+4")
    told = partial(has_rows, window, "Phản ánh cần báo kết quả")
    window.until(told, "results to tell", WEEKS_S)
    window.keys("ctrl+1")


def has_rows(window: Program, table: str, least: int = 1) -> bool:
    """Whether the table has so many rows."""
    found = window.find(table, *TABLES)
    return found is not None and found.node.queryTable().nRows >= least


def keep(window: Program, out: Path) -> None:
    """A picture of the screen with few colours, small enough for a repository."""
    shot = window.picture(out.stem)
    out.parent.mkdir(parents=True, exist_ok=True)
    quantise = ["+dither", "-colors", COLOURS, "-strip", "-define", "png:compression-level=9"]
    subprocess.run(["convert", str(shot), *quantise, f"png8:{out}"], check=True)


def show(window: Program, page: tuple[str, str, str], out: Path, theme: str) -> None:
    """A picture of one page."""
    key, name, table = page
    window.keys(key)
    if table:
        window.until(partial(has_rows, window, table), f"rows in {table!r}")
    window.until(lambda: window.find("Chọn một tin để xem.") is None, "the first message")
    if name == "inbox":
        window.until(partial(at_the_letter, window, table), "the letter")
    keep(window, out / f"{name}-{theme}.png")


def at_the_letter(window: Program, table: str) -> bool:
    """Whether the letter from Vườn Lài is open; else go there: new messages move it down."""
    if any("Tuyến Vườn Lài có 6 trụ đèn" in thing.text for thing in window.things()):
        return True
    rows = window.rows(table)
    above = next(n for n, row in enumerate(rows) if "Vườn Lài" in " ".join(row))
    window.keys("ctrl+Home", *["Down"] * above)
    window.see_text("Tuyến Vườn Lài có 6 trụ đèn", 5)
    return True


def as_operator(window: Program, out: Path, theme: str, *, pages: bool) -> None:
    """The switchboard during a call: the form, and the other pages if wanted."""
    fill(window)
    take_the_call(window)
    keep(window, out / f"intake-{theme}.png")
    for page in PAGES if pages else ():
        show(window, page, out, theme)


def as_officer(window: Program, out: Path, theme: str) -> None:
    """The agency's queue, once the demo's weeks are in it."""
    window.until(partial(has_rows, window, QUEUE[2], 3), "an agency with work", WEEKS_S)
    show(window, QUEUE, out, theme)


def as_supervisor(window: Program, out: Path, theme: str) -> None:
    """What only a supervisor has, and the reports that look at the room itself."""
    fill(window)
    window.keys("ctrl+9")
    window.see_text("Nhật ký")
    window.until(partial(has_rows, window, "Nhật ký"), "lines of the audit")
    keep(window, out / f"audit-{theme}.png")
    window.keys("ctrl+7")
    for name, title in REPORTS:
        window.until(partial(chosen, window, title), f"the report {title!r}")
        window.see_text("Số liệu lúc")
        keep(window, out / f"{name}-{theme}.png")


def as_administrator(window: Program, out: Path, theme: str) -> None:
    """A history looked at before it comes in: what is good, what is refused and why."""
    fill(window)
    window.keys("ctrl+k")
    window.see("Tìm", "text", "entry")
    window.type("nhap du lieu")
    window.until(lambda: window.find("Nhập dữ liệu, dựng lại các bảng") is not None, "the command")
    window.keys("Return")
    window.tab_to("Tệp")
    with tempfile.TemporaryDirectory(prefix="1022-") as folder:
        history = Path(folder, "lich-su-2025.csv")
        history.write_text(HISTORY, "utf-8")
        window.type(str(history))
        window.keys("Return")
        window.see_text("Sẽ nhập")
        keep(window, out / f"data-{theme}.png")


def chosen(window: Program, report: str) -> bool:
    """Whether this report is in front; else one step further down the list of reports."""
    if window.find(report, "combo box") is not None:  # a list is named by what is chosen
        return True
    window.keys("Down")
    return False


def make_handbook(out: Path, wanted: Container[str]) -> list[str]:
    """The handbook's pictures, by scene; what failed."""
    env = {"CONSOLE1022_UI__THEME": "light"}
    if WARDS.exists():
        env["CONSOLE1022_MAP__WARDS"] = str(WARDS)
    with own_screen(SIZES[0]) as screen:
        return handbook.make(screen.display, env, out, wanted)


def make(size: str, out: Path, lang: str, *, every: bool) -> None:
    """The pictures of one size of screen.

    Args:
        every: also those that README does not show.
    """
    with tempfile.TemporaryDirectory() as folder, own_screen(size) as screen:

        @contextmanager
        def demo(user: str, theme: str) -> Iterator[Program]:
            env = {"DISPLAY": screen.display, "CONSOLE1022_UI__THEME": theme}
            if WARDS.exists():
                env["CONSOLE1022_MAP__WARDS"] = str(WARDS)
            words = ("--lang", lang, "--as", user, "run", "--demo")
            window = start(*words, env=env, pictures=Path(folder))
            try:
                yield window
            finally:
                window.end()

        for theme in ("light", "night"):
            pages = every or theme == "light"
            with demo("operator", theme) as window:
                as_operator(window, out, theme, pages=pages)
            if pages:
                with demo(OFFICER, theme) as window:
                    as_officer(window, out, theme)
            if pages:
                with demo("supervisor", theme) as window:
                    as_supervisor(window, out, theme)
                with demo("administrator", theme) as window:
                    as_administrator(window, out, theme)


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.pictures.window")
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--lang", default="vi")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--set", action="store_true", help="every page x 2 themes x 2 sizes")
    parser.add_argument("--scenes", help="only these of the handbook, with commas between them")
    asked = parser.parse_args()
    if asked.scenes is None:
        make_pages(asked)
    if not asked.set:
        every = [scene.name for scene in handbook.SCENES]
        wanted = asked.scenes.split(",") if asked.scenes else every
        if failed := make_handbook(asked.out / "so-tay", wanted):
            sys.exit("\n".join(failed))


def make_pages(asked: argparse.Namespace) -> None:
    """README's."""
    for size in SIZES if asked.set else (asked.size,):
        out = asked.out / size if asked.set else asked.out
        make(size, out, asked.lang, every=asked.all or asked.set)


if __name__ == "__main__":
    main()
