"""Vietnamese by key: a real ibus-daemon with Unikey, Telex and VNI, and real key presses.

The last word typed is still in preedit, outside the text; nothing a person does next may lose it.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.driver.program import Program
from tests.e2e.driver.seat import seat

_A_KEY_MS = 60
_DEADLINE_S = 60.0
WORDS = {
    "telex": {
        "name": "nguyeexn vawn thawngs",
        "address": "12 nguyeexn vawn ddaauj",
        "trouble": "nawps coongs beer",
        "search": "ooor gaf",
    },
    "vni": {
        "name": "nguye64n va8n tha81ng",
        "address": "12 nguye64n va8n d9a6u5",
        "trouble": "na81p co61ng be63",
        "search": "o63 ga2",
    },
}
NAME, ADDRESS, TROUBLE = "nguyễn văn thắng", "12 nguyễn văn đậu", "nắp cống bể"
POTHOLE = "Ổ gà, hư hỏng mặt đường"


class Typist:
    """Types as a Vietnamese operator does."""

    def __init__(self, window: Program, way: str) -> None:
        """Into this window, by `telex` or `vni`."""
        self.window = window
        self._words = WORDS[way]

    def type(self, what: str) -> None:
        """The keys of one of `WORDS`; the last word stays in preedit."""
        self.window.type(self._words[what], delay_ms=_A_KEY_MS)

    def stands(self, label: str, text: str) -> None:
        """Wait until the field contains it."""
        self.window.until(lambda: self.window.text_of(label) == text, f"{text!r} in {label!r}")


def _engine(env: dict[str, str], *name: str) -> str:
    """Set the engine, or ask which one is active.

    The answer counts, not the exit code, which is 1 when `setxkbmap` does not like the X server.
    """
    done = subprocess.run(
        ["ibus", "engine", *name], env=env, capture_output=True, timeout=60, check=False, text=True
    )
    return done.stdout.strip()


@pytest.fixture(params=sorted(WORDS))
def typist(request: pytest.FixtureRequest, console: Starter, tmp_path: Path) -> Iterator[Typist]:
    """A seat whose keyboard goes through Unikey."""
    if not shutil.which("ibus-daemon") or not Path("/usr/share/ibus/component/unikey.xml").exists():
        pytest.skip("needs ibus and ibus-unikey: installer/test.sh has them")
    settings = tmp_path / "config/glib-2.0/settings"
    settings.mkdir(parents=True)
    (settings / "keyfile").write_text(
        f"[org/freedesktop/ibus/engine/unikey]\ninput-method='{request.param}'\n", "utf-8"
    )
    keyboard = {
        "QT_IM_MODULE": "ibus",
        "XMODIFIERS": "@im=ibus",
        "GSETTINGS_BACKEND": "keyfile",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    env = {**os.environ, **keyboard}
    daemon = subprocess.Popen(
        ["ibus-daemon", "--xim", "--panel=disable", "--config=disable"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + _DEADLINE_S
        while _engine(env) != "Unikey":
            _engine(env, "Unikey")
            assert daemon.poll() is None, "ibus-daemon ended"
            assert time.monotonic() < end, "Unikey never came"
        window = console("--profile", str(seat(tmp_path)), "run", env=keyboard)
        window.tab_to("Họ tên")
        yield Typist(window, request.param)
    finally:
        for program in console.running:
            program.end()
        daemon.terminate()
        daemon.wait(60)


def test_no_word_is_lost_whatever_comes_next(typist: Typist) -> None:
    window = typist.window
    # another field by mouse, where plain Qt loses the word
    typist.type("name")
    window.click(window.see("Địa chỉ", "text", "entry"))
    typist.stands("Họ tên", NAME)
    # the next field by Tab
    typist.type("address")
    window.keys("Tab")
    typist.stands("Địa chỉ", ADDRESS)
    # another page by key, and back
    window.tab_to("Mô tả")
    typist.type("trouble")
    window.keys("ctrl+3")
    window.see("Tìm trong hàng đợi")
    window.keys("ctrl+1")
    typist.stands("Mô tả", TROUBLE)


def test_a_function_key_and_a_save_take_the_word_along(typist: Typist) -> None:
    window = typist.window
    typist.type("name")
    window.keys("F1")
    window.see("Phím tắt", "dialog")
    window.keys("Escape")
    typist.stands("Họ tên", NAME)
    window.tab_to("Mô tả")
    typist.type("trouble")
    window.keys("ctrl+s")
    window.see_text("Chưa lưu")
    typist.stands("Mô tả", TROUBLE)


def test_search_reads_the_word_that_is_being_composed(typist: Typist) -> None:
    window = typist.window
    window.tab_to("Loại sự cố")
    typist.type("search")
    window.see_text(POTHOLE)
    window.keys("Return")
    typist.stands("Loại sự cố", POTHOLE)
