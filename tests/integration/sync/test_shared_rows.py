"""Contacts, messages and blocked senders over a real PostgreSQL: one inbox for all workstations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import contact_uuid, uuid7
from console.domain.live_events import ContactArrived, OutreachChanged
from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.ports.central.shared_rows import SharedRow
from console.services.records import BlockedSender, Contact
from console.services.views.contacts import OutreachRow
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.shared_rows import LocalSharedStore
from tests.fakes.postgres import Centre
from tests.integration.central.build import greet
from tests.integration.sync.consoles import Console, console, until

NOW = datetime.now(UTC).replace(microsecond=0)


def contact(name: str = "m1", text: str = "Ngập ở Đồng Tâm", **more: object) -> Contact:
    """A mail that came in."""
    made = Contact(
        id=contact_uuid("email", name), channel=Channel.EMAIL, external_id=name, received_at=NOW,
        sender="Bé <be@nha.vn>", sender_key="be@nha.vn", text=text, raw=b"raw mail",
        proposal=(("subject", "Ngập"),), flags=("html",),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def message(**more: object) -> OutreachRow:
    """A message of ours that waits."""
    made = OutreachRow(
        id=uuid7(), channel=Channel.SMS, recipient="+84903123456", text="Đã nhận",
        purpose=Purpose.ACKNOWLEDGEMENT, state=DeliveryState.QUEUED, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def keep(seat: Console, *rows: Contact | OutreachRow | BlockedSender) -> None:
    for each in rows:
        match each:
            case Contact():
                seat.store.write_now(lambda uow, row=each: uow.save_contact(row))  # type: ignore[misc]
            case OutreachRow():
                seat.store.write_now(lambda uow, row=each: uow.save_outreach(row))  # type: ignore[misc]
            case BlockedSender():
                seat.store.write_now(lambda uow, row=each: uow.block(row))  # type: ignore[misc]


def contact_at(seat: Console, contact_id: UUID) -> Contact | None:
    return seat.store.write_now(lambda uow: uow.contact(contact_id))


def message_at(seat: Console, outreach_id: UUID) -> OutreachRow | None:
    return seat.store.write_now(lambda uow: uow.outreach(outreach_id))


@contextmanager
def two(centre: Centre, folder: Path) -> Iterator[tuple[Console, Console]]:
    """A gateway's seat and an operator's."""
    first, second = centre.central("op1"), centre.central("op2")
    with (
        console(folder, first, "gateway", shares=first) as here,
        console(folder, second, "ban-02", code=2, shares=second) as there,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        yield here, there


def test_what_one_seat_has_every_seat_has(centre: Centre, tmp_path: Path) -> None:
    with two(centre, tmp_path) as (here, there):
        mail, ours = contact(), message()
        block = BlockedSender(
            Channel.SMS, "+84900000000", NOW + timedelta(days=3), "cao-thi", NOW, "quảng cáo"
        )
        voice = contact("v1", channel=Channel.VOICE)
        keep(here, voice, mail, ours, block)
        until(lambda: contact_at(there, mail.id) and message_at(there, ours.id))
        assert contact_at(there, mail.id) == replace(mail, raw=b""), "raw bytes stay where they are"
        assert message_at(there, ours.id) == ours
        until(
            lambda: there.store.write_now(
                lambda uow: uow.is_blocked(Channel.SMS, "+84900000000", NOW)
            )
        )
        until(lambda: ContactArrived(mail.id, Channel.EMAIL) in there.heard)
        until(lambda: OutreachChanged(ours.id, None) in there.heard)
        here.store.write_now(
            lambda uow: uow.set_opt_out(Channel.SMS, "+84911111111", NOW, out=True)
        )
        until(
            lambda: there.store.write_now(
                lambda uow: uow.wants_no_messages(Channel.SMS, "+84911111111")
            )
        )
        assert contact_at(there, voice.id) is None, "calls are followed by every seat itself"
        row = there.store.ask_now(lambda q: q.inbox())
        assert [each.id for each in row] == [mail.id]


def test_a_late_part_and_a_step_of_a_person_do_not_undo_each_other(
    centre: Centre, tmp_path: Path
) -> None:
    with two(centre, tmp_path) as (here, there):
        mail = contact()
        keep(here, mail)
        until(lambda: contact_at(there, mail.id))
        opened = contact_at(there, mail.id)
        assert opened is not None
        keep(there, replace(opened, handled_by="ai-do", opened_at=NOW, state=ContactState.SPAM))
        keep(here, replace(mail, text="Ngập ở Đồng Tâm, phần hai"))
        for seat in (here, there):
            until(lambda s=seat: (row := contact_at(s, mail.id)) and row.handled_by == "ai-do")  # type: ignore[misc]
            until(lambda s=seat: (row := contact_at(s, mail.id)) and row.text.endswith("hai"))  # type: ignore[misc]
            row = contact_at(seat, mail.id)
            assert row is not None
            assert (row.state, row.opened_at) == (ContactState.SPAM, NOW)
        kept = contact_at(here, mail.id)
        assert kept is not None
        assert kept.raw == b"raw mail"


def test_two_gateways_that_got_the_same_mail_have_one_contact_with_one_number(
    centre: Centre, tmp_path: Path
) -> None:
    first = contact(number="26001000019", state=ContactState.NEW)
    with two(centre, tmp_path) as (here, there):
        keep(here, first)
        until(lambda: contact_at(there, first.id))
        keep(there, replace(first, number="26002000018", text="khác"))
        for seat in (here, there):
            until(lambda s=seat: (row := contact_at(s, first.id)) and row.text == "khác")  # type: ignore[misc]
        until(lambda: (row := contact_at(here, first.id)) and row.number == "26001000019")
        assert len(here.store.ask_now(lambda q: q.inbox())) == 1


def test_another_centre_gets_everything_again(centre: Centre, tmp_path: Path) -> None:
    with two(centre, tmp_path) as (here, there):
        mail = contact()
        keep(here, mail)
        until(lambda: contact_at(there, mail.id))
        with centre.connect() as link:
            link.execute("delete from hotline.shared")
            link.execute("update hotline.shared_head set last = 0")
            link.execute("update hotline.stream set incarnation = gen_random_uuid()")
            link.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where usename in ('op1', 'op2')"
            )
            until(lambda: link.execute("select count(*) from hotline.shared").fetchone() == (1,))
        assert contact_at(there, mail.id) == replace(mail, raw=b"")


def test_a_row_that_no_centre_can_store_holds_up_no_other(centre: Centre, tmp_path: Path) -> None:
    with two(centre, tmp_path) as (here, there):
        good, bad = contact(), contact("m2", text="a\0b")
        keep(here, bad, good)
        until(lambda: contact_at(there, good.id))
        until(lambda: not LocalSharedStore(here.store).waiting(10))
        assert contact_at(there, bad.id) is None
        assert contact_at(here, bad.id) == bad


def row(key: str = "a", state: str = "queued", v: int = 5) -> SharedRow:
    step: dict[str, object] = {"state": state, "taken_by": "modem:gsm1"}
    return SharedRow("outreach", key, v, v, {"channel": "sms"}, step)


def test_who_may_share_and_who_may_read(centre: Centre) -> None:
    operator = centre.central("op1")
    install = uuid7()
    greet(operator, 1, install)
    operator.share((row(),))
    assert [r.key for r in operator.shared_after(0)] == ["a"]
    assert operator.shared_last() == 1
    auditor = centre.central("kt", "auditor")
    greet(auditor, 2)
    assert [r.key for r in auditor.shared_after(0)] == ["a"]
    with pytest.raises(UnavailableError, match="central_denied"):
        auditor.share((row("b"),))
    officer = centre.central("cb", "officer", "cap-nuoc")
    greet(officer, 3)
    for ask in (
        lambda: officer.share((row("b"),)),
        lambda: officer.shared_after(0),
        officer.shared_last,
        officer.leases,
        lambda: officer.take_lease("mail", "x"),
    ):
        with pytest.raises(UnavailableError, match="central_denied"):
            ask()
    with centre.connect("op1") as link, pytest.raises(Exception, match="permission denied"):
        link.execute("select * from hotline.shared")
    operator.shared_after(0)
    with centre.connect() as link:
        acts = link.execute("select act from hotline.audit").fetchall()
    assert ("contacts_read_again",) in acts


def test_a_lease_has_one_holder_and_falls_to_the_next(centre: Centre) -> None:
    one, two = centre.central("op1"), centre.central("op2")
    greet(one, 1)
    greet(two, 2)
    assert one.take_lease("mail", "may-01")
    assert not two.take_lease("mail", "may-02")
    assert one.take_lease("mail", "may-01"), "renewed"
    assert two.take_lease("zalo", "may-02"), "each channel by itself"
    one.release_lease("mail")
    assert two.take_lease("mail", "may-02")
    one.release_lease("mail")
    assert not one.take_lease("mail", "may-01"), "only its holder may let it go"
    with centre.connect() as link:
        link.execute("update hotline.lease set until = hotline.now_ms() - 5000")
    assert [(x.name, x.workstation, x.silent_s > 4) for x in one.leases()] == [
        ("mail", "may-02", True), ("zalo", "may-02", True),
    ]  # fmt: skip
    assert one.take_lease("mail", "may-01"), "whoever was silent for too long has lost it"


def test_a_message_is_claimed_once_and_only_by_the_holder(centre: Centre) -> None:
    one, two = centre.central("op1"), centre.central("op2")
    greet(one, 1)
    greet(two, 2)
    sending = row(state="sending")
    assert not one.claim_message(sending, "modem:gsm1"), "without the lease"
    assert one.take_lease("modem:gsm1", "may-01")
    assert two.take_lease("modem:gsm2", "may-02")
    one.share((row(v=7),))
    assert not one.claim_message(sending, "modem:gsm1"), "the centre knows something newer"
    sending = row(state="sending", v=7)
    assert one.claim_message(sending, "modem:gsm1")
    assert not two.claim_message(sending, "modem:gsm2")
    assert one.claim_message(sending, "modem:gsm1"), "its answer may have been lost"
    again = replace(sending, step={"state": "sending", "tries": 2, "taken_by": "modem:gsm1"})
    assert not one.claim_message(again, "modem:gsm1"), "but not for another try"
    assert one.claim_message(row("new", "sending"), "modem:gsm1"), "not shared yet"
    assert [r.step["state"] for r in two.shared_after(0)] == ["sending", "sending"]


def test_shares_of_an_unknown_stream_are_refused(centre: Centre) -> None:
    centre.user("op1")
    other = PostgresCentral(centre.dsn("op1"), "khac")
    other.connect()
    with pytest.raises(UnavailableError, match="central_no_stream"):
        other.share((row(),))
    other.close()


def test_what_waits_is_counted_and_what_nobody_can_store_is_a_task(
    centre: Centre, tmp_path: Path
) -> None:
    """SQLite stores a NUL, PostgreSQL does not; no workstation has a contact without a channel."""
    line = centre.central("op1")
    with console(tmp_path, line, start=False, shares=line) as seat:
        request_id = seat.log()
        bad = contact("xau", "a\x00b", request_id=request_id)
        keep(seat, bad, contact("tot"), message())
        shared = LocalSharedStore(seat.store)
        assert shared.waiting_count() == 3
        seat.link._status.tell("down", "central_away", {})
        assert seat.pending == seat.sync.pending_count() + 3
        seat.link.start()
        until(seat.in_sync)
        until(lambda: seat.sync.pending_count() == 0)
        (task,) = seat.store.ask_now(lambda q: q.tasks(datetime.now(UTC)))
        assert (task.kind, task.why, task.request_id) == ("not_shared", "contact", request_id)
        keep(seat, replace(bad, text="ab"))
        until(lambda: not seat.store.ask_now(lambda q: q.tasks(datetime.now(UTC))))
        with centre.connect("op1") as link:
            link.execute(
                "select hotline.share_rows('hcmc', %s::jsonb)",
                (
                    '[{"kind": "contact", "key": "' + uuid7().hex + '", "said_v": 1, "step_v": 1,'
                    ' "said": {"text": "x"}, "step": {}}]',
                ),
            )
        until(lambda: seat.store.ask_now(lambda q: q.tasks(datetime.now(UTC))))
        (task,) = seat.store.ask_now(lambda q: q.tasks(datetime.now(UTC)))
        assert (task.kind, task.request_id, task.number) == ("not_taken_in", None, "")
        assert seat.link.stop()
