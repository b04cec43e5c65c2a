"""Housekeeping: unanswered questions close, results go out in writing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from console.domain.live_events import RequestsChanged
from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState, Purpose, State
from console.services.housekeeping import close_unanswered, housekeeping, write_results
from console.services.people.actors import actor_for
from console.store.seat.store_copy import NightlyCopies
from tests.unit.services.conftest import Seat


async def test_an_unanswered_question_closes_after_its_time(seat: Seat) -> None:
    asked, answered = seat.log(forward=False), seat.log(forward=False)
    for request_id in (asked, answered):
        await seat.desk.do(c.AskInfo(request_id=request_id, reason="Trước nhà số mấy?"))
    seat.clock.forward(hours=71)
    assert await close_unanswered(seat.desk) == 0
    await seat.desk.do(c.AddNote(request_id=answered, text="Số 12", answers=True))
    seat.clock.forward(hours=1, seconds=1)
    assert await close_unanswered(seat.desk) == 1
    assert seat.request(asked).state is State.CLOSED
    assert seat.request(answered).state is State.RECEIVED
    detail = seat.desk.store.ask_now(lambda q: q.detail(asked))
    assert detail is not None
    assert detail.history[-1].actor == "system"
    assert await close_unanswered(seat.desk) == 0


async def test_a_seat_beside_others_gives_them_time(seat: Seat) -> None:
    request_id = seat.log(forward=False)
    await seat.desk.do(c.AskInfo(request_id=request_id, reason="Ở đâu?"))
    seat.clock.forward(hours=72, minutes=5)
    assert await close_unanswered(seat.desk, timedelta(minutes=7)) == 0
    seat.clock.forward(minutes=3)
    assert await close_unanswered(seat.desk, timedelta(minutes=7)) == 1


async def test_an_agencys_seat_closes_nothing(seat: Seat) -> None:
    request_id = seat.log(forward=False)
    await seat.desk.do(c.AskInfo(request_id=request_id, reason="Ở đâu?"))
    seat.clock.forward(hours=80)
    operator = seat.desk.actor
    seat.resolve(old := seat.log(agency="so-xay-dung", **way_of(seat)), "so-xay-dung")
    seat.clock.forward(hours=49)
    assert await write_results(seat.desk) == 0, "nobody writes about what is long past"
    assert [m.purpose for m in seat.messages(old)] == [Purpose.ACKNOWLEDGEMENT]
    seat.desk.actor = actor_for("officer-so-xay-dung", seat.desk.catalogue, "may-07")
    assert await close_unanswered(seat.desk) == 0
    seat.desk.actor = operator
    assert await close_unanswered(seat.desk) == 1


async def test_who_was_quicker_wins(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = seat.log(forward=False)
    await seat.desk.do(c.AskInfo(request_id=request_id, reason="Ở đâu?"))
    seat.clock.forward(hours=80)
    real = seat.desk.store.write

    async def answered_meanwhile(work: Callable[..., object], *, priority: int = 0) -> object:
        result = await real(work, priority=priority)
        if priority == 2:
            monkeypatch.setattr(seat.desk.store, "write", real)
            await seat.desk.do(c.AddNote(request_id=request_id, text="Số 12", answers=True))
        return result

    monkeypatch.setattr(seat.desk.store, "write", answered_meanwhile)
    assert await close_unanswered(seat.desk) == 0
    assert seat.request(request_id).state is State.RECEIVED


async def test_the_round_runs_at_once_and_until_cancelled(seat: Seat, tmp_path: Path) -> None:
    request_id = seat.log(forward=False)
    await seat.desk.do(c.AskInfo(request_id=request_id, reason="Ở đâu?"))
    seat.clock.forward(hours=80)
    closed = asyncio.Event()
    seat.desk.bus.subscribe(RequestsChanged, lambda _e: closed.set())
    task = asyncio.create_task(housekeeping(seat.desk, NightlyCopies(tmp_path)))
    await asyncio.wait_for(closed.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seat.request(request_id).state is State.CLOSED


def way_of(seat: Seat) -> dict[str, object]:
    """Another report by somebody with an account."""
    contact_id = uuid4()
    kept = c.KeepContact(contact_id=contact_id, channel=Channel.ZALO, sender="z2", text="Cây đổ")
    seat.do(kept)
    return {"channel": Channel.ZALO, "contact_id": contact_id, "phone": None}


async def test_a_result_is_written_once_to_who_wrote_to_us(seat: Seat) -> None:
    """Sent by the channel used, with the agency's words; again only for another result."""
    contact_id = uuid4()
    seat.do(
        c.KeepContact(contact_id=contact_id, channel=Channel.ZALO, sender="z1", text="Nắp cống sụp")
    )
    request_id = seat.log(
        channel=Channel.ZALO, contact_id=contact_id, phone=None, agency="so-xay-dung"
    )
    called = seat.log(agency="so-xay-dung")
    for each in (called, request_id):
        seat.resolve(each, "so-xay-dung")
    assert await write_results(seat.desk, timedelta(minutes=5)) == 0, "another seat may be first"
    seat.clock.forward(minutes=6)
    assert await write_results(seat.desk, timedelta(minutes=5)) == 1
    assert await write_results(seat.desk) == 0
    told = [m for m in seat.messages(request_id) if m.purpose is Purpose.RESULT]
    assert [(m.channel, m.recipient) for m in told] == [(Channel.ZALO, "z1")]
    assert "Đã thay nắp mới." in told[0].text
    assert [m for m in seat.messages(called) if m.purpose is Purpose.RESULT] == []
    seat.do(c.RecordDelivery(outreach_id=told[0].id, state=DeliveryState.SENT), "system")
    seat.do(c.CloseRequest(request_id=request_id))
    assert seat.request(request_id).state is State.CLOSED
    seat.do(c.ReopenRequest(request_id=request_id, reason="Lại sụp"))
    seat.clock.forward(hours=1)
    seat.do(
        c.ReportResult(
            request_id=request_id, resolution_code="fixed", text="Thay nắp lần hai.",
            no_photo_reason="Trời tối, ảnh không rõ",
        ),
        "officer-so-xay-dung",
    )  # fmt: skip
    assert await write_results(seat.desk) == 1
    told = [m for m in seat.messages(request_id) if m.purpose is Purpose.RESULT]
    assert ["lần hai" in m.text for m in told] == [False, True]
    seat.desk.actor = actor_for("officer-so-xay-dung", seat.desk.catalogue, "x")
    assert await write_results(seat.desk) == 0, "agencies do not know who reported"
