"""What page and official account share: secrets in files, calls of an API, what became of one."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web

from console.channels.files.remote_media import MediaFetcher
from console.channels.social.api import Api
from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.ports.channels import Inbox
from console.services.ports.files import Files

LONGEST_S = 300.0
"""Where the wait between two looks at a server that is away stops growing."""
OVERLAP = timedelta(minutes=1)
"""Read once more before the mark: the other side's lists may be late by so much."""
_READ_TO = "read_to"


def retry_delay_s(
    wait_s: float, failures: int, *, chance: Callable[[], float] = random.random
) -> float:
    """Seconds to the next look at a server that is away, for ever: doubled each time up to five
    minutes, and between half and the whole of it, so that many gateways do not come back at once.
    """
    whole: float = min(max(wait_s, LONGEST_S), wait_s * 2.0 ** min(failures - 1, 10))
    return whole * (0.5 + chance() / 2)


class SocialChannel(ABC):
    """What page and official account do alike: they are asked again and again, take a webhook on
    the same web server, and say how they are when that is news.
    """

    def __init__(self, name: str, api_url: str, files: Files) -> None:
        """Nothing is called yet.

        Args:
            api_url: media of this very server count as public where it is a test's.
            files: keeps pictures.
        """
        origin = urlsplit(api_url)
        trusted = f"{origin.scheme}://{origin.netloc}" if origin.scheme == "http" else ""
        self._media = MediaFetcher(files, trusted=trusted)
        self._api = Api(api_url)
        self._name = name
        self._inbox: Inbox | None = None
        self._publish: Callable[[object], None] = lambda _: None
        self._last: LinkChanged | None = None

    @property
    def name(self) -> str:
        """As on the status line."""
        return self._name

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Ask for news for ever; the webhook works beside it."""
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
        """Let connections go."""
        await self._api.close()
        await self._media.close()

    @property
    @abstractmethod
    def channel(self) -> Channel:
        """Which one."""

    @abstractmethod
    async def _round(self, inbox: Inbox) -> float:
        """One look; the seconds until the next."""

    async def _read_to(self, inbox: Inbox) -> datetime | None:
        """Up to where everything was read once, by the other side's clock. What stands in the
        inbox does not say it: the webhook tells the newest first, and an end comes in the middle.
        """
        noted = await inbox.note(self.channel, _READ_TO)
        return datetime.fromisoformat(noted) if noted else None

    async def _set_read_to(
        self, inbox: Inbox, before: datetime | None, now: datetime | None
    ) -> None:
        """A look was whole; never called for one that broke off."""
        if now is not None and (before is None or now > before):
            await inbox.set_note(self.channel, _READ_TO, now.isoformat())

    def refusal(self, request: web.Request, status: int) -> web.Response:
        """Plain, without a word about why."""
        del request
        return web.json_response({"error": status}, status=status)

    def _tell(self, state: str, code: str, params: dict[str, object] | None = None) -> None:
        """Say how it is, when that is news."""
        event = LinkChanged(self._name, state, code, params or {})
        if event != self._last:
            self._last = event
            self._publish(event)
