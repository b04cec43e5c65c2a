"""A written channel without a device, for the demo: given messages arrive at a natural pace through
the same inbox port as real ones; our messages are reported as sent, then as delivered.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from console.domain.errors import ConsoleError
from console.domain.live_events import LinkChanged
from console.domain.states import Channel, DeliveryState
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import normalise
from console.services.ports.channels import InboundMessage, Inbox, SendResult
from console.services.ports.clock import Clock, utc_now
from console.services.views.contacts import OutreachRow


@dataclass(frozen=True, slots=True)
class Pace:
    """Timing of the simulated messages, in seconds.

    Attributes:
        first_s: until the first message that arrives while the program runs.
        gap_s: shortest and longest gap between two.
        delivered_after_s: time from sent to delivered.
    """

    first_s: float = 6.0
    gap_s: tuple[float, float] = (35.0, 110.0)
    delivered_after_s: float = 4.0


_UP = {
    Channel.SMS: "modem_up",
    Channel.EMAIL: "mail_up",
    Channel.FACEBOOK: "facebook_up",
    Channel.ZALO: "zalo_up",
}


class SimulatedChannel:
    """A `MessageChannel` without an outside world."""

    def __init__(
        self,
        channel: Channel,
        name: str,
        messages: Sequence[tuple[str, str, str]],
        *,
        clock: Clock = utc_now,
        ages: Sequence[timedelta] = (),
        pace: Pace | None = None,
    ) -> None:
        """Nothing arrives before `run`.

        Args:
            channel: the written channel to simulate.
            name: name on the status line, such as `gsm1` or `mail`.
            messages: (sender, sender's name or "", text), in order of arrival.
            ages: how long the first messages have been waiting when the program starts.
            pace: timing of the later ones.
        """
        self._channel = channel
        self._name = name
        self._messages = tuple(messages)
        self._clock = clock
        self._ages = tuple(ages)
        self._pace = pace or Pace()
        self._run = uuid4().hex[:8]
        self._inbox: Inbox | None = None
        self._reports: set[asyncio.Task[None]] = set()
        self._sent = 0
        self._next = 0

    @property
    def channel(self) -> Channel:
        """The simulated channel."""
        return self._channel

    @property
    def name(self) -> str:
        """Name on the status line."""
        return self._name

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Deliver the messages one after the other, then stay open."""
        self._inbox = inbox
        sms = self._channel is Channel.SMS
        link = f"modem:{self._name}" if sms else self._name
        params: dict[str, object] = {"simulated": True}
        if sms:
            params |= {"signal": 21, "operator": "1022", "registration": "home"}
        publish(LinkChanged(link, "up", _UP.get(self._channel, "app_up"), params))
        while self._next < min(len(self._ages), len(self._messages)):
            await self._bring(inbox, self._ages[self._next])
        wait = self._pace.first_s
        while self._next < len(self._messages):
            await asyncio.sleep(wait)
            await self._bring(inbox, timedelta())
            wait = random.uniform(*self._pace.gap_s)  # noqa: S311  (no secret)
        await asyncio.Event().wait()

    async def _bring(self, inbox: Inbox, age: timedelta) -> None:
        sender, sender_name, text = self._messages[self._next]
        await inbox.put(self._message(self._next, sender, sender_name, text, age))
        self._next += 1

    def _message(
        self, place: int, sender: str, sender_name: str, text: str, age: timedelta
    ) -> InboundMessage:
        at = self._clock() - age
        key = (normalise(sender) or sender) if self._channel is Channel.SMS else sender.lower()
        return InboundMessage(
            channel=self._channel,
            external_id=f"simulated/{self._run}/{place}",
            sender=clean_line(sender, 254),
            sender_key=key,
            sender_name=clean_line(sender_name, 120) or None,
            received_at=at,
            sent_at=at,
            text=clean(text, 10_000),
            thread_key=key,
            raw=text.encode(),
            spam=self._channel is Channel.SMS and not key.lstrip("+").isdigit(),
        )

    async def send(self, out: OutreachRow) -> SendResult:
        """Accept a message; it is reported as delivered a little later."""
        self._sent += 1
        ref = f"simulated/{self._run}/{self._sent}"
        task = asyncio.create_task(self._deliver(out, ref))
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)
        return SendResult("sent", (ref,))

    async def _deliver(self, out: OutreachRow, ref: str) -> None:
        await asyncio.sleep(self._pace.delivered_after_s)
        inbox = self._inbox
        if inbox is None:
            return
        try:
            await inbox.report(out.id, DeliveryState.DELIVERED, (ref,))
        except ConsoleError:
            return  # the demo's store is closing

    async def close(self) -> None:
        """Cancel pending reports."""
        for task in tuple(self._reports):
            task.cancel()
        await asyncio.gather(*self._reports, return_exceptions=True)
