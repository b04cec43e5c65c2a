"""Mail from a real Dovecot to a real store."""

import asyncio
import imaplib
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

from console.channels.mail.imap import LARGEST
from console.domain.requests.commands import SendMessage
from console.domain.states import Channel, ContactState, DeliveryState
from console.services.outreach.delivery import Courier
from console.services.ports.store.unit_of_work import UnitOfWork
from tests.fakes.mail.dovecot import PASSWORD, Dovecot
from tests.fakes.mail.messages import JPEG, bounce, mail, torture
from tests.fakes.mail.smtp_peer import SmtpPeer
from tests.integration.channels.conftest import Written, mail_channel, running


def numbered(count: int) -> list[bytes]:
    return [mail(f"Sự cố {n}", message_id=f"<{n}@example.vn>") for n in range(count)]


async def moved(written: Written, dovecot: Dovecot, count: int) -> None:
    """Wait until everything is in `Processed` and the inbox is empty."""

    async def look() -> tuple[int, int]:
        return await asyncio.to_thread(lambda: (dovecot.count(), dovecot.count("Processed")))

    assert await written.until(look, lambda found: found == (0, count)) == (0, count)


async def test_waiting_and_new_mails_are_read(written: Written, dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Đèn tắt", subject="Đèn đường", message_id="<1@x>"))
    async with running(written, mail_channel(written, dovecot)):
        row = (await written.until_rows(1))[0]
        assert row.text == "Đèn đường\n\nĐèn tắt"
        assert (row.channel, row.sender, row.state) == (
            Channel.EMAIL,
            "dan@example.vn",
            ContactState.NEW,
        )
        await moved(written, dovecot, 1)
        await asyncio.to_thread(dovecot.deliver, mail("Ngập", message_id="<2@x>"))
        await written.until_rows(2)  # By IDLE: the poll behind it comes after a minute.
        await moved(written, dovecot, 2)


async def test_moved_only_after_the_commit(written: Written, dovecot: Dovecot) -> None:
    dovecot.deliver(*numbered(3))
    failing = written.inbox.put
    tried = 0

    async def put(message: object, **more: object) -> object:
        nonlocal tried
        tried += 1
        if tried <= 4:
            raise RuntimeError("the store is away")
        return await failing(message, **more)  # type: ignore[arg-type]

    written.inbox.put = put  # type: ignore[assignment, method-assign]
    async with running(written, mail_channel(written, dovecot)):
        await written.until_rows(3)
        await moved(written, dovecot, 3)
    assert len(await written.rows()) == 3


async def test_a_restarted_server_is_found_again(written: Written, dovecot: Dovecot) -> None:
    async with running(written, mail_channel(written, dovecot)):
        await written.until_link("mail", "up")
        await asyncio.to_thread(dovecot.stop)
        await written.until_link("mail", "down")
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.deliver, *numbered(2))
        await written.until_rows(2)


async def test_new_uidvalidity_means_no_double(written: Written, dovecot: Dovecot) -> None:
    async with running(written, mail_channel(written, dovecot)):
        await asyncio.to_thread(dovecot.deliver, *numbered(2))
        await moved(written, dovecot, 2)
        await asyncio.to_thread(dovecot.stop)
        dovecot.forget_uids()
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.deliver, *numbered(4))
        await written.until_rows(4)
        await moved(written, dovecot, 6)
    assert len(await written.rows()) == 4


async def test_without_idle_it_polls(written: Written, short_folder: Path) -> None:
    with Dovecot(short_folder, idle=False) as server:
        server.deliver(*numbered(1))
        async with running(written, mail_channel(written, server)):
            await written.until_rows(1)


async def test_every_mail_of_the_torture_set_becomes_one_contact(
    written: Written, dovecot: Dovecot
) -> None:
    every = torture()
    dovecot.deliver(
        *(
            raw.replace(b"<m1@example.vn>", f"<{name}@x>".encode())
            for name, (raw, _) in every.items()
            if raw
        )
    )
    async with running(written, mail_channel(written, dovecot)):
        count = len([raw for raw, _ in every.values() if raw])
        rows = await written.until_rows(count, 40)
        await moved(written, dovecot, count)
    assert len(rows) == count
    pictures = [row for row in rows if row.text.startswith("Ảnh sự cố\n\nXem ảnh")]
    assert len(pictures) == 1
    sha = pictures[0].media[0]
    path = written.desk.files.path(sha)
    assert path is not None
    assert path.read_bytes() == JPEG


