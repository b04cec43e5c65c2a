"""Messages and callbacks: the third failed call, delivery reports, recipients."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from console.domain.errors import InputError, RefusedError
from console.domain.ids import uuid7
from console.domain.live_events import OutreachChanged
from console.domain.requests import commands as c
from console.domain.requests.request import Reporter
from console.domain.states import (
    Channel,
    ContactState,
    DeliveryState,
    Outcome,
    Purpose,
    State,
)
from console.domain.text.phone import is_mobile
from console.services.outreach.messages import address_of, checked_email, result_text, when
from tests.unit.services.conftest import PHONE, Seat
from tests.unit.services.requests.test_intake import keep_contact

AGENCY = "ubnd-ba-diem"


def fail(seat: Seat, request_id: UUID, times: int) -> None:
    for _ in range(times):
        seat.clock.forward(minutes=30)
        seat.do(c.RecordOutreach(request_id=request_id, outcome=Outcome.NO_ANSWER))


def queued(seat: Seat, **values: object) -> UUID:
    command = c.SendMessage(
        **{"channel": Channel.SMS, "recipient": PHONE, "text": "Xin chào", **values}  # type: ignore[arg-type]
    )
    seat.do(command)
    return command.id


def row_of(seat: Seat, outreach_id: UUID) -> object:
    return seat.desk.store.write_now(lambda uow: uow.outreach(outreach_id))


# --- a later date


@pytest.mark.parametrize(("channel", "told"), [(Channel.SMS, True), (Channel.VOICE, False)])
def test_who_wrote_is_told_the_later_date(seat: Seat, channel: Channel, told: bool) -> None:
    request_id = seat.log(channel=channel)
    before = len(seat.messages(request_id))
    until = seat.clock() + timedelta(days=4)
    seat.do(
        c.AskExtension(request_id=request_id, reason="Chờ vật tư", committed_at=until),
        f"officer-{AGENCY}",
    )
    assert len(seat.messages(request_id)) == before, "asked for is not granted"
    seat.do(c.GrantExtension(request_id=request_id), "supervisor")
    new = [m for m in seat.messages(request_id) if m.purpose is Purpose.EXTENSION]
    assert [message.recipient for message in new] == ([PHONE] if told else [])
    assert all(f"dự kiến xong trước {when(until)}" in message.text for message in new)


# --- the third failed call


def test_after_three_failed_calls_a_message_makes_closing_legal(seat: Seat) -> None:
    request_id = seat.log()
    seat.resolve(request_id, AGENCY)
    fail(seat, request_id, 2)
    with pytest.raises(RefusedError, match="attempts_left"):
        seat.do(c.CloseRequest(request_id=request_id))
    assert seat.messages(request_id) == ()
    fail(seat, request_id, 1)
    (message,) = seat.messages(request_id)
    assert (message.purpose, message.recipient) == (Purpose.UNREACHABLE, PHONE)
    assert "Đã thay nắp mới." in message.text
    assert seat.do(c.CloseRequest(request_id=request_id)).state is State.CLOSED


def test_a_fourth_failed_call_writes_no_second_message(seat: Seat) -> None:
    request_id = seat.log()
    seat.resolve(request_id, AGENCY)
    fail(seat, request_id, 4)
    assert len(seat.messages(request_id)) == 1


def test_a_landline_gets_no_sms(seat: Seat) -> None:
    request_id = seat.log(phone="028 3829 1022")
    seat.resolve(request_id, AGENCY)
    fail(seat, request_id, 3)
    assert seat.messages(request_id) == ()


def test_calls_before_the_result_do_not_count(seat: Seat) -> None:
    request_id = seat.log()
    fail(seat, request_id, 3)
    seat.resolve(request_id, AGENCY)
    fail(seat, request_id, 1)
    assert seat.messages(request_id) == ()


# --- messages by hand


def test_a_message_is_queued_under_the_commands_id(seat: Seat) -> None:
    request_id = seat.log()
    seat.desk.bus.subscribe(OutreachChanged, seat.heard.append)
    outreach_id = queued(seat, request_id=request_id, purpose=Purpose.RESULT)
    (row,) = seat.messages(request_id)
    assert (row.id, row.state, row.tries) == (outreach_id, DeliveryState.QUEUED, 0)
    assert seat.kinds(request_id)[-1] == "message_queued"
    assert seat.heard == [OutreachChanged(outreach_id, request_id)]


def test_an_answered_contact_leaves_the_inbox(seat: Seat) -> None:
    contact_id = keep_contact(seat, Channel.SMS, PHONE)
    queued(seat, contact_id=contact_id)
    assert seat.contact(contact_id).state is ContactState.ANSWERED


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": " \n"}, "message_empty"),
        ({"text": "a" * 671}, "message_too_long"),
        ({"recipient": "028 3829 1022"}, "not_a_mobile"),
        ({"recipient": ""}, "not_a_mobile"),
        ({"channel": Channel.EMAIL, "recipient": "nobody"}, "bad_email"),
        ({"channel": Channel.EMAIL, "recipient": " "}, "bad_email"),
        ({"channel": Channel.ZALO, "recipient": " "}, "no_recipient"),
    ],
)
def test_what_cannot_be_sent_is_not_queued(
    seat: Seat, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InputError, match=code):
        queued(seat, **values)


def test_a_message_about_nothing_known_is_refused(seat: Seat) -> None:
    for values, code in (
        ({"request_id": uuid7()}, "no_such_request"),
        ({"contact_id": uuid7()}, "no_such_contact"),
    ):
        with pytest.raises(RefusedError, match=code):
            queued(seat, **values)


def test_zalo_and_mail_take_what_an_sms_does_not(seat: Seat) -> None:
    assert row_of(seat, queued(seat, channel=Channel.ZALO, recipient="8712634")) is not None
    mail = row_of(seat, queued(seat, channel=Channel.EMAIL, recipient="Lan@Example.ORG"))
    assert mail.recipient == "Lan@example.org"  # type: ignore[attr-defined]


# --- deliveries


def deliver(
    seat: Seat, outreach_id: UUID, state: DeliveryState, user: str = "system", **more: object
) -> None:
    seat.do(c.RecordDelivery(outreach_id=outreach_id, state=state, **more), user)  # type: ignore[arg-type]


def test_history_tells_sent_and_delivered(seat: Seat) -> None:
    request_id = seat.log()
    outreach_id = queued(seat, request_id=request_id)
    deliver(seat, outreach_id, DeliveryState.SENDING)
    deliver(seat, outreach_id, DeliveryState.SENT, refs=("7",))
    deliver(seat, outreach_id, DeliveryState.DELIVERED)
    (row,) = seat.messages(request_id)
    assert (row.state, row.refs) == (DeliveryState.DELIVERED, ("7",))
    assert seat.kinds(request_id)[-3:] == [
        "message_queued",
        "message_delivered",
        "message_delivered",
    ]
    assert seat.request(request_id).messages[0].state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("first", "late", "kept"),
    [
        (DeliveryState.DELIVERED, DeliveryState.SENT, DeliveryState.DELIVERED),
        (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.DELIVERED),
        (DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.SENT),
        (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.SENT),
        (DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.FAILED),
        (DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        (DeliveryState.UNKNOWN, DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        (DeliveryState.UNKNOWN, DeliveryState.SENDING, DeliveryState.UNKNOWN),
    ],
)
def test_a_late_word_never_takes_back(
    seat: Seat, first: DeliveryState, late: DeliveryState, kept: DeliveryState
) -> None:
    outreach_id = queued(seat)
    deliver(seat, outreach_id, first)
    deliver(seat, outreach_id, late)
    assert row_of(seat, outreach_id).state is kept  # type: ignore[attr-defined]


def test_one_more_part_delivered_changes_refs_only(seat: Seat) -> None:
    request_id = seat.log()
    outreach_id = queued(seat, request_id=request_id)
    deliver(seat, outreach_id, DeliveryState.SENT, refs=("7", "8"))
    before = seat.kinds(request_id)
    deliver(seat, outreach_id, DeliveryState.SENT, refs=("ok:7", "8"))
    assert seat.messages(request_id)[0].refs == ("ok:7", "8")
    assert seat.kinds(request_id) == before


@pytest.mark.parametrize("fate", [DeliveryState.UNKNOWN, DeliveryState.FAILED])
def test_only_a_person_sends_again(seat: Seat, fate: DeliveryState) -> None:
    outreach_id = queued(seat)
    deliver(seat, outreach_id, fate, error="sms_cut_off")
    with pytest.raises(RefusedError, match="role_may_not"):
        deliver(seat, outreach_id, DeliveryState.QUEUED)
    deliver(seat, outreach_id, DeliveryState.QUEUED, user="operator")
    row = row_of(seat, outreach_id)
    assert (row.state, row.tries) == (DeliveryState.QUEUED, 0)  # type: ignore[attr-defined]


def test_a_word_about_an_unknown_message_is_refused(seat: Seat) -> None:
    with pytest.raises(RefusedError, match="no_such_message"):
        deliver(seat, uuid7(), DeliveryState.SENT)


# --- addresses


@pytest.mark.parametrize(
    ("number", "mobile"),
    [
        ("+84903123456", True),
        ("+84321234567", True),
        ("+842838291022", False),
        ("1022", False),
        ("+16502530000", False),
        (None, False),
    ],
)
def test_which_numbers_take_an_sms(number: str | None, mobile: bool) -> None:
    assert is_mobile(number) is mobile


@pytest.mark.parametrize(
    "text", ["a@b", "a b@c.vn", "<a@b.vn>", "a@b.vn, c@d.vn", "@b.vn", "a@.vn,"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InputError):
        checked_email(text)


def test_how_a_reporter_is_written_to() -> None:
    def reporter(channel: Channel, phone: str | None, email: str | None) -> Reporter:
        return Reporter(None, None, phone, email, channel)

    voice = reporter(Channel.VOICE, PHONE, None)
    assert address_of(voice, voice_by_sms=False) is None
    assert address_of(voice, voice_by_sms=True) == (Channel.SMS, PHONE)
    assert address_of(reporter(Channel.SMS, PHONE, None), voice_by_sms=False) == (
        Channel.SMS,
        PHONE,
    )
    assert address_of(reporter(Channel.EMAIL, PHONE, "a@b.vn"), voice_by_sms=False) == (
        Channel.EMAIL,
        "a@b.vn",
    )
    landline = reporter(Channel.VOICE, "+842838291022", "a@b.vn")
    assert address_of(landline, voice_by_sms=True) == (Channel.EMAIL, "a@b.vn")
    assert address_of(reporter(Channel.VOICE, None, None), voice_by_sms=True) is None


def test_the_result_message_is_ready_to_edit(seat: Seat) -> None:
    request_id = seat.log()
    seat.resolve(request_id, AGENCY)
    text = result_text(seat.request(request_id), seat.desk._context(None))
    assert "Đã thay nắp mới." in text
    assert "{" not in text


def test_a_template_that_is_missing_is_told(seat: Seat) -> None:
    request = seat.request(seat.log())
    seat.desk.catalogue = replace(seat.desk.catalogue, templates={})
    with pytest.raises(InputError, match="missing_template"):
        result_text(request, seat.desk._context(None))


def test_who_left_only_an_address_is_not_called_three_times(seat: Seat) -> None:
    request_id = seat.log(channel=Channel.EMAIL, phone=None, email="lan@example.org")
    seat.resolve(request_id, AGENCY)
    fail(seat, request_id, 1)
    assert [m.purpose for m in seat.messages(request_id)] == [Purpose.ACKNOWLEDGEMENT]
    told = queued(
        seat,
        channel=Channel.EMAIL,
        recipient="lan@example.org",
        request_id=request_id,
        purpose=Purpose.RESULT,
    )
    deliver(seat, told, DeliveryState.SENT)
    assert seat.do(c.CloseRequest(request_id=request_id)).state is State.CLOSED
