"""README's pictures: `dbus-run-session python -m tests.e2e.pictures [--all] [--size 1920x1080]`,
and the whole set, every page in both themes and two sizes: `... --set --out build/pictures/set`.

Starts the demo on an X server of its own, takes the simulated call, types the report and goes
through the pages. `--all` also makes those that README does not show: every page by night.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.append("/usr/lib/python3/dist-packages")  # pyatspi, as in conftest.py

from tests.e2e.program import ROOT, TABLES, Program, start
from tests.e2e.screen import own_screen
from tests.e2e.seat import WARDS

ADDRESS = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
PIN = "10.861350, 106.705900"
TROUBLE = "3 đoạn phân cách bê tông bị đẩy lệch nằm giữa đường, xe tải đi qua rất nguy hiểm."
COLOURS = "192"
SIZES = ("1366x768", "1920x1080")
OFFICER = "officer-gtcc"
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


def take_the_call(window: Program) -> None:
    """Answer, and type the report as the seed document tells it."""
    window.see_text("đang đổ chuông")
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
    window.until(lambda: has_rows(window, "Phản ánh cần báo kết quả"), "results to tell")
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
        rows = window.rows(table)
        above = next(n for n, row in enumerate(rows) if "Vườn Lài" in " ".join(row))
        for _ in range(above):
            window.keys("Down")
        window.see_text("Tuyến Vườn Lài có 6 trụ đèn")
    keep(window, out / f"{name}-{theme}.png")


def as_operator(window: Program, out: Path, theme: str, *, pages: bool) -> None:
    """The switchboard during a call: the form, and the other pages if wanted."""
    fill(window)
    take_the_call(window)
    keep(window, out / f"intake-{theme}.png")
    for page in PAGES if pages else ():
        show(window, page, out, theme)


def as_officer(window: Program, out: Path, theme: str) -> None:
    """The agency's queue, once the demo's weeks are in it."""
    window.until(partial(has_rows, window, QUEUE[2], 3), "an agency with work")
    show(window, QUEUE, out, theme)


def as_supervisor(window: Program, out: Path, theme: str) -> None:
    """What only a supervisor has."""
    fill(window)
    window.keys("ctrl+9")
    window.see_text("Nhật ký")
    keep(window, out / f"audit-{theme}.png")


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
            if every:
                with demo("supervisor", theme) as window:
                    as_supervisor(window, out, theme)


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.pictures")
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--lang", default="vi")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--set", action="store_true", help="every page x 2 themes x 2 sizes")
    asked = parser.parse_args()
    for size in SIZES if asked.set else (asked.size,):
        out = asked.out / size if asked.set else asked.out
        make(size, out, asked.lang, every=asked.all or asked.set)


if __name__ == "__main__":
    main()
