"""What page and official account share: secrets in files, calls of an API, what became of one."""

import asyncio
import contextlib
import json
import os
import random
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from console.channels.files.remote_media import MediaFetcher
from console.config.settings import read_secret
from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.ports.channels import Inbox, SendResult
from console.services.ports.files import Files

CALL_S = 15.0
LONGEST_S = 300.0
"""Where the wait between two looks at a server that is away stops growing."""
OVERLAP = timedelta(minutes=1)
"""Read once more before the mark: the other side's lists may be late by so much."""
_READ_TO = "read_to"


def read_values(path: str, plain: str) -> dict[str, str]:
    """A secret file: a JSON object of texts, or one text that counts as the value `plain`.

    Raises:
        UnavailableError: `secret_missing`.
        InputError: `secret_world_readable`, `social_secret_broken`.
    """
    text = read_secret(path).strip()
    if not text.startswith("{"):
        return {plain: text}
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InputError("social_secret_broken", file=path) from error
    return {str(k): str(v) for k, v in values.items() if isinstance(v, str | int | float)}


def write_values(path: Path, values: Mapping[str, str]) -> None:
    """Replace a secret file as a whole; it is on disk, for its owner only, when this returns.

    Raises:
        UnavailableError: `secret_not_writable`.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dict(values), file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise UnavailableError("secret_not_writable", file=str(path)) from error


def after(wait_s: float, failures: int, *, chance: Callable[[], float] = random.random) -> float:
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
                wait_s = after(wait_s, downs)
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


def json_of(raw: bytes) -> object:
    """The body of a webhook.

    Raises:
        HTTPBadRequest: it is no JSON.
    """
    try:
        body: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest from error
    return body


@contextlib.contextmanager
def acknowledged() -> Iterator[None]:
    """Around storing: what is not on disk is not acknowledged, so it comes again.

    Raises:
        HTTPServiceUnavailable: the store is away.
    """
    try:
        yield
    except UnavailableError as error:
        raise web.HTTPServiceUnavailable from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What an API said.

    Attributes:
        status: of HTTP; 0 when nothing was sent, -1 when it was sent and no answer came.
        body: JSON object, {} when it was none.
    """

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def lost(self) -> SendResult | None:
        """What a send without an answer comes to: another try, or nobody knows."""
        if self.status == 0:
            return SendResult("retry", why="social_away", after_s=60.0)
        return SendResult("unknown", why="social_cut_off") if self.status == -1 else None


class Api:
    """Calls with one session; a token travels in a header, never in an address."""

    def __init__(self, base: str, *, timeout_s: float = CALL_S) -> None:
        """Nothing is opened yet."""
        self._base = base.rstrip("/")
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401
        """One call; whatever goes wrong is in the answer."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._timeout_s)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            async with self._session.request(method, self._base + path, **more) as answer:
                try:
                    body = json.loads(await answer.read())
                except (ValueError, RecursionError):
                    body = {}
                return Answer(answer.status, body if isinstance(body, dict) else {}, answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):
            return Answer(0, {}, {})
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer(-1, {}, {})

    async def close(self) -> None:
        """Let connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def from_ms(value: object) -> datetime | None:
    """A time in milliseconds since 1970, as number or digits; None for anything else."""
    try:
        at = datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if 2010 < at.year < 2100 else None


def sane(sent_at: datetime | None, now: datetime) -> datetime | None:
    """The sending time unless it lies ahead of us by more than a day."""
    return None if sent_at is None or (sent_at - now).days >= 1 else sent_at


type Secret = Callable[[], dict[str, str]]