async def test_the_same_id_from_somebody_else_overwrites_nothing(
    written: Written, dovecot: Dovecot
) -> None:
    dovecot.deliver(mail("Thật", message_id="<same@x>"))
    dovecot.deliver(mail("Giả", message_id="<same@x>", sender="ke.xau@example.vn"))
    dovecot.deliver(mail("Thật", message_id="<same@x>"))
    async with running(written, mail_channel(written, dovecot)):
        await moved(written, dovecot, 3)
    assert sorted(row.text.split("\n")[-1] for row in await written.rows()) == ["Giả", "Thật"]


async def test_wrong_password_is_a_state(written: Written, dovecot: Dovecot) -> None:
    channel = mail_channel(written, dovecot)
    channel._password = lambda: "sai"
    async with running(written, channel):
        down = await written.until_link("mail", "down")
    assert down.detail == "mail_login_refused"
    assert PASSWORD not in str(written.links)


async def test_a_conversation_with_bounce(
    written: Written, dovecot: Dovecot, smtp: SmtpPeer
) -> None:
    """A question, a reply, another reply; then our mail bounces."""
    channel = mail_channel(written, dovecot, smtp)
    courier = Courier(written.desk, channel, written.inbox)
    async with running(written, channel):
        question = mail(
            "Cây ngã", subject="Cây ngã", message_id="<q@x>", more="References: <0@x>\r\n"
        )
        await asyncio.to_thread(dovecot.deliver, question)
        contact = (await written.until_rows(1))[0]
        ask = SendMessage(
            channel=Channel.EMAIL,
            recipient="dan@example.vn",
            text="Ông/bà cho biết số nhà?",
            contact_id=contact.id,
        )
        await written.desk.do(ask)
        sending = asyncio.create_task(courier.run())

        async def state() -> DeliveryState:
            row = await written.desk.store.write(lambda uow: uow.outreach(ask.id))
            assert row is not None
            return row.state

        await written.until(state, lambda s: s is DeliveryState.SENT)
        sent = str(smtp.mails[0]["mail"])
        assert "In-Reply-To: <q@x>" in sent
        assert "References: <0@x> <q@x>" in sent
        assert "Auto-Submitted" not in sent, "a person wrote it"
        assert smtp.mails[0]["login"] == "1022@tphcm.vn"
        ours = next(w for w in sent.split() if w.startswith("<1022."))
        answer = mail("Số 12", message_id="<a@x>", more=f"In-Reply-To: {ours}\r\n", subject="Re: x")
        away = mail(
            "Tôi nghỉ phép", message_id="<v@x>", subject="Automatic reply: x",
            more=f"In-Reply-To: {ours}\r\nAuto-Submitted: auto-replied\r\n",
        )  # fmt: skip
        await asyncio.to_thread(dovecot.deliver, answer, bounce(ours, "5.1.1"), away)
        rows = await written.until_rows(4)
        await written.until(state, lambda s: s is DeliveryState.FAILED)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    states = {row.text: row.state for row in rows}
    assert states["Số 12"] is ContactState.NEW
    assert states["Tôi nghỉ phép"] is ContactState.SPAM, "seen beside what it answers, no work"

    def failed(uow: UnitOfWork) -> str | None:
        row = uow.outreach(ask.id)
        return row.error if row else None

    assert await written.desk.store.write(failed) == "bounced_5.1.1"
    bounced = next(row for row in rows if "bounce" in row.flags)
    assert bounced.state is ContactState.SPAM, "nothing left to do"


def test_the_peer_is_a_real_dovecot(dovecot: Dovecot) -> None:
    with dovecot.client() as client:
        assert "IDLE" in client.capabilities
        assert isinstance(client, imaplib.IMAP4)


async def test_of_a_huge_mail_only_the_header_is_fetched(
    written: Written, dovecot: Dovecot
) -> None:
    huge = mail("x" * 70 + "\r\n" + ("a" * 76 + "\r\n") * 340_000, subject="Ảnh quá lớn")
    assert len(huge) > LARGEST
    dovecot.deliver(huge)
    async with running(written, mail_channel(written, dovecot)):
        (row,) = await written.until_rows(1)
        await moved(written, dovecot, 1)
    assert row.text == "Ảnh quá lớn"
    assert "too_large" in row.flags


async def test_mail_bombs_are_bounded(written: Written, dovecot: Dovecot) -> None:
    """A zip file is no photo, whatever its name, and is never unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", bytes(50 << 20))
    raw = EmailMessage()
    raw["From"], raw["Message-ID"], raw["Subject"] = "dan@example.vn", "<zip@x>", "Tệp"
    raw.set_content("Xem tệp")
    raw.add_attachment(packed.getvalue(), "application", "zip", filename="a.jpg")
    dovecot.deliver(raw.as_bytes())
    async with running(written, mail_channel(written, dovecot)):
        (row,) = await written.until_rows(1)
    assert row.media == ()
    assert "media_left_out" in row.flags
