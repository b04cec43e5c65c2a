"""The SMS channel: one modem's messages into the inbox and out again.

The port's thread reads and sends; everything here runs on the asyncio loop.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from console.domain.errors import ConsoleError, UnavailableError
from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.domain.text.phone import normalise
from console.services.gateway.thread_handover import store_from_thread
from console.services.ports.channels import Inbox, SendResult
from console.services.ports.clock import Clock, utc_now
from console.services.records import SmsPart
from console.services.views.contacts import OutreachRow
from console.telephony.modem.at import Answer
from console.telephony.modem.port_thread import ModemThread
from console.telephony.modem.session import ModemTimes, PartOutcome, SendCutError
from console.telephony.pdu.encoding import SubmitPart, encode_submit
from console.telephony.pdu.messages import PduError
from console.telephony.sms.joining import REPORT, PartJoiner, joiner_from, message_of
from console.telephony.sms.parts import report_ref, stored_part
from console.telephony.sms.reports import DeliveryReports

log = logging.getLogger(__name__)

RECOVER = timedelta(days=7)
"""How far back stored parts are read at the start."""
TEMPORARY = frozenset({"cms_38", "cms_41", "cms_42", "cms_47"})
"""Network out of order, temporary failure, congestion, no resources: worth three attempts."""
MAX_TRIES = 3


class SmsChannel:
    """One modem as a `MessageChannel`."""

    def __init__(
        self,
        name: str,
        device: str,
        *,
        baud: int = 115200,
        pin_file: Path | None = None,
        times: ModemTimes | None = None,
        clock: Clock = utc_now,
        on_line: Callable[[str], None] = lambda _: None,
        balance_code: str = "",
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            name: such as `gsm1`; the status line shows it.
            device: path or `usb:VID:PID[:SERIAL]`.
            balance_code: USSD code that asks for the balance, such as `*101#`; "" = do not ask.
            on_line: gets unsolicited lines that are no SMS (RING), on the modem's thread.
        """
        self._name = name
        self._device = device
        self._baud = baud
        self._pin_file = pin_file
        self._times = times or ModemTimes()
        self._clock = clock
        self._on_line = on_line
        self._balance_code = balance_code
        self._modem: ModemThread | None = None
        self._inbox: Inbox | None = None
        self._publish: Callable[[object], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived: asyncio.Queue[SmsPart] = asyncio.Queue()
        self._joiner = PartJoiner()
        self._reports = DeliveryReports()
        self._next_send = 0.0
        self._concatenation = 0
        self._last_link: LinkChanged | None = None
        self._voice: tuple[Callable[[str], None], Callable[[str, str], None]] | None = None
        self.skipped = 0

    @property
    def channel(self) -> Channel:
        """SMS."""
        return Channel.SMS

    @property
    def name(self) -> str:
        """The modem's name."""
        return self._name

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Receive for ever.

        Raises:
            UnavailableError: the store cannot be read at the start.
        """
        self._inbox, self._publish = inbox, publish
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Queue()
        stored = await inbox.open_parts(self._clock() - RECOVER)
        self._joiner = joiner_from(stored)
        self._reports = DeliveryReports(stored)
        modem = ModemThread(
            self._device,
            self,
            baud=self._baud,
            pin_file=self._pin_file,
            times=self._times,
            balance_code=self._balance_code,
        )
        self._modem = modem
        modem.start()
        try:
            while True:
                await self._join(inbox)
                await self._reports.match(inbox, self._clock())
                await self._next_part()
        finally:
            modem.ask_to_stop()
            self._modem = None
            await asyncio.shield(asyncio.to_thread(modem.stop))

    async def close(self) -> None:
        """Let go of the port."""
        modem, self._modem = self._modem, None
        if modem is not None:
            await asyncio.to_thread(modem.stop)

    # --- receiving, on the modem's thread

    def commit(self, pdu: str, imsi: str) -> bool:
        """Store a PDU (a `ModemSink`'s method, on the modem's thread)."""
        modem, loop = self._modem, self._loop
        if modem is None or loop is None or loop.is_closed():
            return False
        return store_from_thread(
            self._receive(pdu, imsi), loop, what="an SMS", stopping=lambda: modem.stopping
        )

    def health(self, state: str, detail: str, params: dict[str, object]) -> None:
        """Pass the modem's health on (a `ModemSink`'s method, on the modem's thread)."""
        event = LinkChanged(f"modem:{self._name}", state, detail, params)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, event)

    def line(self, text: str) -> None:
        """Pass an unsolicited line on (a `ModemSink`'s method, on the modem's thread)."""
        self._on_line(text)
        loop = self._loop
        if self._voice is not None and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._voice[0], text)

    # --- voice calls on the same port

    def listen(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Pass on every line that is no SMS, on the loop, and the modem's state (state, code)."""
        self._voice = (heard, state)
        if self._last_link is not None:
            state(self._last_link.state, self._last_link.detail)

    async def command(self, text: str) -> Answer:
        """Run a command of the voice side on the port's thread, between two messages.

        Raises:
            UnavailableError: `modem_down`, `modem_silent`.
        """
        modem = self._modem
        if modem is None:
            raise UnavailableError("modem_down", device=self._device)
        return await asyncio.wrap_future(modem.submit(lambda session: session.ask(text)))

    # --- receiving, on the loop

    def _tell(self, event: LinkChanged) -> None:
        if event != self._last_link:
            self._last_link = event
            self._publish(event)
            if self._voice is not None:
                self._voice[1](event.state, event.detail)

    async def _receive(self, pdu: str, imsi: str) -> bool:
        part = stored_part(pdu, imsi, self._clock())
        if part is None:
            self.skipped += 1
            return True
        assert self._inbox is not None  # noqa: S101  (set before the modem starts)
        if await self._inbox.keep_part(part):
            self._arrived.put_nowait(part)
        return True

    async def _next_part(self) -> None:
        """Take what came, or return after a tick to check for expired waits."""
        try:
            async with asyncio.timeout(self._times.tick_s):
                part = await self._arrived.get()
        except TimeoutError:
            return
        while True:
            if REPORT in part.flags:
                self._reports.add(part)
            else:
                self._joiner.add(part)
            if self._arrived.empty():
                return
            part = self._arrived.get_nowait()

    async def _join(self, inbox: Inbox) -> None:
        now = self._clock()
        for group in self._joiner.due(now):
            try:
                await inbox.put(message_of(group), part_ids=group.part_ids)
            except ConsoleError as error:
                log.warning("an SMS waits for the store: %s", error)
                continue
            self._joiner.told(group)
        self._joiner.forget(now)

    # --- sending

    async def send(self, out: OutreachRow) -> SendResult:
        """Send all parts of a message.

        A cut between Ctrl-Z and the answer, or a failure after the first part, is `unknown`: some
        of it may have arrived, so a person decides.
        """
        number = normalise(out.recipient) or re.sub(r"[^\d+*#]", "", out.recipient)
        self._concatenation = (self._concatenation + 1) & 0xFF
        try:
            parts = encode_submit(number, out.text, reference=self._concatenation)
        except PduError as error:
            return SendResult("refused", why=f"sms_{error.why}")
        refs: list[str] = []
        for part in parts:
            result = await self._send_part(part, tries=1 if not refs else MAX_TRIES)
            if isinstance(result, SendResult):
                if not refs:
                    return self._limited(result, out)
                return SendResult("unknown", tuple(refs), why=result.why or "sms_partly_sent")
            imsi, outcome = result
            reference = -1 if outcome.reference is None else outcome.reference
            refs.append(report_ref(imsi, reference, number))
        return SendResult("sent", tuple(refs))

    @staticmethod
    def _limited(result: SendResult, out: OutreachRow) -> SendResult:
        """A temporary failure is worth three attempts, a modem that is away any number."""
        if result.state == "retry" and result.why in TEMPORARY and out.tries >= MAX_TRIES:
            return replace(result, state="refused", after_s=None)
        return result

    async def _send_part(
        self, part: SubmitPart, *, tries: int
    ) -> tuple[str, PartOutcome] | SendResult:
        wait = self._times.retry_s
        while True:
            tries -= 1
            try:
                imsi, outcome = await self._submit(part)
            except SendCutError as error:
                if error.written:
                    return SendResult("unknown", why="sms_cut_off")
                return SendResult("retry", why="modem_silent", after_s=wait)
            except UnavailableError as error:
                return SendResult("retry", why=error.code, after_s=wait)
            if not outcome.error:
                return imsi, outcome
            if outcome.error == "cms_500":
                return SendResult("unknown", why=outcome.error)
            if outcome.error not in TEMPORARY:
                return SendResult("refused", why=outcome.error)
            if tries <= 0:
                return SendResult("retry", why=outcome.error, after_s=wait * 2)
            await asyncio.sleep(wait)
            wait *= 2

    async def _submit(self, part: SubmitPart) -> tuple[str, PartOutcome]:
        """Send one part through the modem, not sooner than the gap after the last one."""
        modem, loop = self._modem, asyncio.get_running_loop()
        if modem is None:
            raise UnavailableError("modem_down", device=self._device)
        if self._next_send > loop.time():
            await asyncio.sleep(self._next_send - loop.time())
        try:
            return await asyncio.wrap_future(
                modem.submit(lambda session: (session.imsi, session.submit(part)))
            )
        finally:
            self._next_send = loop.time() + self._times.send_gap_s
