"""Báo cáo, chất lượng: the sampled calls are listed, a sheet is marked whole and kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from console.domain.calls import CallPhase
from console.domain.ids import contact_uuid
from console.services.desk import Desk
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord
from console.ui.pages.reports.call_scores import ScoresDialog
from tests.conftest import StoppedClock
from tests.ui.pages.test_reports import cells, choose, head, page_of
from tests.ui.waiting import until
from tests.ui.window import dialog_of, open_room


def answered(clock: StoppedClock, n: int) -> CallRecord:
    at = clock() - timedelta(minutes=10 * n + 5)
    return CallRecord(
        pbx="ami", call_id=str(n), state=CallPhase.DONE.value, offered_at=at,
        contact_id=contact_uuid("voice", str(n)), phone=f"+8490312345{n}", operator="101",
        answered_at=at + timedelta(seconds=4), ended_at=at + timedelta(seconds=90),
    )  # fmt: skip


def kept(calls: list[CallRecord]) -> Callable[[UnitOfWork], None]:
    def work(uow: UnitOfWork) -> None:
        for one in calls:
            uow.save_call(one)

    return work


async def test_a_sheet_is_marked_whole_and_its_score_shows(desk: Desk, clock: StoppedClock) -> None:
    calls = [answered(clock, n) for n in range(3)]
    await desk.store.write(kept(calls))
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    assert not page.buttons["score"].isVisible()
    await choose(page, "name", "Chất lượng phục vụ")
    page.buttons["score"].click()
    dialog = await dialog_of(room, ScoresDialog)
    await until(lambda: len(dialog.model.rows) == 3, "the sample")
    assert not dialog.play.isEnabled()
    dialog.save.click()
    await until(lambda: not dialog.problem.isHidden(), "that the sheet is not whole")
    criteria = desk.catalogue.reasons_of("score")
    dialog.sheet.set_marks({c.code: 2 for c in criteria[1:]} | {criteria[0].code: 1})
    dialog.remark.setPlainText("Nói rõ, hỏi đủ")
    dialog.save.click()
    await until(lambda: [s for s in dialog.model.rows if s.score], "the score")
    await until(lambda: cells(page.view)[0][head(page.view).index("Đã chấm")] == "1", "the figure")
    score = next(s.score for s in dialog.model.rows if s.score)
    assert (score.remark, score.by) == ("Nói rõ, hỏi đủ", "supervisor")
    assert score.score == 1 - 1 / (2 * len(criteria))
    dialog.close()


async def test_the_forecast_shows_days_to_come(desk: Desk, clock: StoppedClock) -> None:
    calls = [
        replace(answered(clock, 0), call_id=str(hour), offered_at=clock() - timedelta(hours=hour))
        for hour in range(1, 24 * 7 * 4)
    ]
    await desk.store.write(kept(calls))
    page = await page_of(await open_room(desk, "supervisor"))
    await choose(page, "name", "Dự báo khối lượng")
    assert page.period.box.currentText() == "7 ngày tới"
    assert len(cells(page.view)) == 7 * 24
    assert page.view.columns.isVisible()
    assert len(page.view.columns.band) == 7 * 24
    assert any(c.number is None for c in page.view.columns.columns)
