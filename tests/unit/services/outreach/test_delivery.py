"""The courier: `sending` on disk first, results kept, tries counted, nothing sent twice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import override
from uuid import UUID

import pytest

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import LinkChanged, OutreachChanged
from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState
from console.services.contacts.inbox import StoreInbox
from console.services.outreach import delivery
from console.services.outreach.delivery import (
    AWAY_AFTER,
    LEFT_S,
    LONGEST_WAIT_S,
    MOST_TRIES,
    POLL_S,
    TRIES,
    Courier,
)
from console.services.ports.channels import Inbox, SendResult
from console.services.views.contacts import OutreachRow
from console.services.wording import sentences as wording
from tests.unit.services.conftest import PHONE, Seat


class ScriptedChannel:
    """An SMS channel that answers by a script and records the stored state while it sends."""

    channel = Channel.SMS
    name = "gsm1"

    def __init__(self, seat: Seat, *answers: SendResult | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[OutreachRow] = []
        self.on_disk: list[DeliveryState] = []
        self._seat = seat

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        raise NotImplementedError

    async def send(self, out: OutreachRow) -> SendResult:
        self.sent.append(out)
        self.on_disk.append(row_of(self._seat, out.id).state)
        answer = self.answers.pop(0) if self.answers else SendResult("sent", ("7",))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        raise NotImplementedError


def row_of(seat: Seat, outreach_id: UUID) -> OutreachRow:
    row = seat.desk.store.write_now(lambda uow: uow.outreach(outreach_id))
    assert row is not None
    return row


def queue(seat: Seat, text: str = "Xin chào") -> UUID:
    seat.clock.forward(seconds=1)
    send = c.SendMessage(channel=Channel.SMS, recipient=PHONE, text=text)
    seat.do(send)
    return send.id


class OtherGateway:
    """Claims as the centre decides them: another gateway is first, or the centre is away."""

    def __init__(self, *, away: bool) -> None:
        self.asked: list[UUID] = []
        self._away = away

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        self.asked.append(row.id)
        if self._away:
            raise UnavailableError("central_away", where="")
        return False


def courier(seat: Seat, channel: ScriptedChannel, claims: OtherGateway | None = None) -> Courier:
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
    return Courier(seat.desk, channel, inbox, jitter=lambda _n: 0, claims=claims)


async def test_the_oldest_goes_first_and_is_on_disk_as_sending(seat: Seat) -> None:
    first, second = queue(seat, "một"), queue(seat, "hai")
    channel = ScriptedChannel(seat)
    works = courier(seat, channel)
    assert await works.step() == 0
    assert await works.step() == 0
    assert await works.step() > 0
    assert [out.id for out in channel.sent] == [first, second]
    assert channel.on_disk == [DeliveryState.SENDING] * 2
    row = row_of(seat, first)
    assert (row.state, row.refs, row.tries) == (DeliveryState.SENT, ("7",), 1)


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (SendResult("refused", why="cms_21"), DeliveryState.FAILED, "cms_21"),
        (SendResult("unknown", why="sms_cut_off"), DeliveryState.UNKNOWN, "sms_cut_off"),
        (SendResult("no such word"), DeliveryState.UNKNOWN, None),
        (InputError("pdu_refused", why="too_long"), DeliveryState.FAILED, "pdu_refused"),
        (ValueError("a bug"), DeliveryState.UNKNOWN, "interrupted"),
    ],
)
async def test_what_the_channel_says_is_kept_and_never_sent_again(
    seat: Seat, answer: SendResult | Exception, state: DeliveryState, error: str | None
) -> None:
    outreach_id = queue(seat)
    channel = ScriptedChannel(seat, answer)
    works = courier(seat, channel)
    await works.step()
    await works.step()
    row = row_of(seat, outreach_id)
    assert (row.state, row.error, len(channel.sent)) == (state, error, 1)


async def test_three_tries_then_failed(seat: Seat) -> None:
    outreach_id = queue(seat)
    channel = ScriptedChannel(seat, *[SendResult("retry", why="busy")] * TRIES)
    works = courier(seat, channel)
    for n in range(1, TRIES):
        await works.step()
        row = row_of(seat, outreach_id)
        assert (row.state, row.tries, row.error) == (DeliveryState.QUEUED, n, "busy")
        # Its time has not come, so nothing is sent.
        assert await works.step() > 0
        assert len(channel.sent) == n
        works._not_before.clear()
    await works.step()
    row = row_of(seat, outreach_id)
    assert (row.state, row.tries, row.error) == (DeliveryState.FAILED, TRIES, "busy")


async def test_a_message_that_waits_does_not_hold_up_the_others(seat: Seat) -> None:
    first, second = queue(seat, "một"), queue(seat, "hai")
    channel = ScriptedChannel(seat, SendResult("retry", why="busy"))
    works = courier(seat, channel)
    await works.step()
    await works.step()
    assert row_of(seat, first).state is DeliveryState.QUEUED
    assert row_of(seat, second).state is DeliveryState.SENT


async def test_a_channel_that_names_the_time_may_try_longer_but_not_for_ever(seat: Seat) -> None:
    outreach_id = queue(seat)
    away = SendResult("retry", why="modem_down", after_s=20)
    channel = ScriptedChannel(seat, *[away] * (MOST_TRIES + 5))
    works = courier(seat, channel)
    waits: list[float] = []
    while row_of(seat, outreach_id).state is DeliveryState.QUEUED:
        before = asyncio.get_running_loop().time()
        await works.step()
        waits += [when - before for when in works._not_before.values()]
        works._not_before.clear()
    row = row_of(seat, outreach_id)
    assert (row.state, row.tries, row.error) == (DeliveryState.FAILED, MOST_TRIES, "modem_down")
    assert len(channel.sent) == MOST_TRIES
    assert [round(each, -1) for each in waits[:4]] == [20, 40, 80, 160]
    assert max(waits) < LONGEST_WAIT_S + 1
    assert sum(waits) > 11 * 3600
    detail = wording.sentence(row.error or "")
    assert detail != wording.sentence("unknown_code", {"code": row.error})


async def test_when_the_device_is_back_nothing_waits(seat: Seat) -> None:
    outreach_id = queue(seat)
    channel = ScriptedChannel(seat, SendResult("retry", why="modem_down", after_s=600))
    works = courier(seat, channel)
    await works.step()
    assert await works.step() > 0
    seat.desk.bus.publish(LinkChanged("modem:gsm2", "up"))
    seat.desk.bus.publish(LinkChanged("modem:gsm1", "warn"))
    assert await works.step() > 0
    seat.desk.bus.publish(LinkChanged("modem:gsm1", "up"))
    assert await works.step() == 0
    assert row_of(seat, outreach_id).state is DeliveryState.SENT


async def test_a_device_that_is_away_costs_no_try(seat: Seat) -> None:
    outreach_id = queue(seat)
    waits: list[int] = []
    channel = ScriptedChannel(seat, *[UnavailableError("modem_down")] * (AWAY_AFTER + 2))
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)

    def jitter(n: int) -> float:
        waits.append(n)
        return 0

    works = Courier(seat.desk, channel, inbox, jitter=jitter)
    for _ in range(AWAY_AFTER + 2):
        await works.step()
        assert row_of(seat, outreach_id).tries == 0
    await works.step()
    row = row_of(seat, outreach_id)
    assert (row.state, row.tries) == (DeliveryState.SENT, 1)
    assert waits == [0, 1, 2]


async def test_what_was_found_in_sending_is_unknown(seat: Seat) -> None:
    outreach_id = queue(seat)
    seat.do(c.RecordDelivery(outreach_id=outreach_id, state=DeliveryState.SENDING))
    seat.clock.forward(minutes=1)
    channel = ScriptedChannel(seat)
    works = courier(seat, channel)
    await works.recover()
    await works.step()
    row = row_of(seat, outreach_id)
    assert (row.state, row.error) == (DeliveryState.UNKNOWN, "interrupted")
    assert channel.sent == []


async def test_what_another_device_sends_right_now_is_left_alone(seat: Seat) -> None:
    outreach_id = queue(seat)
    works = courier(seat, ScriptedChannel(seat))
    seat.clock.forward(seconds=1)
    seat.do(c.RecordDelivery(outreach_id=outreach_id, state=DeliveryState.SENDING))
    await works.recover()
    assert row_of(seat, outreach_id).state is DeliveryState.SENDING


async def test_two_devices_share_a_queue_without_doubling(seat: Seat) -> None:
    ids = {queue(seat, str(n)) for n in range(6)}
    one, two = ScriptedChannel(seat), ScriptedChannel(seat)
    works = (courier(seat, one), courier(seat, two))
    for _ in range(4):
        await asyncio.gather(*(w.step() for w in works))
    sent = [out.id for out in (*one.sent, *two.sent)]
    assert len(sent) == 6
    assert set(sent) == ids


async def test_while_the_centre_is_away_it_is_asked_for_one_message_not_for_all(
    seat: Seat,
) -> None:
    ids = [queue(seat, str(n)) for n in range(3)]
    channel, centre = ScriptedChannel(seat), OtherGateway(away=True)
    works = courier(seat, channel, centre)
    assert await works.step() == POLL_S
    assert (centre.asked, channel.sent) == (ids[:1], [])
    assert {row_of(seat, each).state for each in ids} == {DeliveryState.QUEUED}
    await works.step()
    assert centre.asked == ids[:1] * 2


class LostAnswer(OtherGateway):
    """The centre agrees, but the answer is lost; asked again, it agrees again."""

    def __init__(self) -> None:
        super().__init__(away=False)
        self.taken: OutreachRow | None = None

    @override
    async def claim(self, row: OutreachRow, lease: str) -> bool:
        if self.taken is None:
            self.taken = row
            raise UnavailableError("central_away", where="")
        return row == self.taken


async def test_a_message_whose_claim_was_not_answered_is_asked_for_as_it_was(seat: Seat) -> None:
    outreach_id = queue(seat)
    channel, centre = ScriptedChannel(seat), LostAnswer()
    works = courier(seat, channel, centre)
    assert await works.step() > 0
    # The centre's state comes back to this seat: the message is no longer queued.
    assert centre.taken is not None
    pulled = centre.taken
    seat.desk.store.write_now(lambda uow: uow.save_outreach(pulled))
    seat.clock.forward(seconds=5)
    assert await works.step() == 0
    assert (row_of(seat, outreach_id).state, len(channel.sent)) == (DeliveryState.SENT, 1)


class SlowChannel(ScriptedChannel):
    """A channel that accepts the message and reports the result when released, or never."""

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    @override
    async def send(self, out: OutreachRow) -> SendResult:
        self.begun.set()
        await self.may_end.wait()
        return await super().send(out)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_courier_that_loses_its_channel_in_the_middle_says_what_became_of_the_message(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    monkeypatch.setattr(delivery, "PARTING_S", 0.2)
    outreach_id = queue(seat)
    channel = SlowChannel(seat)
    task = asyncio.create_task(courier(seat, channel).run())
    await channel.begun.wait()
    asyncio.get_running_loop().call_later(0.02, channel.may_end.set if answers else int)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wanted = (DeliveryState.SENT, None) if answers else (DeliveryState.UNKNOWN, "interrupted")
    row = row_of(seat, outreach_id)
    assert (row.state, row.error) == wanted


async def test_what_an_earlier_holder_told_late_does_not_stay_in_sending(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    outreach_id = queue(seat)
    channel = ScriptedChannel(seat)
    works = courier(seat, channel)
    await works.recover()
    late = replace(row_of(seat, outreach_id), state=DeliveryState.SENDING, taken_by="gsm1")
    seat.desk.store.write_now(lambda uow: uow.save_outreach(late))
    await works.close_left()
    assert row_of(seat, outreach_id).state is DeliveryState.SENDING
    loop = asyncio.get_running_loop()
    later = loop.time() + LEFT_S
    monkeypatch.setattr(loop, "time", lambda: later)
    await works.close_left()
    assert row_of(seat, outreach_id).state is DeliveryState.UNKNOWN
    assert channel.sent == []


async def test_what_another_gateway_sent_is_waited_for_no_more(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = queue(seat)
    works = courier(seat, ScriptedChannel(seat), OtherGateway(away=False))
    await works.step()
    sent = replace(row_of(seat, taken), state=DeliveryState.SENT)
    seat.desk.store.write_now(lambda uow: uow.save_outreach(sent))
    loop = asyncio.get_running_loop()
    later = loop.time() + 2 * POLL_S
    monkeypatch.setattr(loop, "time", lambda: later)
    assert await works.step() == POLL_S


async def test_it_runs_until_told_and_wakes_for_news(seat: Seat) -> None:
    channel = ScriptedChannel(seat)
    works = courier(seat, channel)
    went = asyncio.Event()

    def on_change(_event: OutreachChanged) -> None:
        if channel.sent and row_of(seat, channel.sent[0].id).state is DeliveryState.SENT:
            went.set()

    seat.desk.bus.subscribe(OutreachChanged, on_change)
    task = asyncio.create_task(works.run())
    await seat.desk.do(c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="Xong"))
    # Far below the poll of five seconds: the bus woke it.
    await asyncio.wait_for(went.wait(), 4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    works.close()
