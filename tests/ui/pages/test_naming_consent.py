"""A citizen's consent to be named: asked in the callback, stored, withdrawn; a history line without
the name.
"""

from datetime import timedelta

from console.domain.reports.figures import Period
from console.domain.states import Verdict
from console.services.desk import Desk
from console.services.reports.access import Reports
from console.services.views.reports import Scope
from console.ui.pages.callbacks.outcome_dialogs import ReachedDialog
from console.ui.pages.callbacks.page import CallbacksPage
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in


async def told(room: Room, *, agrees: bool | None) -> None:
    """Report the first result; `agrees` is clicked if the dialog asks."""
    page = page_in(room, "callbacks", CallbacksPage)
    room.window.goto_page("callbacks")
    page.presenter.refresh()
    await until(lambda: page.chosen is not None, "the callback")
    page.ask_told()
    dialog = await dialog_of(room, ReachedDialog)
    assert dialog.named.isVisible() is (agrees is not None)
    if agrees is not None:
        dialog.named.setChecked(agrees)
    dialog.choose(Verdict.SATISFIED)
    dialog.verb.click()
    await until(lambda: page.chosen is None, "the list to be empty")


async def ready(desk: Desk, name: str | None = "Anh Thắng") -> None:
    done = await city.log(desk, reporter_name=name)
    await city.resolve(desk, done.events[0].request_id)


def names(desk: Desk) -> list[str]:
    now = desk.clock()
    period = Period.of(now - timedelta(days=3), now + timedelta(days=1), now)
    report = desk.store.ask_now(
        lambda q: Reports(desk).build("active-reporters", period, Scope(), q)
    )
    return [str(row[1]) for row in report.rows]


async def test_who_agrees_is_named_and_who_takes_it_back_is_not(
    desk: Desk, clock: StoppedClock
) -> None:
    room = await open_room(desk, "supervisor")
    await ready(desk)
    await told(room, agrees=True)
    await until(lambda: names(desk) == ["Anh Thắng"], "the name")
    clock.forward(hours=1)
    await ready(desk)
    await told(room, agrees=False)
    await until(lambda: names(desk) == ["••• 456"], "the name to be gone")
    trail = desk.store.ask_now(lambda q: q.audit_trail())
    lines = [e for e in trail if e.act in ("citizen_named", "citizen_unnamed")]
    assert [e.act for e in lines] == ["citizen_unnamed", "citizen_named"]
    assert not any("Thắng" in f"{e.subject}{e.detail}" or "123456" in e.detail for e in lines)


async def test_nobody_is_asked_whose_name_is_not_known(desk: Desk) -> None:
    room = await open_room(desk, "operator")
    await ready(desk, None)
    await told(room, agrees=None)
