"""The form stays open after a call; saving it ends the time after the call."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.live_events import CallEvent
from console.ui.runtime import tasks
from tests.ui.line import WHOLE, ToldLine
from tests.ui.pages.intake.conftest import Seat
from tests.ui.waiting import until


def agent(seat: Seat, state: str) -> None:
    more: dict[str, object] = {"state": state, "limit_s": 30}
    event = CallEvent(kind="agent_changed", call_id="", at=seat.clock(), pbx="ami", more=more)
    seat.desk.bus.publish(event)


async def test_saving_the_form_of_the_call_ends_the_time_after_it(seat: Seat) -> None:
    line = ToldLine(WHOLE)
    seat.desk.telephony = line
    seat.ring("a", "0903123456")
    seat.call("answered", "a", "0903123456")
    await tasks.settle()
    form = seat.page.forms.current
    seat.call("ended", "a", reason="caller", more={"final": True})
    agent(seat, "wrap_up")
    assert seat.page.forms.current is form
    assert seat.form.phone.text() == "0903 123 456"
    seat.fill()
    assert line.asked == []
    QTest.keyClick(seat.form.description, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: ("wrap_up",) in line.asked, "the time after the call to end")
    await tasks.settle()


async def test_saving_another_form_meanwhile_does_not(seat: Seat) -> None:
    line = ToldLine(WHOLE)
    seat.desk.telephony = line
    seat.ring("a", "0903123456")
    seat.call("answered", "a", "0903123456")
    await tasks.settle()
    seat.call("ended", "a", reason="caller", more={"final": True})
    agent(seat, "wrap_up")
    other = seat.page.forms.new()
    assert other.values.contact_id is None
    seat.fill()
    QTest.keyClick(seat.form.description, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: other not in seat.page.forms.forms, "the other form to be saved")
    await tasks.settle()
    assert line.asked == []
