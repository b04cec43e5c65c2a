"""The real window locks itself a minute after the last input, not before, and loses nothing typed.

    dbus-run-session .venv/bin/python -m tests.soak.idle_lock [--control]

A form is half typed. The mouse is moved after forty seconds, so the lock must come a minute after
that, and not after the last key. It takes two minutes. `--control` switches the lock off, a fault
that this must find: it exits with 1 when the window was locked all the same.
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.append("/usr/lib/python3/dist-packages")  # pyatspi, as in tests/e2e/conftest.py

from tests.e2e.driver.program import Program, start
from tests.e2e.driver.screen import own_screen
from tests.e2e.driver.seat import seat
from tests.e2e.test_interruptions import half_type_a_form, see_the_form_again

MOVED_AT_S, LOCKS_AFTER_S, LATE_S = 40.0, 60.0, 8.0
LOCKED = "Máy đang khóa"


def wait(until: float) -> None:
    """Let time pass; here time is what is tested."""
    threading.Event().wait(max(0.0, until - time.monotonic()))


def run(window: Program) -> list[str]:
    """What is wrong, in words."""
    half_type_a_form(window)
    touched = time.monotonic()
    wait(touched + MOVED_AT_S)
    window.click(window.see("Mô tả", "text", "entry"))
    touched = time.monotonic()
    wait(touched + LOCKS_AFTER_S - 5)
    if window.find(LOCKED) is not None:
        return ["locked five seconds too early"]
    try:
        window.see_text(LOCKED, within=5 + LATE_S)
    except AssertionError:
        return [f"not locked {LATE_S:g} s after its time"]
    took = time.monotonic() - touched
    if window.find("Mô tả") is not None:
        return ["the form shows under the lock"]
    window.keys("Return")
    see_the_form_again(window)
    print(f"locked {took:.1f} s after the last touch, the form is as it was")
    return []


def main() -> int:
    """Exits with 1 when something is wrong; with `--control` when nothing is."""
    parser = argparse.ArgumentParser(prog="idle_lock")
    parser.add_argument("--control", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_screen() as screen:
        env = {
            "DISPLAY": screen.display,
            "CONSOLE1022_UI__LOCK_AFTER_MIN": "0" if asked.control else "1",
        }
        profile = seat(Path(folder))
        window = start("--profile", str(profile), "run", env=env, pictures=Path(folder))
        try:
            wrong = run(window)
        finally:
            window.end()
    for each in wrong:
        print(each)
    return int(bool(wrong) != asked.control)


if __name__ == "__main__":
    sys.exit(main())
