"""The e-mail channel: mailbox in, SMTP out."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from console.channels.mail.imap import MailboxReader, MailTimes
from console.channels.mail.outgoing import Mailer, compose
from console.channels.mail.reading.bounces import Bounce
from console.channels.mail.reading.message import MailFile, ReadMail, plausible, read_mail
from console.channels.mail.settings import MailSettings
from console.domain.errors import ConsoleError, InputError, UnavailableError
from console.domain.ids import contact_uuid
from console.domain.live_events import LinkChanged
from console.domain.states import Channel, DeliveryState
from console.domain.text.cleaning import clean
from console.services.contacts.inbox import TEXT_LIMIT
from console.services.gateway.thread_handover import store_from_thread
from console.services.ports.channels import InboundMessage, Inbox, SendResult
from console.services.ports.clock import utc_now
from console.services.ports.files import Files
from console.services.views.contacts import OutreachRow

log = logging.getLogger(__name__)

NAME = "mail"
RAW_KEPT = 256 * 1024
"""Bytes of the raw mail stored with the contact; its files are stored separately."""


class MailChannel:
    """A mailbox as a `MessageChannel`."""

    def __init__(
        self,
        settings: MailSettings,
        password: Callable[[], str],
        files: Files,
        *,
        times: MailTimes | None = None,
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            password: reads the secret; called for each connection.
            files: keeps attachments.
        """
        self._settings = settings
        self._password = password
        self._files = files
        self._times = times or MailTimes()
        self._mailer = Mailer(settings, password, timeout_s=self._times.smtp_s)
        self._reader: MailboxReader | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: Inbox | None = None
        self._publish: Callable[[object], None] = lambda _: None
        self._own = frozenset({settings.address.lower()})

    @property
    def channel(self) -> Channel:
        """E-mail."""
        return Channel.EMAIL

    @property
    def name(self) -> str:
        """`mail`."""
        return NAME

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Receive until the connection is lost; the supervisor restarts it.

        Raises:
            UnavailableError: see `MailboxReader.run`.
        """
        self._inbox, self._publish = inbox, publish
        self._loop = asyncio.get_running_loop()
        publish(LinkChanged(NAME, "connecting", "mail_opening"))
        reader = MailboxReader(self._settings, self._password, self, self._times)
        self._reader = reader
        reading = asyncio.create_task(asyncio.to_thread(reader.run))
        try:
            await asyncio.shield(reading)
        finally:
            reader.stop()
            self._reader = None
            await asyncio.gather(reading, return_exceptions=True)

    async def close(self) -> None:
        """Close the mailbox."""
        if self._reader is not None:
            self._reader.stop()

    # --- receiving, on the mailbox's thread

    def commit(self, raw: bytes, size: int) -> bool:
        """Store a mail (`MailSink`, called on the mailbox's thread)."""
        reader, loop = self._reader, self._loop
        if reader is None or loop is None or loop.is_closed():
            return False
        message, bounce = self._message(raw, size)
        return store_from_thread(
            self._receive(message, bounce),
            loop,
            what="a mail",
            stopping=lambda: self._reader is None,
        )

    def health(self, state: str, detail: str) -> None:
        """Publish the mailbox's health (`MailSink`, called on the mailbox's thread)."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._publish, LinkChanged(NAME, state, detail))

    def _message(self, raw: bytes, size: int) -> tuple[InboundMessage, Bounce | None]:
        """The message for the inbox; an unreadable mail becomes a flagged contact."""
        now = utc_now()
        try:
            mail = read_mail(raw, own_addresses=self._own)
        except InputError as error:
            log.warning("a mail cannot be read: %s", error)
            return self._unread(raw, now), None
        media, left_out = self._kept(mail.files)
        flags = list(mail.flags)
        if size > len(raw):
            flags.append("too_large")
        if left_out and "media_left_out" not in flags:
            flags.append("media_left_out")
        if mail.bounce is not None:
            flags.append("bounce")
        message = InboundMessage(
            channel=Channel.EMAIL,
            external_id=mail.message_id or mail.raw_hash,
            sender=mail.sender,
            sender_key=(mail.reply_to or mail.sender or "").lower() or None,
            sender_name=mail.sender_name,
            received_at=now,
            sent_at=plausible(mail.sent_at, now),
            text=_with_subject(mail),
            thread_key=mail.thread_key,
            flags=tuple(flags),
            raw=raw[:RAW_KEPT],
            media=media,
            references=mail.references,
            number=mail.number,
        )
        if mail.bounce is None and mail.is_answer:
            # An "out of office" is shown with the mail it answers and needs no work.
            return message, Bounce(mail.references, "", final=False)
        return message, mail.bounce

    def _unread(self, raw: bytes, now: datetime) -> InboundMessage:
        return InboundMessage(
            channel=Channel.EMAIL,
            external_id=hashlib.sha256(raw).hexdigest(),
            sender=None,
            sender_key=None,
            received_at=now,
            text="",
            flags=("unreadable", "auto_reply"),
            raw=raw[:RAW_KEPT],
        )

    def _kept(self, files: tuple[MailFile, ...]) -> tuple[tuple[str, ...], bool]:
        """Hashes of the stored photos, clips and documents; and whether files were left out."""
        kept: list[str] = []
        left_out = False
        for file in files:
            try:
                kept.append(self._files.put_bytes(file.content, file.name).sha256)
            except InputError as error:
                log.info("an attachment is not taken: %s", error.code)
                left_out = True
        return tuple(dict.fromkeys(kept)), left_out

    # --- receiving, on the loop

    async def _receive(self, message: InboundMessage, bounce: Bounce | None) -> bool:
        inbox = self._inbox
        if inbox is None:
            raise UnavailableError("mail_down", host=self._settings.imap_host, cause="closed")
        if bounce is not None:
            message = await self._settle(inbox, message, bounce)
        await inbox.put(await _keyed(inbox, message))
        return True

    async def _settle(
        self, inbox: Inbox, message: InboundMessage, bounce: Bounce
    ) -> InboundMessage:
        """Assign a bounce to the message that bounced; one without a match stays in the inbox."""
        for message_id in bounce.message_ids:
            row = await inbox.sent_with_ref(Channel.EMAIL, message_id)
            if row is None:
                continue
            if bounce.final:
                why = f"bounced_{bounce.status}" if bounce.status else "bounced"
                try:
                    await inbox.report(row.id, DeliveryState.FAILED, row.refs, why)
                except ConsoleError as error:
                    log.warning("a bounce does not fit its message: %s", error)
            return replace(message, references=(message_id,), spam=True)
        return message

    # --- sending

    async def send(self, out: OutreachRow) -> SendResult:
        """Send a message through the mail server."""
        answered = number = None
        if self._inbox is not None:
            if out.contact_id is not None:
                answered = await self._inbox.contact(out.contact_id)
            if out.request_id is not None:
                number = await self._inbox.request_number(out.request_id)
        mail = compose(out, self._settings, utc_now(), answered=answered, number=number)
        return await self._mailer.send(mail, out.recipient)


def _with_subject(mail: ReadMail) -> str:
    """The text with its subject, which is often the report itself; on a reply it only
    repeats ours.
    """
    if not mail.subject or mail.references or mail.subject.lower().startswith(("re:", "trả lời:")):
        return mail.text
    return mail.subject if not mail.text else f"{mail.subject}\n\n{mail.text}"


async def _keyed(inbox: Inbox, message: InboundMessage) -> InboundMessage:
    """The Message-ID is the key. Another mail with the same one gets its own key, so that nobody
    can overwrite someone else's report.
    """
    known = await inbox.contact(contact_uuid(Channel.EMAIL.value, message.external_id))
    text = clean(message.text, TEXT_LIMIT)
    if known is None or (known.sender_key, known.text) == (message.sender_key, text):
        return message
    mark = hashlib.sha256(f"{message.sender_key}\n{message.text}".encode()).hexdigest()[:16]
    return replace(message, external_id=f"{message.external_id}#{mark}")
