"""What an operator does with a message besides making a request of it."""

from dataclasses import replace

import pytest

from console.domain.errors import InputError, RefusedError
from console.domain.ids import uuid7
from console.domain.requests import commands as c
from console.domain.requests.numbering import spoken
from console.domain.states import Channel, ContactState, DeliveryState, State
from console.services.contacts.inbox import StoreInbox
from console.services.people.actors import actor_for
from console.services.ports.channels import InboundMessage
from tests.unit.services.conftest import PHONE, Seat


def message(seat: Seat, n: int = 1, **values: object) -> InboundMessage:
    given = InboundMessage(
        channel=Channel.EMAIL,
        external_id=f"<{n}@example.vn>",
        sender="dan@example.vn",
        sender_key="dan@example.vn",
        received_at=seat.clock(),
        text="Cây ngã trước số 12",
    )
    return replace(given, **values)  # type: ignore[arg-type]


async def test_who_opens_it_first_is_kept(seat: Seat, inbox: StoreInbox) -> None:
    contact = await inbox.put(message(seat))
    assert seat.contact(contact).opened_at is None
    await seat.desk.do(c.OpenContact(contact_id=contact))
    other = actor_for("supervisor", seat.desk.catalogue)
    await seat.desk.do(c.OpenContact(contact_id=contact), actor=other)
    assert seat.contact(contact).handled_by == "operator"
    assert seat.contact(contact).state is ContactState.NEW


async def test_of_a_message_that_somebody_else_worked_comes_no_second_request_unseen(
    seat: Seat, inbox: StoreInbox
) -> None:
    """Two people had its form open; the later save is refused."""
    contact = await inbox.put(message(seat))
    form = c.LogRequest(
        channel=Channel.EMAIL, service_code="roads.pothole", description="Cây ngã",
        contact_id=contact, address_string="12 Đồng Tâm",
    )  # fmt: skip
    other = actor_for("supervisor", seat.desk.catalogue)
    done = await seat.desk.do(form, actor=other)
    with pytest.raises(RefusedError) as refused:
        await seat.desk.do(replace(form, id=uuid7(), request_id=uuid7()))
    assert refused.value.code == "message_has_request"
    assert refused.value.params == {"number": spoken(str(done.number)), "who": "supervisor"}
    assert done.request_id is not None
    with pytest.raises(RefusedError, match="message_has_request"):
        await seat.desk.do(c.JoinCaller(request_id=done.request_id, channel=Channel.EMAIL,
                                        contact_id=contact))  # fmt: skip
    assert (await seat.desk.do(form, actor=other)).number == done.number, "sent again"
    second = replace(form, id=uuid7(), request_id=uuid7(), description="Đèn tắt")
    assert (await seat.desk.do(second, actor=other)).number != done.number, "another matter of it"


async def test_a_number_in_the_subject_says_what_it_is_about(seat: Seat, inbox: StoreInbox) -> None:
    request_id = seat.log()
    number = seat.desk.store.ask_now(lambda q: q.detail(request_id)).request.number  # type: ignore[union-attr]
    contact = await inbox.put(message(seat, number=number))
    found = seat.contact(contact)
    assert (found.about_id, found.about_number) == (request_id, number)
    assert found.request_id is None, "only a person links it"


async def test_an_answer_is_about_what_our_message_was_about(seat: Seat, inbox: StoreInbox) -> None:
    request_id = seat.log()
    done = c.SendMessage(
        channel=Channel.EMAIL, recipient="dan@example.vn", text="Ở đâu?", request_id=request_id
    )
    await seat.desk.do(done)
    await seat.desk.do(
        c.RecordDelivery(outreach_id=done.id, state=DeliveryState.SENT, refs=("<q@1022>",))
    )
    contact = await inbox.put(message(seat, references=("<unknown@x>", "<q@1022>")))
    assert seat.contact(contact).about_id == request_id


async def test_a_thread_leads_to_its_request(seat: Seat, inbox: StoreInbox) -> None:
    first = await inbox.put(message(seat, thread_key="t1"))
    request_id = seat.log(channel=Channel.EMAIL, contact_id=first, phone=None)
    second = await inbox.put(message(seat, 2, thread_key="t1"))
    assert seat.contact(second).about_id == request_id


