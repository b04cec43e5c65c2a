"""Warnings to contact points: the right one, by mail or SMS, each once, even with several seats."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.domain.catalogue.city_rules import ContactPoint
from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState, Purpose, Role
from console.services.supervision.warning_messages import WarningMessenger
from console.services.views.contacts import OutreachRow
from console.store.seat.local_store import LocalStore
from tests.unit.services.conftest import Seat

AGENCY = "so-xay-dung"
BOTH = (Channel.EMAIL, Channel.SMS)
NIGHT = (21, 7)
DUTY = ContactPoint(code="duty", agency=AGENCY, name="Trực ban", role=Role.OFFICER,
                    email="truc@example.vn", phone="+84903000111")  # fmt: skip
HEAD = ContactPoint(code="head", agency=AGENCY, name="Lãnh đạo", role=Role.SUPERVISOR,
                    phone="+84903000222")  # fmt: skip
LEAD = ContactPoint(code="lead", agency="", name="Ca trưởng", role=Role.SUPERVISOR,
                    email="ca@example.vn")  # fmt: skip


@pytest.fixture
def ruled(seat: Seat) -> Seat:
    seat.desk.catalogue = replace(seat.desk.catalogue, contact_points=(DUTY, HEAD, LEAD))
    return seat


def round_of(seat: Seat, channels: tuple[Channel, ...] = BOTH) -> list[tuple[str, str]]:
    """(channel, recipient) of the messages that this round queues."""
    known = {row.id for row in messages(seat)}
    asyncio.run(WarningMessenger(seat.desk, channels, quiet=NIGHT).round())
    new = [row for row in messages(seat) if row.id not in known]
    return sorted((row.channel.value, row.recipient) for row in new)


def messages(seat: Seat) -> list[OutreachRow]:
    return [
        row
        for channel in BOTH
        for row in seat.desk.store.write_now(
            lambda uow, ch=channel: uow.outreach_in(ch, DeliveryState.QUEUED)  # type: ignore[misc]
        )
        if row.purpose is Purpose.WARNING
    ]


def accepted(seat: Seat, **values: object) -> UUID:
    """A request with only its resolve clock running: 24 hours."""
    request_id = seat.log(agency=AGENCY, service_code="roads.pothole", **values)
    seat.do(c.AcceptAssignment(request_id=request_id), f"officer-{AGENCY}")
    return request_id


def test_who_works_on_it_first_then_its_head_and_the_shifts_lead(ruled: Seat) -> None:
    accepted(ruled)
    assert round_of(ruled) == []
    ruled.clock.forward(hours=12)
    assert round_of(ruled) == [("email", "truc@example.vn")]
    ruled.clock.forward(hours=6)
    assert round_of(ruled) == [("email", "truc@example.vn")]
    ruled.clock.forward(hours=6)
    everybody = [("email", "ca@example.vn"), ("email", "truc@example.vn"),
                 ("sms", "+84903000111"), ("sms", "+84903000222")]  # fmt: skip
    assert round_of(ruled) == everybody
    ruled.clock.forward(hours=24)
    assert round_of(ruled) == everybody
    ruled.clock.forward(hours=24)
    assert round_of(ruled) == []


def test_each_is_said_once_also_after_a_restart_and_stands_in_the_history(ruled: Seat) -> None:
    request_id = accepted(ruled)
    ruled.clock.forward(hours=13)
    assert len(round_of(ruled)) == 1
    assert round_of(ruled) == []
    lines = ruled.desk.store.ask_now(lambda q: q.detail(request_id))
    assert lines is not None
    (line,) = [line for line in lines.history if line.kind == "agency_warned"]
    assert line.body["to"] == "duty"
    assert "truc@" not in str(line.body)
    assert line.applied


def test_many_at_once_are_one_message_that_counts_them(ruled: Seat) -> None:
    for n in range(45):
        accepted(ruled, phone=f"09031234{n:02d}")
    ruled.clock.forward(hours=24)
    assert len(round_of(ruled)) == 4
    texts = {row.channel: row.text for row in messages(ruled) if row.recipient.endswith("111")
             or row.recipient.startswith("truc")}  # fmt: skip
    assert texts[Channel.EMAIL].count("\n- ") == 40
    assert "và 5 phản ánh khác" in texts[Channel.EMAIL]
    assert "và 44 phản ánh khác" in texts[Channel.SMS]
    assert len(texts[Channel.SMS]) <= 201


def test_at_night_an_sms_waits_for_the_morning_unless_somebody_is_awake(ruled: Seat) -> None:
    ruled.clock.now = ruled.clock.now.replace(hour=15, minute=30)  # 22:30 in the city
    ruled.desk.catalogue = replace(
        ruled.desk.catalogue, contact_points=(HEAD, replace(HEAD, code="duty", phone="+84903000333",
                                                            around_the_clock=True))
    )  # fmt: skip
    accepted(ruled)
    ruled.clock.forward(hours=24, minutes=30)
    assert round_of(ruled) == [("sms", "+84903000333")]
    ruled.clock.forward(hours=8)
    assert round_of(ruled) == [("sms", "+84903000222")]


def test_without_a_channel_nothing_is_queued_and_nothing_is_lost(ruled: Seat) -> None:
    accepted(ruled)
    ruled.clock.forward(hours=24)
    assert round_of(ruled, ()) == []
    assert round_of(ruled, (Channel.SMS,)) == [("sms", "+84903000111"), ("sms", "+84903000222")]


def test_what_another_gateway_said_is_not_said_again(ruled: Seat, tmp_path: Path) -> None:
    request_id = accepted(ruled)
    ruled.clock.forward(hours=13)
    assert len(round_of(ruled)) == 1
    events = ruled.desk.store.write_now(lambda uow: uow.events(request_id))
    other = LocalStore(tmp_path / "other", ruled.desk.catalogue, console_code=2)
    try:
        other.write_now(
            lambda uow: uow.append([replace(e, seq=n) for n, e in enumerate(events, 1)])
        )
        there = replace(ruled.desk, store=other)
        assert asyncio.run(WarningMessenger(there, BOTH).round()) == 0
        ruled.clock.forward(hours=5)
        assert asyncio.run(WarningMessenger(there, BOTH, patience=timedelta(hours=1)).round()) == 0
        assert asyncio.run(WarningMessenger(there, BOTH).round()) == 1
    finally:
        other.close()


def test_two_gateways_that_say_it_at_once_make_one_event_and_one_message(
    ruled: Seat, tmp_path: Path
) -> None:
    request_id = accepted(ruled)
    events = ruled.desk.store.write_now(lambda uow: uow.events(request_id))
    other = LocalStore(tmp_path / "other", ruled.desk.catalogue, console_code=2)
    try:
        other.write_now(
            lambda uow: uow.append([replace(e, seq=n) for n, e in enumerate(events, 1)])
        )
        ruled.clock.forward(hours=13)
        said = []
        for store in (ruled.desk.store, other):
            there = replace(ruled.desk, store=store)
            asyncio.run(WarningMessenger(there, BOTH).round())
            last = store.write_now(lambda uow: uow.events(request_id))[-1]
            queued = store.write_now(
                lambda uow: uow.outreach_in(Channel.EMAIL, DeliveryState.QUEUED)
            )
            said.append((last.id, [row.id for row in queued]))
        assert said[0] == said[1]
    finally:
        other.close()


def test_of_several_gateways_the_holder_of_the_mailbox_writes(ruled: Seat) -> None:
    """Also the SMS, which the modem's holder sends; without a holder nobody writes."""
    accepted(ruled)
    ruled.clock.forward(hours=24)
    held: set[Channel] = set()
    other = WarningMessenger(ruled.desk, BOTH, quiet=NIGHT, ours=held.__contains__)
    assert asyncio.run(other.round()) == 0, "the centre is away, or another one has both"
    held.add(Channel.SMS)
    assert asyncio.run(other.round()) == 0
    held.add(Channel.EMAIL)
    assert asyncio.run(other.round()) > 0
    assert {row.channel for row in messages(ruled)} == {*BOTH}
