"""Stored calls: one row and one contact per call, the missed list, claims; in order, repeatable."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.errors import RefusedError, UnavailableError
from console.domain.ids import contact_uuid
from console.domain.live_events import CallEvent, CallsChanged, CallTaken
from console.domain.requests import commands as c
from console.domain.states import Channel, ContactState
from console.services.calls.tracking import CallKeeper, _write
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord
from console.services.views.calls import MissedCallRow
from tests.unit.services.conftest import PHONE, Seat


@pytest.fixture
async def keeper(seat: Seat) -> CallKeeper:
    seat.desk.bus.subscribe(CallsChanged, seat.heard.append)
    return CallKeeper(seat.desk.store, seat.desk.bus, seat.clock)


def event(seat: Seat, kind: str, call_id: str = "1", **values: object) -> CallEvent:
    given_values: dict[str, object] = {"pbx": "pbx", "peer_number": "0903123456"}
    return CallEvent(kind=kind, call_id=call_id, at=seat.clock(), **{**given_values, **values})  # type: ignore[arg-type]


async def tell(
    seat: Seat, keeper: CallKeeper, *kinds: str, call_id: str = "1", **more: object
) -> None:
    for kind in kinds:
        seat.clock.forward(seconds=2)
        seat.desk.bus.publish(event(seat, kind, call_id, **more))
    await keeper.drain()


def row(seat: Seat, call_id: str = "1") -> CallRecord:
    record = seat.desk.store.write_now(lambda uow: uow.call("pbx", call_id))
    assert record is not None
    return record


def missed(seat: Seat) -> tuple[MissedCallRow, ...]:
    return seat.desk.store.ask_now(lambda q: q.missed_calls())


async def test_an_answered_call_is_one_row_and_one_contact(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "ringing", "answered", "ended", operator="101")
    record = row(seat)
    assert (record.state, record.phone, record.operator) == ("wrap_up", PHONE, "101")
    assert record.contact_id == contact_uuid("voice", "pbx/1")
    contact = seat.desk.store.ask_now(lambda q: q.contact(record.contact_id))
    assert contact is not None
    assert (contact.channel, contact.state) == (Channel.VOICE, ContactState.ANSWERED)
    assert seat.desk.store.ask_now(lambda q: q.inbox()) == ()
    # `ringing` after `offered` says nothing new.
    assert seat.heard == [CallsChanged("1")] * 3


async def test_two_consoles_hear_the_same_and_keep_one_row(seat: Seat, keeper: CallKeeper) -> None:
    second = CallKeeper(seat.desk.store, seat.desk.bus, seat.clock)
    await tell(seat, keeper, "offered", "abandoned")
    await second.drain()
    assert len(missed(seat)) == 1
    assert row(seat).state == "abandoned"


@pytest.mark.parametrize("kind", ["missed", "abandoned", "callback_requested"])
async def test_nobody_spoke_to_him_so_he_is_called_back(
    seat: Seat, keeper: CallKeeper, kind: str
) -> None:
    await tell(seat, keeper, "offered", kind, "ended")
    (waiting,) = missed(seat)
    assert (waiting.phone, waiting.call_id) == (PHONE, "1")


async def test_his_next_answered_call_settles_all_his_missed_ones(
    seat: Seat, keeper: CallKeeper
) -> None:
    await tell(seat, keeper, "offered", "missed", call_id="1")
    await tell(seat, keeper, "offered", "missed", call_id="2")
    await tell(seat, keeper, "offered", "missed", call_id="3", peer_number="0912000111")
    seat.heard.clear()
    await tell(seat, keeper, "offered", "answered", call_id="4")
    assert [m.phone for m in missed(seat)] == ["+84912000111"]
    assert set(seat.heard) == {CallsChanged("1"), CallsChanged("2"), CallsChanged("4")}


async def test_our_call_out_settles_too_and_is_no_contact(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "missed", call_id="1")
    await tell(seat, keeper, "offered", "answered", call_id="2", direction="out")
    assert missed(seat) == ()
    contact_id = row(seat, "2").contact_id
    assert seat.desk.store.ask_now(lambda q: q.contact(contact_id)) is None


async def test_withheld_numbers_never_settle_each_other(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "missed", call_id="1", peer_number="anonymous")
    await tell(seat, keeper, "offered", "answered", call_id="2", peer_number=None)
    assert row(seat, "1").state == "missed"


async def test_a_request_keeps_its_call(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "answered", peer_name="Lan")
    contact_id = row(seat).contact_id
    request_id = seat.log(contact_id=contact_id, phone=None)
    assert seat.request(request_id).reporters[0].phone == PHONE
    await tell(seat, keeper, "ended")
    contact = seat.desk.store.ask_now(lambda q: q.contact(contact_id))
    assert contact is not None
    assert (contact.state, contact.request_id) == (ContactState.LINKED, request_id)


async def test_keys_hold_and_agents_are_not_written(seat: Seat, keeper: CallKeeper) -> None:
    for kind in ("held", "resumed", "dtmf", "queue_changed", "agent_changed", "link"):
        seat.desk.bus.publish(event(seat, kind))
    seat.desk.bus.publish(event(seat, "ended", call_id=""))
    assert keeper.waiting == 0


async def test_events_wait_while_the_disk_is_away(
    seat: Seat, keeper: CallKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = seat.desk.store.write

    async def full(*_args: object, **_more: object) -> object:
        raise UnavailableError("disk_full")

    monkeypatch.setattr(seat.desk.store, "write", full)
    with pytest.raises(UnavailableError):
        await tell(seat, keeper, "offered", "missed")
    assert keeper.waiting == 2
    monkeypatch.setattr(seat.desk.store, "write", real)
    await keeper.drain()
    assert (keeper.waiting, row(seat).state) == (0, "missed")


async def test_it_writes_as_the_exchange_speaks(seat: Seat, keeper: CallKeeper) -> None:
    written = asyncio.Event()
    seat.desk.bus.subscribe(CallsChanged, lambda _event: written.set())
    task = asyncio.create_task(keeper.run())
    seat.desk.bus.publish(event(seat, "offered"))
    await asyncio.wait_for(written.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert row(seat).state == "ringing"


async def test_after_close_nothing_is_heard(seat: Seat, keeper: CallKeeper) -> None:
    keeper.close()
    seat.desk.bus.publish(event(seat, "offered"))
    assert keeper.waiting == 0


KINDS = ("offered", "ringing", "answered", "transferred", "ended", "abandoned", "missed")


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=8))
def test_repeats_change_nothing(seat: Seat, kinds: list[str]) -> None:
    call_id = str(len(seat.heard))
    seat.heard.append(call_id)
    events = [event(seat, kind, call_id) for kind in kinds]

    def all_of(uow: UnitOfWork) -> None:
        for each in events:
            _write(each, uow, seat.clock())
            _write(each, uow, seat.clock())

    seat.desk.store.write_now(all_of)
    once = str(len(seat.heard))
    seat.heard.append(once)
    events = [event(seat, kind, once) for kind in kinds]
    now = seat.clock()
    seat.desk.store.write_now(lambda uow: [_write(each, uow, now) for each in events])
    assert row(seat, call_id).state == row(seat, once).state


# --- handlers


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    return caught.value.code


async def test_the_first_claim_stays(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered")
    claim = c.ClaimCall(pbx="pbx", call_id="1")
    seat.do(claim)
    assert (row(seat).state, row(seat).taken_by) == ("claimed", "operator")
    assert row(seat).taken_at == seat.clock()
    assert seat.do(c.ClaimCall(pbx="pbx", call_id="1")).live == ()
    other = c.ClaimCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(other, "supervisor")) == "call_taken"


async def test_who_sat_at_the_phone_is_known_by_name(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "ringing", "answered", operator="101")
    seat.do(c.ClaimCall(pbx="pbx", call_id="1"))
    await tell(seat, keeper, "held", "resumed", operator="101")
    contact_id = row(seat).contact_id
    contact = seat.desk.store.write_now(lambda uow: uow.contact(contact_id))
    assert contact is not None
    assert (row(seat).operator, contact.handled_by) == ("101", "operator")
    again = c.ClaimCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(again, "supervisor")) == "call_taken"


async def test_a_short_talk_may_be_claimed_when_it_is_over(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "ringing", "answered", "ended", operator="101")
    seat.do(c.ClaimCall(pbx="pbx", call_id="1"))
    assert row(seat).state == "wrap_up"


def test_a_claim_may_be_quicker_than_the_first_ring(seat: Seat) -> None:
    seat.do(c.ClaimCall(pbx="pbx", call_id="9"))
    assert row(seat, "9").state == "claimed"


async def test_what_is_over_cannot_be_claimed(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "missed")
    seat.do(c.SettleMissedCall(pbx="pbx", call_id="1"))
    assert refused(lambda: seat.do(c.ClaimCall(pbx="pbx", call_id="1"))) == "call_is_over"


async def test_settling_takes_all_calls_of_the_number(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "missed", call_id="1")
    await tell(seat, keeper, "offered", "abandoned", call_id="2")
    done = seat.do(c.SettleMissedCall(pbx="pbx", call_id="1", reason="Gọi quấy rối"))
    assert done.live[:2] == (CallsChanged("1"), CallsChanged("2"))
    told = done.live[2]
    assert isinstance(told, CallTaken)
    assert (told.kind, told.call_id, told.person) == ("settled", "1", "operator")
    assert missed(seat) == ()
    assert row(seat, "1").end_reason == "Gọi quấy rối"
    assert seat.do(c.SettleMissedCall(pbx="pbx", call_id="2")).live == ()


async def test_only_missed_calls_are_settled(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "offered", "answered")
    talking = c.SettleMissedCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(talking)) == "not_a_missed_call"
    ghost = c.SettleMissedCall(pbx="pbx", call_id="8")
    assert refused(lambda: seat.do(ghost)) == "no_such_call"


# --- claims


def taken(seat: Seat, call_id: str = "1") -> str | None:
    return row(seat, call_id).taken_by


async def test_a_callback_is_claimed_once_with_all_calls_of_the_number(
    seat: Seat, keeper: CallKeeper
) -> None:
    await tell(seat, keeper, "offered", "missed", call_id="1")
    await tell(seat, keeper, "offered", "abandoned", call_id="2")
    await tell(seat, keeper, "offered", "missed", call_id="3", peer_number="0912000111")
    done = seat.do(c.ClaimCall(pbx="pbx", call_id="2"))
    assert [taken(seat, n) for n in "123"] == ["operator", "operator", None]
    assert [e.call_id for e in done.live if isinstance(e, CallTaken)] == ["1", "2"]
    claim = c.ClaimCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(claim, "supervisor")) == "call_taken"
    (one, _) = missed(seat)
    assert (one.taken_by, one.taken_at, one.times) == ("operator", seat.clock(), 2)
    # The next answered call with that person settles both.
    await tell(seat, keeper, "offered", "answered", call_id="4")
    assert [m.call_id for m in missed(seat)] == ["3"]


async def test_a_supervisor_takes_over_later_with_a_reason_and_the_audit_says_so(
    seat: Seat, keeper: CallKeeper
) -> None:
    await tell(seat, keeper, "ringing")
    seat.do(c.ClaimCall(pbx="pbx", call_id="1"))
    seat.clock.forward(seconds=30)
    over = c.TakeOverCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(over, "operator")) == "take_over_late"
    again = c.TakeOverCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(again, "supervisor")) == "reason_needed"
    done = seat.do(c.TakeOverCall(pbx="pbx", call_id="1", reason="Máy An treo"), "supervisor")
    assert taken(seat) == "supervisor"
    contact_id = row(seat).contact_id
    contact = seat.desk.store.write_now(lambda uow: uow.contact(contact_id))
    assert contact is not None
    assert contact.handled_by == "supervisor"
    (told,) = [e for e in done.live if isinstance(e, CallTaken)]
    assert (told.person, told.taken_from) == ("supervisor", "operator")
    (line,) = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert (line.act, line.subject, line.detail) == (
        "call_taken_over",
        "pbx/1 operator",
        "Máy An treo",
    )
    mine = c.TakeOverCall(pbx="pbx", call_id="1", reason="lần nữa")
    assert seat.do(mine, "supervisor").live == ()
    ghost = c.TakeOverCall(pbx="pbx", call_id="7")
    assert refused(lambda: seat.do(ghost, "supervisor")) == "no_such_call"


async def test_a_claim_at_another_seat_arrives_here(seat: Seat, keeper: CallKeeper) -> None:
    await tell(seat, keeper, "ringing")
    await tell(seat, keeper, "claimed", operator="102", more={"person": "binh"})
    assert (row(seat).state, taken(seat)) == ("claimed", "binh")
    mine = c.ClaimCall(pbx="pbx", call_id="1")
    assert refused(lambda: seat.do(mine)) == "call_taken"
    await tell(seat, keeper, "offered", "missed", call_id="2")
    await tell(seat, keeper, "settled", call_id="2")
    assert row(seat, "2").state == "settled"
    await tell(seat, keeper, "claimed", call_id="77", peer_number=None, more={"person": "binh"})
    assert seat.desk.store.write_now(lambda uow: uow.call("pbx", "77")) is None


# --- correct again after a restart


async def test_what_the_exchange_does_not_know_any_more_has_ended(
    seat: Seat, keeper: CallKeeper
) -> None:
    await tell(seat, keeper, "ringing", call_id="1")
    await tell(seat, keeper, "answered", call_id="2", peer_number="0912000111")
    await tell(seat, keeper, "answered", call_id="3", peer_number="0912000112")
    await tell(
        seat, keeper, "link", call_id="", reason="up", peer_number=None, more={"calls": ("3",)}
    )
    assert [(row(seat, n).state, row(seat, n).end_reason) for n in "123"] == [
        ("missed", "unknown"),
        ("done", "unknown"),
        ("talking", None),
    ]
    assert row(seat, "2").wrapped_at is None  # Nobody saw how long the wrap-up was.
    assert [m.call_id for m in missed(seat)] == ["1"]


async def test_the_time_after_the_call_is_over_when_the_operator_is_free(
    seat: Seat, keeper: CallKeeper
) -> None:
    await tell(seat, keeper, "ringing", "answered", "ended", operator="101")
    agent = {"call_id": "", "peer_number": None}
    await tell(seat, keeper, "agent_changed", operator="101", more={"state": "wrap_up"}, **agent)  # type: ignore[arg-type]
    await tell(seat, keeper, "agent_changed", operator="102", more={"state": "ready"}, **agent)  # type: ignore[arg-type]
    assert (row(seat).state, row(seat).wrapped_at) == ("wrap_up", None)
    await tell(seat, keeper, "agent_changed", operator="101", more={"state": "ready"}, **agent)  # type: ignore[arg-type]
    over = row(seat)
    assert (over.state, over.wrapped_at) == ("done", seat.clock())
    assert over.ended_at is not None
    assert (seat.clock() - over.ended_at).total_seconds() == 6
