"""A short run of tests/soak/kill_save.py, with its negative control."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def _soak(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.kill_save", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=55,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_thirty_kills_lose_and_break_nothing() -> None:
    assert _soak("30").startswith("30 kills")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_an_outbox_row_in_a_second_transaction_is_caught() -> None:
    assert "unsent events are not in it" in _soak("--strace", "--control", "--from", "40")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_kills_at_every_third_write_lose_and_break_nothing() -> None:
    assert " 0 faults" in _soak("--strace", "--step", "3")
