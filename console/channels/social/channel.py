"""The common base of the Facebook and Zalo channels: polling with back-off, webhook, health."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web

from console.channels.files.remote_media import MediaFetcher
from console.channels.social.api import Api, plausible_time
from console.channels.social.message import SocialMessage
from console.channels.social.secret_files import Secret
from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.ports.channels import InboundMessage, Inbox, SendResult
from console.services.ports.clock import Clock
from console.services.ports.files import Files
from console.services.views.contacts import OutreachRow

POLL_S = 25.0
REST_S = 300.0
LONGEST = 2000
"""Longest reply, in characters."""
LONGEST_S = 300.0
"""Longest wait between two attempts at a server that is away."""
OVERLAP = timedelta(minutes=1)
"""How far before the mark lists are read again, because they may lag."""
_READ_TO = "read_to"


def utc_now() -> datetime:
    """The clock of a real channel."""
    return datetime.now(UTC)


def retry_delay_s(
    wait_s: float, failures: int, *, chance: Callable[[], float] = random.random
) -> float:
    """Seconds until the next attempt at a server that is away: doubled each time up to five
    minutes, with random jitter down to half, so that many gateways do not return at once.
    """
    whole: float = min(max(wait_s, LONGEST_S), wait_s * 2.0 ** min(failures - 1, 10))
    return whole * (0.5 + chance() / 2)


class SocialChannel(ABC):
    """A channel that polls an API, takes a webhook on the gateway's web server, and publishes
    changes of its health.
    """

    def __init__(
        self,
        channel: Channel,
        api_url: str,
        files: Files,
        secret: Secret,
        *,
        clock: Clock,
        poll_s: float,
        rest_s: float,
    ) -> None:
        """Nothing is called before `run`.

        Args:
            api_url: if it is plain http, as in tests, media from this server count as public.
            files: keeps pictures.
            secret: reads the values of the secret file.
            poll_s: wait between two polls.
            rest_s: pause after the API asks for one, or when the token is dead.
        """
        origin = urlsplit(api_url)
        trusted = f"{origin.scheme}://{origin.netloc}" if origin.scheme == "http" else ""
        self._media = MediaFetcher(files, trusted=trusted)
        self._api = Api(api_url)
        self._channel = channel
        self._secret = secret
        self._clock = clock
        self._poll_s, self._rest_s = poll_s, rest_s
        self._inbox: Inbox | None = None
        self._publish: Callable[[object], None] = lambda _: None
        self._last: LinkChanged | None = None

    @property
    def name(self) -> str:
        """Name on the status line."""
        return self._channel.value

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Poll forever; the webhook works in parallel."""
        self._inbox, self._publish = inbox, publish
        downs = 0
        while True:
            wait_s = await self._round(inbox)
            last = self._last
            downs = downs + 1 if last is not None and last.state == "down" else 0
            if last is not None and downs:
                wait_s = retry_delay_s(wait_s, downs)
                said = {**last.params, "tries": downs, "again_s": round(wait_s)}
                publish(replace(last, params=said))
            await asyncio.sleep(wait_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
        await self._media.close()

    @property
    def channel(self) -> Channel:
        """Facebook or Zalo."""
        return self._channel

    async def send(self, out: OutreachRow) -> SendResult:
        """Send a reply, within the time and number that the provider allows."""
        if self._inbox is None:
            return SendResult("retry", why="social_away", after_s=self._poll_s)
        if len(out.text) > LONGEST:
            return SendResult("refused", why=f"{self.name}_too_long")
        return await self._send(self._inbox, out)

    @abstractmethod
    async def _send(self, inbox: Inbox, out: OutreachRow) -> SendResult:
        """Send a reply that is short enough."""

    def _inbound(
        self,
        said: SocialMessage,
        media: tuple[str, ...],
        missing: bool = False,
    ) -> InboundMessage:
        """The message for the inbox; `missing`: some of its media could not be stored."""
        now = self._clock()
        return InboundMessage(
            channel=self._channel,
            external_id=said.external_id,
            sender=said.sender or None,
            sender_key=said.sender or None,
            sender_name=said.name,
            received_at=now,
            sent_at=plausible_time(said.sent_at, now),
            text=said.text,
            thread_key=said.thread_key or said.sender,
            lat=said.lat,
            long=said.long,
            media=media,
            flags=(*said.flags, "media_left_out") if missing else said.flags,
        )

    @abstractmethod
    async def _round(self, inbox: Inbox) -> float:
        """Poll once; returns the seconds until the next poll."""

    async def _read_to(self, inbox: Inbox) -> datetime | None:
        """Time up to which everything was read, by the provider's clock. The inbox does not show
        it: the webhook brings the newest first, and a poll may break off in the middle.
        """
        noted = await inbox.note(self._channel, _READ_TO)
        return datetime.fromisoformat(noted) if noted else None

    async def _set_read_to(
        self, inbox: Inbox, before: datetime | None, now: datetime | None
    ) -> None:
        """Record a complete poll; not called for one that broke off."""
        if now is not None and (before is None or now > before):
            await inbox.set_note(self._channel, _READ_TO, now.isoformat())

    def refusal(self, request: web.Request, status: int) -> web.Response:
        """A plain error without a reason."""
        del request
        return web.json_response({"error": status}, status=status)

    def _tell(self, state: str, code: str, params: dict[str, object] | None = None) -> None:
        """Publish the health if it changed."""
        event = LinkChanged(self.name, state, code, params or {})
        if event != self._last:
            self._last = event
            self._publish(event)
