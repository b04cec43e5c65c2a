"""Short runs of tests/soak/kill_save.py and power_cut.py, with their negative controls."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


def _run(module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip


def _soak(*arguments: str) -> str:
    done = _run("tests.soak.kill_save", *arguments)
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


def _power(*arguments: str) -> str:
    if os.geteuid() or shutil.which("mkfs.ext4") is None:
        pytest.skip("a power cut needs root and mkfs.ext4")
    done = _run("tests.soak.power_cut", *arguments)
    if done.returncode and "'mount'" in done.stderr:
        pytest.skip("no loop device here")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_was_acknowledged_outlives_a_power_cut() -> None:
    assert " 0 faults" in _power("2")


def test_a_store_that_does_not_wait_for_the_disk_is_caught() -> None:
    assert "acknowledged and lost" in _power("15", "--control")
