"""Calls that a cloud exchange posts to us: `adapter = "webhook"`.

The generic form of CTI hooks: POST of JSON or form fields `event=newCall|answer|hangup, from, to,
direction, callId`, perhaps `user`, `queue`, `answeringNumber`, `cause`. It only shows calls: no
button can reach the exchange. A repeated post changes nothing; a lost one leaves no call for ever.
"""

import asyncio
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import override

from aiohttp import web

from console.domain.errors import UnavailableError
from console.domain.live_events import CallEvent, LinkChanged
from console.domain.text.cleaning import clean
from console.services.ports.clock import Clock, utc_now
from console.services.ports.telephony import Telephony
from console.telephony.caller_identity import number_of
from console.telephony.simple_calls import SimpleCall, SimpleCalls

log = logging.getLogger(__name__)

PATH = "/hooks/cti/"
MOST_BYTES = 64 * 1024
_SWEEP_S = 30.0
_REMEMBERED = 4096
_OUTCOMES = {
    "busy": "busy",
    "noAnswer": "no_answer",
    "congestion": "unreachable",
    "notFound": "unreachable",
    "cancel": "cancelled",
}


class WebhookLine(Telephony):
    """The `Telephony` port over posts; listens on this machine unless told otherwise."""

    def __init__(
        self,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        extension: str = "",
        clock: Clock = utc_now,
    ) -> None:
        """Nothing listens before `run`.

        Args:
            token: last part of the path, long and secret; posts without it get 404.
            port: 0 = any free one (tests).
            extension: of this workstation; compared with `user` and `answeringNumber`.
        """
        self._token, self._host, self.port = token, host, port
        self._extension, self._clock = extension, clock
        self._publish: Callable[[object], None] = lambda _event: None
        self._calls = SimpleCalls("webhook", extension or None, self._tell)
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._runner: web.AppRunner | None = None

    @property
    @override
    def name(self) -> str:
        """The pbx name stored with calls."""
        return "webhook"

    @property
    @override
    def capabilities(self) -> frozenset[str]:
        """None: the line only shows calls."""
        return frozenset()

    @override
    async def run(self, publish: Callable[[object], None]) -> None:
        """Listen for ever.

        Raises:
            UnavailableError: `port_taken`.
        """
        self._publish = publish
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(PATH + "{token}", self._posted)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, self._host, self.port)
            await site.start()
            self.port = int(self._runner.addresses[0][1])
            publish(LinkChanged("pbx", "up"))
            self._link("up")
            while True:
                await asyncio.sleep(_SWEEP_S)
                self._calls.sweep(self._clock())
        except OSError as error:
            raise UnavailableError("port_taken", port=self.port) from error
        finally:
            await self.close()

    @override
    async def close(self) -> None:
        """Stop listening."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _link(self, state: str) -> None:
        self._tell(
            CallEvent(
                kind="link",
                call_id="",
                at=self._clock(),
                pbx=self.name,
                reason=state,
                more={"calls": self._calls.open_ids},
            )
        )

    def _tell(self, event: CallEvent) -> None:
        self._publish(event)

    # --- posts

    async def _posted(self, request: web.Request) -> web.Response:
        given = request.match_info["token"].encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._token.encode()):
            return web.Response(status=404)
        fields = await _fields(request)
        if fields is None or not self._take(fields):
            return web.json_response({"error": "not understood"}, status=400)
        return web.json_response({})

    def _take(self, fields: Mapping[str, object]) -> bool:
        """Process one post; False when it says nothing that we understand."""
        event, call_id = _text(fields, "event"), _text(fields, "callId") or _text(fields, "callid")
        if event not in ("newCall", "answer", "hangup") or not call_id:
            return False
        key = (call_id, event)
        if key in self._seen:
            return True
        self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        now = self._clock()
        call = self._calls.get(call_id)
        late = (call_id, "hangup") in self._seen
        if event == "newCall" and not late:  # Otherwise it no longer rings anybody.
            self._new(fields, call_id, now)
        elif event == "answer":
            # The post of its beginning may have been lost.
            call = call or self._new(fields, call_id, now)
            self._answered(call, fields, now)
            if late:
                self._calls.over(call, now)
        elif event == "hangup":
            self._hung_up(call, fields, call_id, now)
        return True

    def _new(self, fields: Mapping[str, object], call_id: str, now: datetime) -> SimpleCall:
        outwards = _text(fields, "direction") == "out"
        users = _texts(fields, "user")
        number = number_of(_text(fields, "to" if outwards else "from"))
        call = SimpleCall(
            call_id,
            number,
            "out" if outwards else "in",
            "dialling" if outwards else "ringing",
            now,
            queue=_text(fields, "queue") or None,
            mine=not users or self._extension in users or not self._extension,
        )
        (self._calls.dials if outwards else self._calls.arrives)(call)
        return call

    def _answered(self, call: SimpleCall, fields: Mapping[str, object], now: datetime) -> None:
        users = _texts(fields, "user")
        by = _text(fields, "answeringNumber") or (users[0] if len(users) == 1 else "")
        self._calls.answered(call, now, by or None)

    def _hung_up(
        self, call: SimpleCall | None, fields: Mapping[str, object], call_id: str, now: datetime
    ) -> None:
        cause = _text(fields, "cause")
        if call is None:
            inwards = _text(fields, "direction") != "out"
            if (call_id, "answer") in self._seen or not inwards or cause in ("", "normalClearing"):
                return  # An end of a call we never saw, or saw end.
            call = self._new(
                fields, call_id, now
            )  # Its beginning was lost: keep the call all the same.
        if call.phase == "talking":
            reason = "transfer" if cause == "forwarded" else "unknown"
        else:
            words = {"cancel": "caller", "noAnswer": "no_answer", "busy": "busy"}
            reason = words.get(cause, "unknown")
        self._calls.over(call, now, reason, outcome=_OUTCOMES.get(cause, "no_answer"))


async def _fields(request: web.Request) -> Mapping[str, object] | None:
    """JSON object or form; None when it is neither."""
    try:
        if request.content_type == "application/json":
            found = json.loads(await request.text())
            return found if isinstance(found, dict) else None
        form = await request.post()
    except (ValueError, UnicodeDecodeError, LookupError, RecursionError):
        return None
    fields: dict[str, object] = {}
    for key in form:
        values = [value for value in form.getall(key) if isinstance(value, str)]
        fields[key.removesuffix("[]")] = values if len(values) > 1 else "".join(values)
    return fields


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    return clean(str(value), 80, lines=False).strip() if isinstance(value, str | int) else ""


def _texts(fields: Mapping[str, object], key: str) -> list[str]:
    value = fields.get(key, fields.get(f"{key}[]"))
    values = value if isinstance(value, list) else [value]
    return [clean(one, 80, lines=False).strip() for one in values if isinstance(one, str) and one]
