"""Stall figures of the window's loop, and what `doctor` reads of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.services.runtime.loop_stalls import FILE, LoopStalls, read

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_99th_percentile_and_what_is_over() -> None:
    stalls = LoopStalls(NOON)
    for _ in range(990):
        stalls.add(1.4)
    for _ in range(8):
        stalls.add(50.9)
    stalls.add(51.0)
    stalls.add(7321.5)
    summary = stalls.summary(NOON + timedelta(minutes=90))
    assert (summary.turns, summary.p99_ms, summary.over, summary.hours) == (1000, 1, 2, 1.5)
    assert summary.worst_ms == pytest.approx(7321.5)
    stalls.add(60)
    assert stalls.summary(NOON).p99_ms == 50


def test_a_turn_that_comes_early_is_not_late() -> None:
    stalls = LoopStalls(NOON)
    stalls.add(-3.0)
    assert stalls.summary(NOON).p99_ms == 0


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    stalls = LoopStalls(NOON)
    stalls.add(12)
    summary = stalls.summary(NOON)
    summary.write(tmp_path)
    assert read(tmp_path) == summary
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": 5}', "\x00"])
def test_a_file_of_another_version_is_no_figure(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert read(tmp_path) is None


def test_no_folder_costs_the_figures_only(tmp_path: Path) -> None:
    LoopStalls(NOON).summary(NOON).write(tmp_path / "gone")
    assert read(tmp_path / "gone") is None
