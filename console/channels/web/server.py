"""The gateway's web server: Open311, webhooks and `/healthz` on one address (aiohttp)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp import web

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import LinkChanged
from console.services.ports.channels import Inbox

log = logging.getLogger(__name__)

NAME = "http"
LARGEST_FORM = 1 << 20
"""Largest body read at once, in bytes; streamed files have their own limits."""
BODY_S = 30.0
"""Time limit for receiving a body, in seconds."""


class WebPart(Protocol):
    """Serves the paths below a prefix."""

    @property
    def prefix(self) -> str:
        """The common prefix of its paths."""

    def routes(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """Its routes; messages go into `inbox`."""

    def refusal(self, request: web.Request, status: int) -> web.Response:
        """The response for a wrong path, method or size, in this part's own format."""


def split_address(listen: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8311` or `[::1]:8311`.

    Raises:
        InputError: `web_bad_address`.
    """
    host, mark, port = listen.rpartition(":")
    if not mark or not host or not port.isdigit() or int(port) > 65535:
        raise InputError("web_bad_address", address=listen[:60])
    return host.strip("[]"), int(port)


class WebServer:
    """Listens while `run` is running.

    Attributes:
        health: gives the answer of `/healthz`; `ok` False makes it a 503.
    """

    def __init__(self, listen: str, parts: Sequence[WebPart]) -> None:
        """Nothing is opened yet.

        Args:
            listen: host and port; port 0 picks a free one.

        Raises:
            InputError: `web_bad_address`.
        """
        self._host, self._port = split_address(listen)
        self._parts = tuple(parts)
        self.health: Callable[[], dict[str, object]] = lambda: {"ok": True}
        self.port = 0

    @property
    def name(self) -> str:
        """`http`."""
        return NAME

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Listen forever.

        Raises:
            UnavailableError: `web_cannot_listen`.
        """
        app = web.Application(client_max_size=LARGEST_FORM, middlewares=[self._guard])
        app.router.add_get("/healthz", self._healthz)
        for part in self._parts:
            app.router.add_routes(part.routes(inbox))
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, keepalive_timeout=30, lingering_time=2
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._host, self._port, backlog=256)
            try:
                await site.start()
            except OSError as error:
                address = f"{self._host}:{self._port}"
                raise UnavailableError(
                    "web_cannot_listen", address=address, cause=error.strerror or error.errno
                ) from error
            self.port = int(runner.addresses[0][1])
            shown = f"{self._host}:{self.port}"
            publish(LinkChanged(NAME, "up", "web_up", {"address": shown}))
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        health = self.health()
        return web.json_response(health, status=200 if health.get("ok") else 503)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        """Answer errors in the part's own format; no traceback ever leaves."""
        part = next((p for p in self._parts if request.path.startswith(p.prefix)), None)
        try:
            response = await handler(request)  # type: ignore[misc]
        except web.HTTPException as error:
            response = part.refusal(request, error.status) if part else _plain(error.status)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("a call of %s failed", request.path)
            response = part.refusal(request, 500) if part else _plain(500)
        assert isinstance(response, web.StreamResponse)  # noqa: S101  (what aiohttp wants)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _plain(status: int) -> web.Response:
    return web.json_response({"error": status}, status=status)
