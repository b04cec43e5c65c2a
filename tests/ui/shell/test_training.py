"""Training in the window: the frame, the caller's words, the score."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from console.services.desk import Desk
from console.services.supervision.training import ScoreBook, scenarios
from console.ui.runtime import tasks
from console.ui.shell.learning.training_strip import ScoresDialog, TrainingStrip
from tests.conftest import StoppedClock
from tests.ui.city import log
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room


@pytest.fixture
async def training(desk: Desk, tmp_path: Path) -> Room:
    room = await open_room(desk)
    room.window.begin_training(ScoreBook(tmp_path))
    return room


async def test_a_caller_is_heard_judged_and_the_score_kept(
    training: Room, desk: Desk, clock: StoppedClock, tmp_path: Path
) -> None:
    room = training
    (strip,) = room.window.findChildren(TrainingStrip)
    assert room.window.windowTitle() == "LUYỆN TẬP · Tiếp nhận - 1022"
    caller = scenarios()[0]
    room.call("offered", peer_number=caller.phone, queue="1022")
    assert strip.words.text().startswith("Bà Lan đang gọi")
    assert caller.says not in strip.words.text()
    room.call("answered", peer_number=caller.phone, operator="101")
    assert caller.says in strip.words.text()
    clock.forward(seconds=113)
    await log(
        desk,
        service_code="drainage.cover",
        description="Nắp cống sụp",
        address_string="66/1 Đồng Tâm",
        ward_code="27592",
        agency=None,
        reporter_name="Bà Lan",
        phone=caller.phone,
        danger=(),
    )
    await until(strip.result.text, "the score")
    assert strip.result.text() == (
        "Nắp cống sụp trước nhà: đầy đủ 83/100, tốc độ 75/100 (113 giây)."
        " Chưa đúng: câu hỏi nguy hiểm"
    )
    await tasks.settle()
    assert len(ScoreBook(tmp_path).all()) == 1
    strip.open_scores()
    dialog = await dialog_of(room, ScoresDialog)
    assert any("trung bình: đầy đủ 83" in label.text() for label in dialog.findChildren(QLabel))


async def test_what_nobody_called_about_gets_no_score(training: Room, desk: Desk) -> None:
    await log(desk)
    await tasks.settle()
    assert training.window.training is not None
    assert training.window.training.scores == ()
