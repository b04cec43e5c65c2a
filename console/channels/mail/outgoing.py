"""Composes and sends our mails, with headers that keep threads together and prevent loops.

RFC 5322, 3834. The Message-ID is derived from the message's id, so a repeat has the same one.
"""

import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

import aiosmtplib

from console.channels.mail.reading.message import read_mail
from console.channels.mail.settings import LOOPBACK, MailSettings
from console.domain.errors import InputError, UnavailableError
from console.domain.requests.numbering import spoken
from console.domain.states import Purpose
from console.domain.text.cleaning import clean_line
from console.services.ports.channels import SendResult
from console.services.records import Contact
from console.services.views.contacts import OutreachRow

SENDER_NAME = "Tổng đài 1022"
_BY_RULE = frozenset(
    {
        Purpose.ACKNOWLEDGEMENT,
        Purpose.REJECTION,
        Purpose.RESULT,
        Purpose.UNREACHABLE,
        Purpose.EXTENSION,
    }
)
"""Generated mails: marked so that no robot answers them (RFC 3834, 5)."""
_SUBJECTS = {
    Purpose.ACKNOWLEDGEMENT: "Đã tiếp nhận phản ánh",
    Purpose.NEED_INFO: "Cần bổ sung thông tin",
    Purpose.REJECTION: "Về phản ánh của ông/bà",
    Purpose.RESULT: "Kết quả xử lý phản ánh",
    Purpose.UNREACHABLE: "Kết quả xử lý phản ánh",
    Purpose.EXTENSION: "Thời hạn xử lý mới",
    Purpose.REPLY: "Trả lời của tổng đài 1022",
    Purpose.WARNING: "Cảnh báo hạn xử lý phản ánh",
}
RETRY_S = 300.0


def message_id(out: OutreachRow, domain: str) -> str:
    """The Message-ID of one of our messages; the same for all attempts."""
    return f"<1022.{out.id.hex}@{domain}>"


def compose(
    out: OutreachRow,
    box: MailSettings,
    now: datetime,
    *,
    answered: Contact | None,
    number: str | None,
) -> EmailMessage:
    """Compose the mail.

    Args:
        answered: the contact being answered; its raw mail gives subject and thread.
        number: number of the request, eleven digits.
    """
    mail = EmailMessage(policy=SMTP_POLICY)
    name, _, domain = box.address.rpartition("@")
    mail["From"] = Address(SENDER_NAME, name, domain)
    mail["To"] = out.recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(out, box.domain)
    subject, references = _thread(answered)
    mail["Subject"] = _subject(subject, out.purpose, number)
    if references:
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    if out.purpose in _BY_RULE:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(out.text, charset="utf-8", cte="quoted-printable")
    return mail


def _thread(answered: Contact | None) -> tuple[str, tuple[str, ...]]:
    """(subject, Message-IDs oldest first) of the mail being answered."""
    if answered is None or not answered.raw:
        return "", ()
    try:
        read = read_mail(answered.raw)
    except InputError:
        return "", ()
    ids = (*reversed(read.references), read.message_id)
    return read.subject, tuple(i for i in ids if i)[-10:]


def _subject(theirs: str, purpose: Purpose, number: str | None) -> str:
    mark = f"[1022-{spoken(number)}]" if number else ""
    if not theirs:
        return " ".join(p for p in (_SUBJECTS.get(purpose, "Tổng đài 1022"), mark) if p)
    shown = theirs if theirs.lower().startswith("re:") else f"Re: {theirs}"
    if mark and mark not in shown:
        shown = f"{shown[:200]} {mark}"
    return clean_line(shown, 240)


class Mailer:
    """Sends one mail per connection: enough for a hotline, and there is no state to lose."""

    def __init__(
        self, box: MailSettings, password: Callable[[], str], *, timeout_s: float = 30.0
    ) -> None:
        """Nothing is opened yet."""
        self._box = box
        self._password = password
        self._timeout_s = timeout_s

    async def send(self, mail: EmailMessage, recipient: str) -> SendResult:
        """Hand the mail to the server.

        Raises:
            UnavailableError: `mail_needs_tls`, or the password file cannot be read.
        """
        started = False
        smtp = self._client()
        try:
            await smtp.connect()
            await smtp.ehlo()
            if self._box.smtp_host not in LOOPBACK or smtp.supports_extension("auth"):
                await smtp.login(self._box.username, self._password())
            await smtp.mail(self._box.address)
            await smtp.rcpt(recipient)
            started = True
            await smtp.data(mail.as_bytes())
        except aiosmtplib.SMTPAuthenticationError:
            return SendResult("retry", why="mail_login_refused", after_s=RETRY_S)
        except aiosmtplib.SMTPResponseException as error:
            return _judged(error.code)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError):
            # After DATA the server may have the mail even if its answer was lost.
            if started:
                return SendResult("unknown", why="mail_cut_off")
            return SendResult("retry", why="mail_server_away", after_s=RETRY_S)
        except aiosmtplib.SMTPException:
            return SendResult("retry", why="mail_server_away", after_s=RETRY_S)
        finally:
            smtp.close()
        return SendResult("sent", (str(mail["Message-ID"]),))

    def _client(self) -> aiosmtplib.SMTP:
        box = self._box
        if not box.smtp_tls and box.smtp_host not in LOOPBACK:
            raise UnavailableError("mail_needs_tls", host=box.smtp_host)
        at_once = box.smtp_tls and box.smtp_port == 465
        return aiosmtplib.SMTP(
            hostname=box.smtp_host,
            port=box.smtp_port,
            use_tls=at_once,
            start_tls=box.smtp_tls and not at_once,
            timeout=self._timeout_s,
            tls_context=ssl.create_default_context() if box.smtp_tls else None,
        )


def _judged(code: int) -> SendResult:
    """4xx may be retried, 5xx is final (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:
        return SendResult("retry", why=f"smtp_{code}", after_s=RETRY_S)
    return SendResult("refused", why=f"smtp_{code}")
