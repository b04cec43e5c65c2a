"""Incoming messages: stored once, updated by late parts, rejected with an answer."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from console.domain.errors import RefusedError
from console.domain.ids import contact_uuid, uuid7
from console.domain.live_events import ContactArrived, OutreachChanged, RequestsChanged
from console.domain.requests import commands as c
from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.contacts.inbox import OPT_IN, OPT_OUT, SUSPECT, StoreInbox, asks_for_silence
from console.services.ports.channels import InboundMessage
from console.services.records import SmsPart
from console.services.views.contacts import OutreachRow
from tests.unit.services.conftest import PHONE, Seat
from tests.unit.services.requests.test_intake import keep_contact


@pytest.fixture(autouse=True)
def _listening(seat: Seat) -> None:
    for kind in (ContactArrived, OutreachChanged, RequestsChanged):
        seat.desk.bus.subscribe(kind, seat.heard.append)


def message(seat: Seat, n: int = 1, **values: object) -> InboundMessage:
    given = InboundMessage(
        channel=Channel.SMS,
        external_id=f"sms-{n}",
        sender="0903123456",
        sender_key=PHONE,
        received_at=seat.clock(),
        text="Cây ngã trước số 12",
    )
    return replace(given, **values)  # type: ignore[arg-type]


def inbox_size(seat: Seat) -> int:
    return len(seat.desk.store.ask_now(lambda q: q.inbox(state=None)))


def part(seat: Seat, n: int) -> SmsPart:
    return SmsPart(
        external_id=f"part-{n}",
        imsi="452010000000000",
        sender=PHONE,
        received_at=seat.clock(),
        scts=None,
        coding="gsm7",
        body=b"x",
        pdu=b"x",
    )


async def test_a_message_is_kept_and_told_once(seat: Seat, inbox: StoreInbox) -> None:
    first = await inbox.put(message(seat))
    again = await inbox.put(message(seat))
    assert first == again == contact_uuid("sms", "sms-1")
    assert inbox_size(seat) == 1
    assert seat.heard == [ContactArrived(first, Channel.SMS)]
    assert seat.contact(first).state is ContactState.NEW


async def test_a_late_part_changes_the_text_not_what_people_did(
    seat: Seat, inbox: StoreInbox
) -> None:
    contact_id = await inbox.put(message(seat, text="A [thiếu phần 2/2]", flags=("incomplete",)))
    request_id = seat.log(channel=Channel.SMS, contact_id=contact_id, phone=None)
    await inbox.put(message(seat, text="A và B"))
    row = seat.contact(contact_id)
    assert (row.text, row.flags) == ("A và B", ())
    assert (row.state, row.request_id) == (ContactState.LINKED, request_id)
    assert inbox_size(seat) == 1


async def test_hostile_text_is_made_safe(seat: Seat, inbox: StoreInbox) -> None:
    hostile = message(
        seat,
        text="a\u202e\x00b\ud800",
        sender="09\n03",
        sender_name="<b>Lan\x1b</b>",
    )
    row = seat.contact(await inbox.put(hostile))
    assert row.text == "ab\ufffd"
    assert row.sender == "09 03"
    assert row.sender_name == "<b>Lan</b>"


async def test_parts_are_bound_to_their_contact(seat: Seat, inbox: StoreInbox) -> None:
    since = seat.clock() - timedelta(days=1)
    assert await inbox.keep_part(part(seat, 1))
    assert not await inbox.keep_part(part(seat, 1))
    assert await inbox.keep_part(part(seat, 2))
    contact_id = await inbox.put(message(seat), part_ids=("part-1", "part-2"))
    assert [p.contact_id for p in await inbox.open_parts(since)] == [contact_id] * 2
    assert await inbox.open_parts(seat.clock() + timedelta(seconds=1)) == ()


async def test_a_flood_is_flagged_and_nothing_dropped(seat: Seat, inbox: StoreInbox) -> None:
    ids = [await inbox.put(message(seat, n)) for n in range(7)]
    other = await inbox.put(message(seat, 99, sender_key="+84912000111"))
    seat.clock.forward(minutes=11)
    later = await inbox.put(message(seat, 100))
    flagged = [SUSPECT in seat.contact(i).flags for i in ids]
    assert flagged == [False] * 5 + [True] * 2
    assert seat.contact(other).flags == seat.contact(later).flags == ()
    assert inbox_size(seat) == 9
    # A message delivered again keeps its state.
    await inbox.put(message(seat, 6))
    assert seat.contact(ids[6]).flags == (SUSPECT,)


async def test_a_sender_without_key_is_never_a_flood(seat: Seat, inbox: StoreInbox) -> None:
    ids = [await inbox.put(message(seat, n, sender_key=None)) for n in range(7)]
    assert all(seat.contact(i).flags == () for i in ids)


# --- rejecting


def answer_to(seat: Seat, contact_id: UUID) -> tuple[OutreachRow, ...]:
    return seat.desk.store.ask_now(lambda q: q.outreach_for_contact(contact_id))


def test_a_rejected_sms_is_answered_with_the_reason(seat: Seat) -> None:
    contact_id = keep_contact(seat, Channel.SMS, PHONE)
    seat.do(c.RejectContact(contact_id=contact_id, reason="Ngoài địa bàn"))
    row = seat.contact(contact_id)
    assert (row.state, row.reject_reason) == (ContactState.REJECTED, "Ngoài địa bàn")
    (answer,) = answer_to(seat, contact_id)
    assert (answer.recipient, answer.purpose) == (PHONE, Purpose.REJECTION)
    assert "Ngoài địa bàn" in answer.text


@pytest.mark.parametrize(
    ("channel", "key", "values", "reply"),
    [
        (Channel.SMS, PHONE, {}, False),
        (Channel.SMS, "VIETTEL", {}, True),
        (Channel.EMAIL, "a@b.vn", {"flags": ("auto_reply",)}, True),
        (Channel.SMS, PHONE, {"flags": (SUSPECT,)}, True),
        (Channel.VOICE, PHONE, {}, True),
    ],
)
def test_who_gets_no_answer(
    seat: Seat, channel: Channel, key: str, values: dict[str, object], reply: bool
) -> None:
    contact_id = keep_contact(seat, channel, key, **values)
    seat.do(c.RejectContact(contact_id=contact_id, reason="Tin rác", reply=reply))
    assert seat.contact(contact_id).state is ContactState.REJECTED
    assert answer_to(seat, contact_id) == ()


@pytest.mark.parametrize(
    ("channel", "key"), [(Channel.EMAIL, "a@b.vn"), (Channel.ZALO, "z1"), (Channel.FACEBOOK, "f1")]
)
def test_a_rejected_message_is_answered_the_way_it_came(
    seat: Seat, channel: Channel, key: str
) -> None:
    contact_id = keep_contact(seat, channel, key)
    seat.do(c.RejectContact(contact_id=contact_id, reason="Ngoài địa bàn"))
    (answer,) = answer_to(seat, contact_id)
    assert (answer.channel, answer.recipient) == (channel, key)


def test_what_cannot_be_rejected(seat: Seat) -> None:
    linked = keep_contact(seat, Channel.SMS, PHONE)
    seat.log(channel=Channel.SMS, contact_id=linked)
    free = keep_contact(seat, Channel.SMS, "+84912000111")
    for contact_id, reason, code in (
        (linked, "Tin rác", "contact_is_linked"),
        (uuid7(), "Tin rác", "no_such_contact"),
        (free, " \u200b", "reason_needed"),
    ):
        with pytest.raises(RefusedError, match=code):
            seat.do(c.RejectContact(contact_id=contact_id, reason=reason))
    assert seat.contact(free).state is ContactState.NEW


# --- delivery reports from the channel


async def test_a_report_changes_row_and_request(seat: Seat, inbox: StoreInbox) -> None:
    request_id = seat.log()
    send = c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="Xong", request_id=request_id)
    await seat.desk.do(send)
    seat.heard.clear()
    await inbox.report(send.id, DeliveryState.FAILED, ("7",), "cms_38\x00")
    (row,) = seat.messages(request_id)
    assert (row.state, row.refs, row.error) == (DeliveryState.FAILED, ("7",), "cms_38")
    assert seat.heard == [
        OutreachChanged(send.id, request_id),
        RequestsChanged(frozenset({request_id})),
    ]
    # The same report again is no news.
    seat.heard.clear()
    await inbox.report(send.id, DeliveryState.FAILED, ("7",))
    assert seat.heard == []


async def test_the_newest_message_with_a_ref_is_found(seat: Seat, inbox: StoreInbox) -> None:
    sent = []
    for _ in range(2):
        send = c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="Xong")
        await seat.desk.do(send)
        seat.clock.forward(seconds=1)
        await inbox.report(send.id, DeliveryState.SENT, ("imsi/7",))
        sent.append(send.id)
    found = await inbox.sent_with_ref(Channel.SMS, "imsi/7")
    assert found is not None
    assert found.id == sent[1]
    assert await inbox.sent_with_ref(Channel.SMS, "imsi/8") is None
    assert await inbox.sent_with_ref(Channel.EMAIL, "imsi/7") is None
    # A report does not make the older one newer; once the newer one is delivered, the older counts.
    await inbox.report(sent[0], DeliveryState.UNKNOWN, ("imsi/7",))
    found = await inbox.sent_with_ref(Channel.SMS, "imsi/7")
    assert found is not None
    assert found.id == sent[1]
    await inbox.report(sent[1], DeliveryState.DELIVERED, ("ok:imsi/7",))
    found = await inbox.sent_with_ref(Channel.SMS, "imsi/7")
    assert found is not None
    assert found.id == sent[0]


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("TỪ CHỐI", True),
        (" tu  choi.", True),
        ("STOP", True),
        ("TC 1022", True),
        ("Xin từ chối nhận đơn này vì đường ngập", None),
        ("Cây sắp đổ, dừng xe", None),
        ("", None),
    ],
)
async def test_who_asks_for_silence_hears_nothing_that_nobody_typed(
    seat: Seat, inbox: StoreInbox, text: str, silent: bool | None
) -> None:
    first = await inbox.put(message(seat, text=text))
    assert (OPT_OUT in seat.contact(first).flags) is bool(silent)
    later = await inbox.put(message(seat, 2, text="Ổ gà ở Đồng Tâm"))
    request_id = seat.log(channel=Channel.SMS, contact_id=later, phone=None)
    assert len(seat.messages(request_id)) == (0 if silent else 1)
    seat.do(c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="Do người gõ"))
    queued = seat.desk.store.write_now(lambda uow: uow.due_outreach(Channel.SMS, 10))
    assert "Do người gõ" in {row.text for row in queued}, "a person may"
    reject = await inbox.put(message(seat, 3, text="Bán đất"))
    seat.do(c.RejectContact(contact_id=reject, reason="Không thuộc phạm vi"))
    rows = seat.desk.store.ask_now(lambda q: q.outreach_for_contact(reject))
    assert len(rows) == (0 if silent else 1)


def test_the_whole_words_for_silence_and_for_its_end() -> None:
    for text in ("Từ chối", "tc", "DỪNG", "Stop", "huỷ", "Ngưng", "Không nhận tin", "ngung 1022"):
        assert asks_for_silence(text) is True, text
    for text in ("Đồng ý", "nhận lại", "Nhận tin", "start", "NHAN LAI 1022"):
        assert asks_for_silence(text) is False, text


async def test_who_wants_messages_again_gets_them(seat: Seat, inbox: StoreInbox) -> None:
    await inbox.put(message(seat, text="STOP"))
    back = await inbox.put(message(seat, 2, text="Nhận lại"))
    assert seat.contact(back).flags == (OPT_IN,)
    later = await inbox.put(message(seat, 3))
    request_id = seat.log(channel=Channel.SMS, contact_id=later, phone=None)
    assert len(seat.messages(request_id)) == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.ZALO])
async def test_one_receipt_an_hour_where_machines_answer_each_other(
    seat: Seat, inbox: StoreInbox, channel: Channel
) -> None:
    """The result of every request is still sent; an account cannot cause a loop."""
    key = {Channel.SMS: PHONE, Channel.EMAIL: "be@nha.vn", Channel.ZALO: "z1"}[channel]
    receipts = []
    for n, hours in enumerate((0, 0.9, 0.2)):
        seat.clock.forward(hours=hours)
        came = await inbox.put(
            message(seat, n, channel=channel, sender=key, sender_key=key, text=f"Sự cố {n}")
        )
        email = key if channel is Channel.EMAIL else None
        request_id = seat.log(channel=channel, contact_id=came, phone=None, email=email)
        receipts.append(len(seat.messages(request_id)))
    assert receipts == ([1, 1, 1] if channel is Channel.ZALO else [1, 0, 1])


async def test_the_number_of_a_report_is_there_with_its_commit(
    seat: Seat, inbox: StoreInbox
) -> None:
    report = message(seat, reserve_number=True, channel=Channel.APP)
    number = await inbox.put_numbered(report)
    assert number is not None
    assert await inbox.put_numbered(report) == number
    assert await inbox.put_numbered(message(seat, 2)) is None
