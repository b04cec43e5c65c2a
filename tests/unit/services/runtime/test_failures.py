"""Uncaught exceptions are logged, counted and reported, with numbers masked."""

import logging
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.services.runtime.failures import Failures


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def failures(tmp_path: Path, told: list[str]) -> Iterator[Failures]:
    found = Failures(tmp_path, told.append)
    yield found
    found.close()


def _raise(text: str) -> None:
    raise ValueError(text)


def test_a_failed_slot_is_told_with_a_code_and_leaves_a_crash_file(
    tmp_path: Path, failures: Failures, told: list[str]
) -> None:
    try:
        _raise("number 0903123456")
    except ValueError:
        sys.excepthook(*sys.exc_info())
    assert failures.count == 1
    (crash,) = (tmp_path / "crashes").iterdir()
    assert told[0] in crash.name
    text = crash.read_text("utf-8")
    assert "ValueError" in text
    assert "0903123456" not in text


def test_a_thread_that_dies_is_told(failures: Failures, told: list[str]) -> None:
    thread = threading.Thread(target=_raise, args=("x",))
    thread.start()
    thread.join()
    assert len(told) == failures.count == 1


def test_the_loop_tells_too(failures: Failures, told: list[str]) -> None:
    failures.loop_failed(None, {"message": "odd", "exception": ValueError("y")})
    failures.loop_failed(None, {"message": "only words"})
    assert len(told) == 1


def test_a_clean_end_leaves_no_mark(tmp_path: Path, told: list[str]) -> None:
    first = Failures(tmp_path, told.append)
    assert not first.ended_badly
    second = Failures(tmp_path, told.append)
    assert second.ended_badly
    second.close()
    first.close()
    third = Failures(tmp_path, told.append)
    assert not third.ended_badly
    third.close()
    assert sys.excepthook is sys.__excepthook__ or "Failures" not in repr(sys.excepthook)


def test_numbers_are_masked_in_the_log(tmp_path: Path, failures: Failures) -> None:
    logging.getLogger("x").warning("call from %s at 10.0.0.12:5038", "0903123456")
    text = (tmp_path / "logs" / "console.log").read_text("utf-8")
    assert "***456" in text
    assert "0903" not in text
    assert "10.0.0.12:5038" in text


def test_what_a_person_wrote_is_in_no_log_and_no_crash_file(
    tmp_path: Path, failures: Failures
) -> None:
    def nested() -> None:
        try:
            int("Bà Lan 66/1 Đồng Tâm")
        except ValueError as error:
            raise KeyError({"address": "Bà Lan 66/1 Đồng Tâm", "code": "roads.pothole"}) from error

    try:
        nested()
    except KeyError:
        sys.excepthook(*sys.exc_info())
    log = (tmp_path / "logs" / "console.log").read_text("utf-8")
    (crash,) = (tmp_path / "crashes").iterdir()
    for text in (log, crash.read_text("utf-8")):
        assert "invalid literal for int() with base 10: '…'" in text
        assert "'code': 'roads.pothole'" in text
        assert "Lan" not in text
    for folder in ("logs", "crashes"):
        assert (tmp_path / folder).stat().st_mode & 0o077 == 0


def test_a_gateway_tells_its_journal_too_and_leaves_no_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failures = Failures(tmp_path, headless=True)
    try:
        logging.getLogger("x").info("quiet")
        logging.getLogger("x").warning("refused: %s", sqlite3.Error("from 0903 123 456"))
        failures.loop_failed(None, {"message": "odd", "exception": ValueError("y")})
        assert not (tmp_path / "running").exists()
    finally:
        failures.close()
    said = capsys.readouterr().err
    assert "refused: from ***456" in said
    assert "ValueError: y" in said
    assert "quiet" not in said
    assert "quiet" in (tmp_path / "logs" / "console.log").read_text("utf-8")
    assert len([*(tmp_path / "crashes").iterdir()]) == 1
