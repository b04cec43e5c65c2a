"""Calls at this seat: what rings here, what the verbs ask of the line, what is ignored."""

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QSignalSpy

from console.domain.live_events import CallEvent, LinkChanged
from console.services.desk import Desk
from console.services.ports.telephony import Reply
from console.services.records import CallRecord
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.runtime import tasks
from tests.conftest import StoppedClock
from tests.ui.line import ToldLine

ME = "101"


@pytest.fixture
def line() -> ToldLine:
    return ToldLine()


@pytest.fixture
def calls(desk: Desk, line: ToldLine) -> Iterator[CallPresenter]:
    desk.telephony = line
    made = CallPresenter(desk, ME)
    yield made
    made.close()


class Told:
    """Signals of the presenter, in order."""

    def __init__(self, calls: CallPresenter) -> None:
        self.said: list[tuple[str, CallView | str]] = []
        calls.offered.connect(lambda v: self.said.append(("offered", v)))
        calls.answered.connect(lambda v: self.said.append(("answered", v)))
        calls.ended.connect(lambda v: self.said.append(("ended", v)))
        calls.notice.connect(lambda t: self.said.append(("notice", t)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.said]


def step(desk: Desk, kind: str, call_id: str = "c1", **more: object) -> None:
    desk.bus.publish(
        CallEvent(kind=kind, call_id=call_id, at=desk.clock(), pbx="ami", **more)  # type: ignore[arg-type]
    )


async def test_a_call_of_mine(desk: Desk, calls: CallPresenter, clock: StoppedClock) -> None:
    told = Told(calls)
    step(desk, "offered", peer_number="0903123456", queue="1022")
    assert told.names == []
    assert [c.state for c in calls.waiting] == ["waiting"]
    assert not [c for c in calls.calls if c.mine]
    step(desk, "ringing", operator=ME, peer_name="Anh Thắng")
    step(desk, "ringing", operator=ME)
    assert told.names == ["offered"]
    view = calls.current
    assert view is not None
    assert (view.phone, view.number_text) == ("+84903123456", "0903 123 456")
    assert (view.name, view.queue, view.mine) == ("Anh Thắng", "1022", True)
    assert calls.agent_state == "ringing"
    clock.forward(seconds=9)
    step(desk, "answered", operator=ME)
    assert told.names == ["offered", "answered"]
    assert calls.agent_state == "talking"
    assert calls.current is not None
    assert calls.current.answered_at == clock()
    step(desk, "held", operator=ME)
    assert calls.current.held
    step(desk, "resumed", operator=ME)
    step(desk, "recording", reason="on")
    assert (calls.current.held, calls.current.recording) == (False, "on")
    step(desk, "ended", operator=ME, reason="caller")
    assert told.names == ["offered", "answered", "ended"]
    last = told.said[-1][1]
    assert isinstance(last, CallView)
    assert last.end_reason == "caller"
    assert calls.calls == ()
    await tasks.settle()


async def test_only_the_seat_that_is_rung_gets_the_pop(desk: Desk, calls: CallPresenter) -> None:
    told = Told(calls)
    step(desk, "offered", peer_number="0903123456")
    step(desk, "ringing", operator="102")
    assert told.names == []
    step(desk, "answered", operator="102")
    assert not [c for c in calls.calls if c.mine]
    assert calls.waiting == ()
    step(desk, "ended", operator="102")
    assert told.names == []


async def test_all_phones_ring_and_another_answers(desk: Desk, calls: CallPresenter) -> None:
    told = Told(calls)
    step(desk, "ringing", operator="102")
    step(desk, "ringing", operator=ME)
    assert told.names == ["offered"]
    step(desk, "answered", operator="102")
    step(desk, "ended", operator=ME, reason="answered_elsewhere")
    assert not [c for c in calls.calls if c.mine]
    assert calls.agent_state == "ready"


async def test_answered_calls_are_claimed(desk: Desk, calls: CallPresenter) -> None:
    from console.services.calls.tracking import CallKeeper

    keeper = CallKeeper(desk.store, desk.bus, desk.clock)
    tasks.spawn(keeper.run())
    step(desk, "ringing", operator=ME, peer_number="0903123456")
    step(desk, "answered", operator=ME)

    def kept(state: str) -> bool:
        found: CallRecord | None = desk.store.write_now(lambda u: u.call("ami", "c1"))
        return found is not None and found.state == state and found.operator is not None

    from tests.ui.waiting import until

    await until(lambda: kept("talking"), "the call to be claimed")
    await tasks.stop()


async def test_verbs_reach_the_line(desk: Desk, calls: CallPresenter, line: ToldLine) -> None:
    step(desk, "ringing", operator=ME)
    calls.answer()
    step(desk, "answered", operator=ME)
    calls.hold()
    calls.resume()
    calls.transfer("115")
    calls.hangup()
    calls.pause("Ăn giữa ca")
    calls.ready()
    calls.dial("+84903123456", "26001000017")
    await tasks.settle()
    assert line.asked == [
        ("answer", "c1"),
        ("hold", "c1"),
        ("resume_call", "c1"),
        ("blind", "c1", "115"),
        ("hangup", "c1"),
        ("pause", "Ăn giữa ca"),
        ("resume",),
        ("dial", "+84903123456", "26001000017"),
    ]


async def test_a_second_press_is_the_same_press(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "answered", operator=ME)
    calls.hangup()
    calls.hangup()
    calls.transfer("115")
    calls.transfer("115")
    await tasks.settle()
    assert [verb for verb, *_ in line.asked] == ["hangup", "blind"]


async def test_a_refusal_is_a_sentence(desk: Desk, calls: CallPresenter, line: ToldLine) -> None:
    told = Told(calls)
    line.reply = Reply(False, "call_gone")
    step(desk, "answered", operator=ME)
    calls.hangup()
    await tasks.settle()
    assert told.names == ["answered", "notice"]
    assert " " in str(told.said[-1][1])


async def test_what_the_line_does_not_serve(desk: Desk) -> None:
    line = ToldLine(frozenset({"hangup"}))
    desk.telephony = line
    calls = CallPresenter(desk, ME)
    told = Told(calls)
    step(desk, "ringing", operator=ME)
    calls.answer()
    calls.dial("115")
    await tasks.settle()
    assert line.asked == []
    assert told.names == ["offered", "notice"]
    calls.close()


async def test_no_line_at_all(desk: Desk) -> None:
    calls = CallPresenter(desk)
    assert calls.agent_state == "none"
    assert calls.capabilities == frozenset()
    for verb in (calls.answer, calls.hangup, calls.hold, calls.resume, calls.ready):
        verb()
    calls.pause("x")
    assert tasks.running() == 0
    calls.close()


async def test_the_agent_s_state(desk: Desk, calls: CallPresenter) -> None:
    step(desk, "agent_changed", "", operator=ME, reason="Ăn giữa ca", more={"state": "paused"})
    assert (calls.agent_state, calls.pause_reason) == ("paused", "Ăn giữa ca")
    step(desk, "agent_changed", "", operator="102", more={"state": "ready"})
    assert calls.agent_state == "paused"
    step(desk, "agent_changed", "", operator=ME, more={"state": "ready"})
    assert (calls.agent_state, calls.pause_reason) == ("ready", "")


async def test_a_lost_link_is_a_state(desk: Desk, calls: CallPresenter) -> None:
    step(desk, "answered", operator=ME)
    desk.bus.publish(LinkChanged("pbx", "down"))
    assert calls.agent_state == "offline"
    assert [c.uncertain for c in calls.calls] == [True]
    desk.bus.publish(LinkChanged("central", "down"))
    desk.bus.publish(LinkChanged("pbx", "resyncing"))
    step(desk, "recording", operator=ME, reason="unknown", certain=False)
    assert [c.uncertain for c in calls.calls] == [True]
    desk.bus.publish(LinkChanged("pbx", "up"))
    assert [c.uncertain for c in calls.calls] == [False], "the exchange has it on its list"
    assert calls.agent_state == "talking"
    await tasks.settle()


async def test_a_call_out_is_mine_and_pops_nothing(desk: Desk, calls: CallPresenter) -> None:
    told = Told(calls)
    step(
        desk,
        "ringing",
        operator=ME,
        direction="out",
        peer_number="0903123456",
        more={"ref": "26001000017"},
    )
    assert told.names == []
    assert calls.current is not None
    assert (calls.current.state, calls.current.ref) == ("dialling", "26001000017")


async def test_a_seat_without_extension_is_rung_by_what_rings_nobody(desk: Desk) -> None:
    desk.telephony = ToldLine()
    calls = CallPresenter(desk, "")
    told = Told(calls)
    step(desk, "ringing", peer_number=None)
    assert told.names == ["offered"]
    assert calls.current is not None
    assert calls.current.number_text == "Số ẩn"
    calls.close()


async def test_closed_it_listens_no_more(desk: Desk, calls: CallPresenter) -> None:
    spy = QSignalSpy(calls.changed)
    calls.close()
    step(desk, "ringing", operator=ME)
    assert spy.count() == 0
