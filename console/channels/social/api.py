"""Calls a provider's API; reads bodies and times of webhooks."""

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
        HTTPBadRequest: it is not JSON.
    """
    try:
        body: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest from error
    return body


@contextlib.contextmanager
def acknowledged() -> Iterator[None]:
    """Wraps storing: what is not on disk is not acknowledged, so the provider sends it again.

    Raises:
        HTTPServiceUnavailable: the store is away.
    """
    try:
        yield
    except UnavailableError as error:
        raise web.HTTPServiceUnavailable from error


@dataclass(frozen=True, slots=True)
class Answer:
    """An API's answer.

    Attributes:
        status: HTTP status; 0 if nothing was sent, -1 if it was sent but not answered.
        body: the JSON object, or {}.
    """

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def lost(self) -> SendResult | None:
        """The result of a send without an answer: retry, or unknown."""
        if self.status == 0:
            return SendResult("retry", why="social_away", after_s=60.0)
        return SendResult("unknown", why="social_cut_off") if self.status == -1 else None


class Api:
    """An API client with one session; tokens go into headers, never into addresses."""

    def __init__(self, base: str, *, timeout_s: float = CALL_S) -> None:
        """Nothing is opened yet."""
        self._base = base.rstrip("/")
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401
        """Make one call; failures are in the answer."""
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
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def from_ms(value: object) -> datetime | None:
    """A time given as milliseconds since 1970, number or digits; else None."""
    try:
        at = datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if 2010 < at.year < 2100 else None


def plausible_time(sent_at: datetime | None, now: datetime) -> datetime | None:
    """The sending time, unless it is more than a day in the future."""
    return None if sent_at is None or (sent_at - now).days >= 1 else sent_at
