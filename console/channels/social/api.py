"""Calls of a provider's API and what became of each; bodies and times of webhooks."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from console.domain.errors import UnavailableError
from console.services.ports.channels import SendResult

CALL_S = 15.0


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


def plausible_time(sent_at: datetime | None, now: datetime) -> datetime | None:
    """The sending time unless it lies ahead of us by more than a day."""
    return None if sent_at is None or (sent_at - now).days >= 1 else sent_at
