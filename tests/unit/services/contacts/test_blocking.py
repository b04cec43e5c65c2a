"""Blocked senders: block by hand, change the term, unblock, list."""

from datetime import timedelta

import pytest

from console.domain.errors import InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.states import Channel, ContactState
from console.services.contacts.inbox import StoreInbox
from console.services.people.actors import actor_for
from console.services.ports.channels import InboundMessage
from console.services.views.audit import AuditFilter
from console.services.views.contacts import BlockedRow
from tests.unit.services.conftest import PHONE, Seat


def sms(seat: Seat, n: int, **values: object) -> InboundMessage:
    given: dict[str, object] = {
        "channel": Channel.SMS, "external_id": f"s{n}", "sender": PHONE, "sender_key": PHONE,
        "received_at": seat.clock(), "text": f"Mua đất {n}",
    }  # fmt: skip
    return InboundMessage(**{**given, **values})  # type: ignore[arg-type]


def block(**values: object) -> c.BlockSender:
    given: dict[str, object] = {
        "channel": Channel.SMS, "sender": "0903 123 456", "days": 30, "reason": "quảng cáo",
    }  # fmt: skip
    return c.BlockSender(**{**given, **values})  # type: ignore[arg-type]


def listed(seat: Seat) -> tuple[BlockedRow, ...]:
    return seat.desk.store.ask_now(lambda q: q.blocked_senders(seat.clock()))


async def test_one_is_blocked_by_hand_and_the_list_says_all_of_it(
    seat: Seat, inbox: StoreInbox
) -> None:
    await inbox.put(sms(seat, 1, sender_name="Cô Sáu"))
    seat.do(block(), "supervisor")
    began = seat.clock()
    seat.clock.forward(hours=1)
    held = [await inbox.put(sms(seat, n)) for n in (2, 3)]
    seat.clock.forward(hours=1)
    last = await inbox.put(sms(seat, 4))
    await inbox.put(sms(seat, 5, channel=Channel.ZALO))
    assert listed(seat) == (
        BlockedRow(
            Channel.SMS, PHONE, "Cô Sáu", "supervisor", began, "quảng cáo",
            began + timedelta(days=30), held=len(held) + 1, newest=last,
        ),
    )  # fmt: skip
    seat.do(c.RestoreContact(contact_id=last), "supervisor")
    assert listed(seat) == (), "whose message is given back is let go"


async def test_another_term_keeps_who_blocked_and_since_when(seat: Seat, inbox: StoreInbox) -> None:
    seat.do(block(), "supervisor")
    began = seat.clock()
    await inbox.put(sms(seat, 1))
    seat.clock.forward(days=29)
    seat.do(block(days=7, reason="vẫn gửi"), "administrator")
    (row,) = listed(seat)
    assert (row.actor, row.at, row.reason, row.held) == ("supervisor", began, "vẫn gửi", 1)
    assert row.until == seat.clock() + timedelta(days=7)
    seat.clock.forward(days=8)
    assert listed(seat) == ()
    seat.do(block(), "administrator")
    (row,) = listed(seat)
    assert (row.actor, row.at, row.held) == ("administrator", seat.clock(), 0), "a new one"


async def test_let_go_nothing_more_is_held_and_what_was_stays(
    seat: Seat, inbox: StoreInbox
) -> None:
    seat.do(block(), "supervisor")
    held = await inbox.put(sms(seat, 1))
    seat.do(c.LetSenderGo(channel=Channel.SMS, sender=PHONE), "supervisor")
    assert listed(seat) == ()
    later = await inbox.put(sms(seat, 2))
    rows = {r.id: r.state for r in seat.desk.store.ask_now(lambda q: q.inbox(state=None))}
    assert rows == {held: ContactState.SPAM, later: ContactState.NEW}
    with pytest.raises(RefusedError, match="not_blocked"):
        seat.do(c.LetSenderGo(channel=Channel.SMS, sender=PHONE), "supervisor")


@pytest.mark.parametrize(
    ("channel", "typed", "key"),
    [
        (Channel.SMS, " 0903.123.456 ", PHONE),
        (Channel.SMS, "QCAO-ABC", "QCAO-ABC"),
        (Channel.EMAIL, "Ads@Example.VN", "ads@example.vn"),
        (Channel.FACEBOOK, "4803123456", "4803123456"),
        (Channel.APP, "+84 903 123 456", PHONE),
    ],
)
async def test_what_was_typed_is_the_key_of_what_comes(
    seat: Seat, inbox: StoreInbox, channel: Channel, typed: str, key: str
) -> None:
    seat.do(block(channel=channel, sender=typed), "supervisor")
    assert [row.sender_key for row in listed(seat)] == [key]
    came = await inbox.put(sms(seat, 1, channel=channel, sender_key=key))
    found = seat.desk.store.ask_now(lambda q: q.contact(came))
    assert found is not None
    assert found.state is ContactState.SPAM


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sender": " \u200b "}, "sender_needed"),
        ({"days": 0}, "bad_block_days"),
        ({"days": 366}, "bad_block_days"),
        ({"reason": " "}, "reason_needed"),
        ({"channel": Channel.EMAIL, "sender": "no address"}, "bad_email"),
    ],
)
def test_what_is_no_block(seat: Seat, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(InputError, match=code):
        seat.do(block(**wrong), "supervisor")
    assert listed(seat) == ()


@pytest.mark.parametrize("user", ["operator", "auditor", "officer-sawaco"])
def test_only_who_leads_blocks_and_lets_go(seat: Seat, user: str) -> None:
    with pytest.raises(RefusedError, match="role_may_not"):
        seat.do(block(), user)
    seat.do(block(), "supervisor")
    with pytest.raises(RefusedError, match="role_may_not"):
        seat.do(c.LetSenderGo(channel=Channel.SMS, sender=PHONE), user)
    assert len(listed(seat)) == 1


def test_each_act_is_a_line_of_the_audit_that_names_nobody(seat: Seat) -> None:
    seat.do(block(), "supervisor")
    seat.do(c.LetSenderGo(channel=Channel.SMS, sender=PHONE), "administrator")
    found = seat.desk.store.ask_now(lambda q: q.audit_lines(AuditFilter(), 10))
    acts = [(line.act, line.actor, line.subject) for line in found]
    assert acts == [
        ("sender_let_go", "administrator", "sms"),
        ("sender_blocked", "supervisor", "sms"),
    ]
    assert not any("123" in line.detail or "456" in line.detail for line in found)


async def test_a_reason_goes_with_spam_too(seat: Seat, inbox: StoreInbox) -> None:
    contact = await inbox.put(sms(seat, 1))
    lead = actor_for("supervisor", seat.desk.catalogue)
    step = c.MarkSpam(contact_id=contact, block_days=7, reason="chửi bới")
    await seat.desk.do(step, actor=lead)
    (row,) = listed(seat)
    assert (row.reason, row.held, row.newest) == ("chửi bới", 0, contact)
