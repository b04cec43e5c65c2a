"""The garbage collector stays on the window's thread, whoever makes the garbage."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.ui.runtime.garbage_collector import Collector


class _Ring:
    """A cycle that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


def _litter() -> None:
    for _ in range(50_000):
        _Ring()


@pytest.fixture
def collected_on() -> Iterator[list[int]]:
    """Threads on which a collection began."""
    threads: list[int] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def test_garbage_of_another_thread_is_collected_here(qtbot: QtBot, collected_on: list[int]) -> None:
    ring = weakref.ref(_Ring())
    thread = threading.Thread(target=_litter)
    thread.start()
    thread.join()
    assert ring() is not None
    assert collected_on == []
    qtbot.waitUntil(lambda: ring() is None, timeout=30_000)
    assert set(collected_on) == {threading.get_ident()}


def test_a_widget_in_a_cycle_is_destroyed_on_this_thread(qtbot: QtBot, qapp: QApplication) -> None:
    destroyed: list[int] = []
    widget = QWidget()
    widget.destroyed.connect(lambda: destroyed.append(threading.get_ident()))
    widget.me = widget  # type: ignore[attr-defined]
    del widget
    thread = threading.Thread(target=_litter)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(destroyed), timeout=30_000)
    assert destroyed == [threading.get_ident()]


def test_the_oldest_generation_that_is_due_is_taken(qapp: QApplication) -> None:
    collector = next(each for each in qapp.children() if isinstance(each, Collector))
    gc.collect()
    assert collector.look() is None
    rings = [_Ring() for _ in range(gc.get_threshold()[0] + 10)]
    assert collector.look() == 0
    assert collector.look() is None
    assert rings


def test_what_stands_is_not_looked_at_until_the_pages_are_made_anew(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.ui.runtime.garbage_collector._SETTLED_MS", 0)
    collector = next(each for each in qapp.children() if isinstance(each, Collector))
    standing = _Ring()
    gone = weakref.ref(standing)
    collector.settle()
    del standing
    gc.collect()
    assert gone() is not None, "it was set apart"
    later = weakref.ref(_Ring())
    gc.collect()
    assert later() is None
    collector.begin_anew()
    qtbot.waitUntil(lambda: gone() is None, timeout=30_000)


def test_python_collects_again_after_the_end(qapp: QApplication, collected_on: list[int]) -> None:
    ours = next(each for each in qapp.children() if isinstance(each, Collector))
    ours.stop()
    try:
        thread = threading.Thread(target=_litter)
        thread.start()
        thread.join()
        assert collected_on
    finally:
        ours.start()
