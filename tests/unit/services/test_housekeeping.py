"""Housekeeping, background tasks, drafts, accounts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import DraftsChanged, LinkChanged
from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState, Purpose, Role, State
from console.services.housekeeping import close_unanswered, housekeeping, write_results
from console.services.people.actors import actor_for, system_actor
from console.services.requests.drafts import LONGEST
from console.services.runtime.keep_alive import (
    FIRST_S,
    LONGEST_S,
    STEADY_S,
    Health,
    back_off,
    supervise,
)
from console.store.seat.store_copy import NightlyCopies
from tests.unit.services.conftest import Seat


class Enough(BaseException):
    """Ends a loop that runs for ever."""


class Script:
    """A coroutine maker that fails by a script and records the waits between its runs."""

    def __init__(self, *outcomes: Exception | None, until: int) -> None:
        self.outcomes = list(outcomes)
        self.until = until
        self.waits: list[float] = []
        self.told: list[object] = []

    async def work(self) -> None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.until:
            raise Enough

    async def run(self, make: Callable[[], Awaitable[None]] | None = None) -> Health:
        health = Health()
        with pytest.raises(Enough):
            await supervise(
                "mail", make or self.work, self.told.append, health=health, sleep=self.sleep
            )
        return health


async def test_a_failed_task_starts_again_and_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    script = Script(UnavailableError("disk_full", path="/x"), ValueError("bug"), None, until=3)
    health = await script.run()

    def again(tries: int) -> dict[str, object]:
        return {"tries": tries, "again_s": round(script.waits[tries - 1])}

    assert script.told == [
        LinkChanged("mail", "down", "disk_full", {"path": "/x", **again(1)}),
        LinkChanged("mail", "down", "failed", {"error": "ValueError", **again(2)}),
        LinkChanged("mail", "down", "ended", again(3)),
    ]
    assert (health.failures, health.last) == (3, "ended")
    assert [r.levelname for r in caplog.records] == ["WARNING", "ERROR", "WARNING"]


async def test_the_wait_grows_to_half_a_minute() -> None:
    script = Script(until=8)
    await script.run()
    assert all(FIRST_S <= wait <= LONGEST_S for wait in script.waits)
    assert script.waits[7] >= LONGEST_S / 2


async def test_a_steady_run_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    now = [0.0]
    monkeypatch.setattr(loop, "time", lambda: now[0])
    script = Script(until=7)

    async def long() -> None:
        now[0] += STEADY_S if len(script.waits) == 6 else 1.0

    await script.run(long)
    assert script.waits[5] >= LONGEST_S / 2
    assert script.waits[6] == FIRST_S


async def test_cancelling_ends_it() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("mail", for_ever, lambda _e: None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_consoles_do_not_come_back_in_the_same_second() -> None:
    assert back_off(3, chance=lambda: 0.0) == 4.0
    assert back_off(3, chance=lambda: 1.0) == 8.0
    assert back_off(0, chance=lambda: 0.0) == FIRST_S
    assert back_off(10_000, chance=lambda: 1.0) == LONGEST_S


# --- housekeeping


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
    from console.domain.live_events import RequestsChanged

    seat.desk.bus.subscribe(RequestsChanged, lambda _e: closed.set())
    task = asyncio.create_task(housekeeping(seat.desk, NightlyCopies(tmp_path)))
    await asyncio.wait_for(closed.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seat.request(request_id).state is State.CLOSED


# --- drafts


def test_the_latest_typing_wins(seat: Seat) -> None:
    seat.desk.bus.subscribe(DraftsChanged, seat.heard.append)
    draft_id = uuid4()
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Nắp"}))
    seat.clock.forward(seconds=1)
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Nắp cống", "lat": None}))
    (draft,) = seat.desk.store.ask_now(lambda q: q.drafts("may-07"))
    assert draft.fields == {"description": "Nắp cống", "lat": None}
    assert (draft.operator, draft.workstation) == ("operator", "may-07")
    assert draft.updated_at == seat.clock()
    seat.do(c.DiscardDraft(draft_id=draft_id))
    seat.do(c.DiscardDraft(draft_id=draft_id))
    assert seat.desk.store.ask_now(lambda q: q.drafts()) == ()
    assert seat.heard == [DraftsChanged()] * 4


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"x": object()}, "draft_unreadable"),
        ({"x": "a" * (LONGEST + 1)}, "draft_too_long"),
    ],
)
def test_what_is_no_form_is_refused(seat: Seat, fields: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        seat.do(c.SaveDraft(draft_id=uuid4(), fields=fields))
    assert caught.value.code == code


# --- accounts


def test_an_officer_belongs_to_his_agency(seat: Seat) -> None:
    actor = actor_for("officer-cay-xanh", seat.desk.catalogue, "may-07")
    assert (actor.role, actor.agency, actor.workstation) == (Role.OFFICER, "cay-xanh", "may-07")
    assert not actor.may_see_reporter
    assert actor_for("operator", seat.desk.catalogue).may_see_reporter


@pytest.mark.parametrize("user", ["", "nobody", "system", "officer-nobody", "OPERATOR"])
def test_nobody_else_comes_in(seat: Seat, user: str) -> None:
    with pytest.raises(InputError) as caught:
        actor_for(user, seat.desk.catalogue)
    assert caught.value.code == "unknown_user"


def test_the_system_acts_under_its_own_name() -> None:
    actor = system_actor("may-07")
    assert (actor.user, actor.role, actor.workstation) == ("system", Role.SYSTEM, "may-07")


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