async def test_the_reserved_number_becomes_the_requests(seat: Seat, inbox: StoreInbox) -> None:
    contact = await inbox.put(message(seat, reserve_number=True))
    number = seat.contact(contact).number
    again = await inbox.put(message(seat, reserve_number=True))
    assert again == contact
    assert seat.contact(contact).number == number
    request_id = seat.log(channel=Channel.EMAIL, contact_id=contact, phone=None)
    detail = seat.desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert detail.request.number == number
    second = seat.log(channel=Channel.EMAIL, contact_id=contact, phone=None)
    detail = seat.desk.store.ask_now(lambda q: q.detail(second))
    assert detail is not None
    assert detail.request.number != number


async def test_an_answer_to_our_question_starts_the_clock_again(
    seat: Seat, inbox: StoreInbox
) -> None:
    first = await inbox.put(message(seat))
    request_id = seat.log(channel=Channel.EMAIL, contact_id=first, phone=None, forward=False)
    await seat.desk.do(c.AskInfo(request_id=request_id, reason="Trước nhà số mấy?"))
    answer = await inbox.put(message(seat, 2, text="Số 12 đường Tô Ký"))
    await seat.desk.do(c.AttachContact(contact_id=answer, request_id=request_id))
    detail = seat.desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert detail.request.state is State.RECEIVED
    assert len(detail.request.reporters) == 1
    assert seat.contact(answer).request_id == request_id
    with pytest.raises(RefusedError, match="contact_is_linked"):
        await seat.desk.do(c.AttachContact(contact_id=answer, request_id=request_id))


async def test_another_sender_becomes_one_more_reporter(seat: Seat, inbox: StoreInbox) -> None:
    request_id = seat.log(forward=False)
    contact = await inbox.put(message(seat, media=("a" * 64,)))
    await seat.desk.do(c.AttachContact(contact_id=contact, request_id=request_id))
    detail = seat.desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert {r.channel for r in detail.request.reporters} == {Channel.VOICE, Channel.EMAIL}
    assert detail.request.media == ("a" * 64,)


async def test_spam_is_kept_blocked_and_given_back(seat: Seat, inbox: StoreInbox) -> None:
    contact = await inbox.put(message(seat))
    with pytest.raises(RefusedError, match="role_may_not"):
        await seat.desk.do(c.MarkSpam(contact_id=contact, block_days=7))
    lead = actor_for("supervisor", seat.desk.catalogue)
    await seat.desk.do(c.MarkSpam(contact_id=contact, block_days=7), actor=lead)
    assert seat.contact(contact).state is ContactState.SPAM
    blocked = await inbox.put(message(seat, 2))
    assert seat.contact(blocked).state is ContactState.SPAM
    assert "blocked" in seat.contact(blocked).flags
    seat.clock.forward(days=8)
    later = await inbox.put(message(seat, 3))
    assert seat.contact(later).state is ContactState.NEW
    seat.clock.forward(days=-4)
    with pytest.raises(RefusedError, match="role_may_not"):
        await seat.desk.do(c.RestoreContact(contact_id=blocked))
    await seat.desk.do(c.RestoreContact(contact_id=blocked), actor=lead)
    assert seat.contact(blocked).state is ContactState.NEW
    assert seat.contact(blocked).flags == ()
    fourth = await inbox.put(message(seat, 4))
    assert seat.contact(fourth).state is ContactState.NEW


async def test_what_was_rejected_by_mistake_is_new_again(seat: Seat, inbox: StoreInbox) -> None:
    contact = await inbox.put(message(seat))
    await seat.desk.do(c.RejectContact(contact_id=contact, reason="Nhầm", reply=False))
    await seat.desk.do(c.RestoreContact(contact_id=contact))
    found = seat.contact(contact)
    assert (found.state, found.reject_reason) == (ContactState.NEW, None)


async def test_brought_in_by_hand(seat: Seat) -> None:
    link = "https://facebook.com/x/posts/1"
    command = c.KeepContact(
        channel=Channel.FACEBOOK, text="Ngập <b>nặng</b>", link=link, sender="Anh Ba"
    )
    await seat.desk.do(command)
    found = seat.contact(command.contact_id)
    assert found.text == "Ngập <b>nặng</b>"
    assert dict(found.proposal) == {"link": link}
    assert found.handled_by == "operator"
    with pytest.raises(InputError, match="bad_link"):
        await seat.desk.do(c.KeepContact(channel=Channel.FACEBOOK, text="x", link="javascript:1"))
    with pytest.raises(InputError, match="message_empty"):
        await seat.desk.do(c.KeepContact(channel=Channel.WALK_IN, text=" "))
    walk_in = c.KeepContact(channel=Channel.WALK_IN, text="Mất nắp cống", sender="0903 123 456")
    await seat.desk.do(walk_in)
    assert seat.contact(walk_in.contact_id).sender_key == PHONE
