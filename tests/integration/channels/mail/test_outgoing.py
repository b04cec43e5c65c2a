"""Our mails through a real SMTP server: results and headers."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.channels.mail.outgoing import Mailer, compose, message_id
from console.channels.mail.settings import MailSettings
from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.records import Contact
from console.services.views.contacts import OutreachRow
from tests.fakes.mail.dovecot import PASSWORD
from tests.fakes.mail.messages import mail
from tests.fakes.mail.smtp_peer import SmtpPeer
from tests.integration.channels.conftest import Written, mail_channel, mailbox

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def outreach(recipient: str, purpose: Purpose = Purpose.REPLY, text: str = "Chào") -> OutreachRow:
    return OutreachRow(
        id=uuid7(),
        channel=Channel.EMAIL,
        recipient=recipient,
        text=text,
        purpose=purpose,
        state=DeliveryState.SENDING,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("recipient", "state", "why"),
    [
        ("dan@example.vn", "sent", None),
        ("r450@example.vn", "retry", "smtp_450"),
        ("r550@example.vn", "refused", "smtp_550"),
        ("d451@example.vn", "retry", "smtp_451"),
        ("d554@example.vn", "refused", "smtp_554"),
        ("drop@example.vn", "unknown", "mail_cut_off"),
        ("hang@example.vn", "unknown", "mail_cut_off"),
    ],
)
async def test_the_result_of_sending(
    written: Written, smtp: SmtpPeer, recipient: str, state: str, why: str | None
) -> None:
    result = await mail_channel(written, None, smtp).send(outreach(recipient))
    assert (result.state, result.why) == (state, why)
    if state == "unknown":
        assert len(smtp.mails) == 1, "it had arrived: sending it again would double it"


async def test_a_server_that_is_away_or_refuses_us(written: Written, smtp: SmtpPeer) -> None:
    wrong = Mailer(mailbox(None, smtp), lambda: "sai")
    out = outreach("dan@example.vn")
    composed = compose(out, mailbox(None, smtp), NOW, answered=None, number=None)
    assert (await wrong.send(composed, out.recipient)).why == "mail_login_refused"
    smtp.stop()
    result = await mail_channel(written, None, smtp).send(out)
    assert (result.state, result.why) == ("retry", "mail_server_away")


async def test_another_machine_needs_tls() -> None:
    box = replace(mailbox(None), smtp_host="mail.example.vn")
    composed = compose(outreach("a@b.vn"), box, NOW, answered=None, number=None)
    with pytest.raises(UnavailableError, match="mail_needs_tls"):
        await Mailer(box, lambda: PASSWORD).send(composed, "a@b.vn")


def parsed(out: OutreachRow, **more: object) -> email.message.EmailMessage:
    box = MailSettings(imap_host="mx", username="1022@tphcm.vn")
    given: dict[str, object] = {"answered": None, "number": None} | more
    made = compose(out, box, NOW, **given)  # type: ignore[arg-type]
    read = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    return read


def contact(raw: bytes) -> Contact:
    return Contact(
        id=uuid7(),
        channel=Channel.EMAIL,
        external_id="<m1@example.vn>",
        received_at=NOW,
        state=ContactState.NEW,
        raw=raw,
    )


def test_headers_of_an_answer() -> None:
    out = outreach("dan@example.vn", Purpose.RESULT, "Đã sửa xong.\nCảm ơn.")
    asked = mail("x", subject="Đèn tắt", more="References: <a@x>\r\n <b@x>\r\n")
    read = parsed(out, answered=contact(asked), number="26014001237"[:11])
    assert read["From"] == "Tổng đài 1022 <1022@tphcm.vn>"
    assert read["Subject"] == "Re: Đèn tắt [1022-26 014 00123 7]"
    assert read["In-Reply-To"] == "<m1@example.vn>"
    assert read["References"] == "<a@x> <b@x> <m1@example.vn>"
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["Message-ID"] == message_id(out, "tphcm.vn")
    assert read.get_content().strip().splitlines() == ["Đã sửa xong.", "Cảm ơn."]


def test_headers_of_a_first_mail_and_of_hostile_ones() -> None:
    read = parsed(outreach("dan@example.vn", Purpose.ACKNOWLEDGEMENT), number="26014001237")
    assert read["Subject"] == "Đã tiếp nhận phản ánh [1022-26 014 00123 7]"
    assert read["In-Reply-To"] is None
    hostile = mail("x", subject="=?utf-8?Q?a=0D=0ABcc:_all@x.vn?=", message_id="<h@x>")
    read = parsed(outreach("dan@example.vn"), answered=contact(hostile))
    assert read["Bcc"] is None
    assert read["Subject"] == "Re: a Bcc: all@x.vn"
    assert parsed(outreach("dan@example.vn"), answered=contact(b"\xff\x00"))["Subject"]
