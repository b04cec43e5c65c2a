"""The probe detects a blocked loop."""

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.services.desk import Desk
from console.services.runtime import loop_stalls
from console.ui.runtime.stall_probe import StallProbe
from tests.ui.waiting import until


async def test_a_loop_that_stands_still_is_counted(
    desk: Desk,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("console.ui.runtime.stall_probe._FIRST_S", 0.0)
    probe = StallProbe(tmp_path, desk.clock, qapp)
    await until(lambda: probe.stalls.summary(desk.clock()).turns > 0, "the first beat")
    began = time.perf_counter()
    while time.perf_counter() - began < 0.3:
        pass  # the fault itself: the loop is blocked
    await until(lambda: "stood still" in caplog.text, "the late beat")
    probe.stop()
    found = loop_stalls.read(tmp_path)
    assert found is not None
    assert found.over >= 1  # a busy machine may add its own
    assert found.worst_ms > 230
    assert "stood still" in caplog.text
