"""Graph API and Zalo's API, as far as their documents go, in one server with a memory.

People's texts come in by `write`; each is visible to polling, and sent by webhook when `hook` is
given.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.mail.messages import JPEG

PAGE, OA, APP = "1022", "oa-1022", "app-1"
TOKEN, APP_SECRET, VERIFY = "page-token", "app-secret", "verify-me"
SECRET_KEY, OA_SECRET = "zalo-secret", "oa-secret"


@dataclass
class Written:
    """A message of a person. `own`: the page or account wrote it to them; `button`: they pressed
    one with this text, which the list of messages shows as their words.
    """

    id: str
    sender: str
    text: str
    at_ms: int
    picture: bool = False
    own: bool = False
    button: bool = False


@dataclass
class SocialPeer:
    """`async with SocialPeer() as peer:`; `peer.url` is graph_url, api_url and oauth_url.

    Attributes:
        error: code that every call answers with, None = all is well.
        subcode: what Graph says more about it.
        usage: what X-App-Usage says.
        cut: cut the line after a message was taken.
        ends_at: the line dies on the page that begins here.
        access, refresh: Zalo's tokens that are good now; a used refresh token is good no more.
        loses_renewal: the pair is changed, and the line cut before the answer.
        comments: under the page's post, and whether it answers another one.
        refused: how many renewals were asked with a token that is good no more.
    """

    error: int | None = None
    subcode: int = 0
    usage: int = 5
    cut: bool = False
    ends_at: str = ""
    access: str = "access-0"
    refresh: str = "refresh-0"
    renewals: int = 0
    refused: int = 0
    loses_renewal: bool = False
    said: list[Written] = field(default_factory=list)
    comments: list[tuple[Written, bool]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    url: str = ""
    _written: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> "SocialPeer":
        app = web.Application()
        app.add_routes(
            [
                web.get(f"/{PAGE}/conversations", self._conversations),
                web.get(f"/{PAGE}/feed", self._feed),
                web.post(f"/{PAGE}/messages", self._facebook_send),
                web.get("/{talk:t_.+}/messages", self._talk),
                web.get("/picture.jpg", self._picture),
                web.post("/v4/oa/access_token", self._renew),
                web.get("/v2.0/oa/listrecentchat", self._recent),
                web.get("/v2.0/oa/conversation", self._conversation),
                web.post("/v3.0/oa/message/cs", self._zalo_send),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def write(
        self,
        sender: str,
        text: str,
        *,
        picture: bool = False,
        own: bool = False,
        listed: bool = True,
        button: bool = False,
    ) -> Written:
        """A person writes, or we write to them; the newest is the last. Polling does not find it
        unless `listed`.
        """
        self._written += 1
        at = time.time_ns() // 1_000_000 + self._written
        message = Written(f"m_{self._written}", sender, text, at, picture, own, button)
        if listed:
            self.said.append(message)
        return message

    def comment(self, sender: str, text: str, *, answers: bool = False) -> None:
        """Somebody writes under the page's post, or in answer to another comment."""
        self.comments.append((self.write(sender, text, listed=False), answers))

    def _end(self, request: web.Request, start: int) -> None:
        """Cut the line if it shall be cut on this page."""
        if start and self.ends_at == str(start):
            _cut(request)

    def _trouble(self, request: web.Request) -> web.Response | None:
        self.calls.append(request.path)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _graph_error(190)
        proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if request.query.get("appsecret_proof") not in (None, proof):
            return _graph_error(100)
        return _graph_error(self.error, self.subcode) if self.error is not None else None

    async def _conversations(self, request: web.Request) -> web.Response:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        senders = list(dict.fromkeys(m.sender for m in reversed(self.said)))
        start = int(request.query.get("after", "0"))
        self._end(request, start)
        page = senders[start : start + 2]
        body: dict[str, Any] = {
            "data": [
                {
                    "id": f"t_{sender}",
                    "updated_time": _iso(self._talk_of(sender)[0].at_ms),
                    "messages": self._messages(sender, 0),
                }
                for sender in page
            ]
        }
        if start + 2 < len(senders):
            body["paging"] = {"cursors": {"after": str(start + 2)}}
        usage = json.dumps({"call_count": self.usage, "total_time": 1})
        return web.json_response(body, headers={"X-App-Usage": usage})

    async def _talk(self, request: web.Request) -> web.Response:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        sender = request.match_info["talk"].removeprefix("t_")
        return web.json_response(self._messages(sender, int(request.query.get("after", "0"))))

    def _talk_of(self, sender: str) -> list[Written]:
        return [m for m in reversed(self.said) if m.sender == sender]

    def _messages(self, sender: str, start: int) -> dict[str, Any]:
        every = self._talk_of(sender)
        page = [self._graph_message(m) for m in every[start : start + 25]]
        more = start + 25 < len(every)
        cursors = {"cursors": {"after": str(start + 25)}} if more else {}
        return {"data": page, "paging": cursors}

    def _graph_message(self, message: Written) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": message.id,
            "from": {"id": PAGE, "name": "1022"}
            if message.own
            else {"id": message.sender, "name": f"Người {message.sender}"},
            "message": message.text,
            "created_time": _iso(message.at_ms),
        }
        if message.picture:
            made["attachments"] = {"data": [{"image_data": {"url": f"{self.url}/picture.jpg"}}]}
        return made

    async def _feed(self, request: web.Request) -> web.Response:
        """One post of the page. Graph lists the oldest comments first, and only those of the post
        itself, unless asked otherwise.
        """
        if (trouble := self._trouble(request)) is not None:
            return trouble
        asked = request.query["fields"].partition("comments")[2].partition("{")[0]
        told = [m for m, answers in self.comments if not answers or ".filter(stream)" in asked]
        if ".order(reverse_chronological)" in asked:
            told.reverse()
        most = re.search(r"\.limit\((\d+)\)", asked)
        page = [self._graph_message(m) for m in told[: int(most[1]) if most else 25]]
        post = {"id": "p1", "from": {"id": PAGE}, "message": "Tin", "comments": {"data": page}}
        return web.json_response({"data": [post]})

    async def _facebook_send(self, request: web.Request) -> web.Response:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        self.sent.append(await request.json())
        if self.cut:
            _cut(request)
        return web.json_response({"recipient_id": "x", "message_id": f"o_{len(self.sent)}"})

    async def _picture(self, _request: web.Request) -> web.Response:
        return web.Response(body=JPEG, content_type="image/jpeg")

    def facebook_event(self, *messages: Written) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook POST about these."""
        body = {
            "object": "page",
            "entry": [
                {
                    "id": PAGE,
                    "messaging": [
                        {
                            "sender": {"id": m.sender},
                            "recipient": {"id": PAGE},
                            "timestamp": m.at_ms,
                            **self._hooked(m),
                        }
                        for m in messages
                    ],
                }
            ],
        }
        raw = json.dumps(body).encode()
        made = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        return raw, {"X-Hub-Signature-256": f"sha256={made}"}

    def _hooked(self, m: Written) -> dict[str, Any]:
        if m.button:
            return {"postback": {"mid": m.id, "title": m.text, "payload": "FROM_THE_MENU"}}
        picture = {"type": "image", "payload": {"url": f"{self.url}/picture.jpg"}}
        attached = [picture] if m.picture else []
        return {"message": {"mid": m.id, "text": m.text, "attachments": attached}}

    async def _renew(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append(request.path)
        if (
            request.headers.get("secret_key") != SECRET_KEY
            or form.get("refresh_token") != self.refresh
            or form.get("grant_type") != "refresh_token"
        ):
            self.refused += 1
            return web.json_response({"error": -14014, "error_name": "Invalid refresh token."})
        self.renewals += 1
        self.access, self.refresh = f"access-{self.renewals}", f"refresh-{self.renewals}"
        if self.loses_renewal:
            _cut(request)
        return web.json_response(
            {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        )

    def _zalo_trouble(self, request: web.Request) -> web.Response | None:
        self.calls.append(request.path)
        if self.error is not None:
            return web.json_response({"error": self.error, "message": "no"})
        if request.headers.get("access_token") != self.access:
            return web.json_response({"error": -216, "message": "Access token is invalid"})
        return None

    def _zalo_row(self, message: Written) -> dict[str, Any]:
        return {
            "src": 0 if message.own else 1,
            "time": message.at_ms,
            "type": "text",
            "message": message.text,
            "message_id": message.id,
            "from_id": OA if message.own else message.sender,
            "to_id": message.sender if message.own else OA,
            "from_display_name": f"Người {message.sender}",
            **({"url": f"{self.url}/picture.jpg"} if message.picture else {}),
        }

    async def _recent(self, request: web.Request) -> web.Response:
        if (trouble := self._zalo_trouble(request)) is not None:
            return trouble
        newest = {m.sender: m for m in self.said}
        self._end(request, json.loads(request.query["data"])["offset"])
        return self._page(request, sorted(newest.values(), key=lambda m: -m.at_ms))

    async def _conversation(self, request: web.Request) -> web.Response:
        if (trouble := self._zalo_trouble(request)) is not None:
            return trouble
        who = json.loads(request.query["data"])["user_id"]
        return self._page(request, [m for m in reversed(self.said) if m.sender == who])

    def _page(self, request: web.Request, rows: list[Written]) -> web.Response:
        data = json.loads(request.query["data"])
        assert data["count"] <= 10, "Zalo's limit"
        page = rows[data["offset"] : data["offset"] + data["count"]]
        return web.json_response({"data": [self._zalo_row(m) for m in page], "error": 0})

    async def _zalo_send(self, request: web.Request) -> web.Response:
        if (trouble := self._zalo_trouble(request)) is not None:
            return trouble
        self.sent.append(await request.json())
        if self.cut:
            _cut(request)
        return web.json_response({"data": {"message_id": f"z_{len(self.sent)}"}, "error": 0})

    def zalo_event(self, message: Written) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook POST about this one."""
        at = str(message.at_ms)
        payload = [{"type": "image", "payload": {"url": f"{self.url}/picture.jpg"}}]
        body = {
            "app_id": APP,
            "event_name": "user_send_image" if message.picture else "user_send_text",
            "sender": {"id": message.sender},
            "recipient": {"id": OA},
            "message": {
                "msg_id": message.id,
                "text": message.text,
                "attachments": payload if message.picture else [],
            },
            "timestamp": at,
        }
        raw = json.dumps(body).encode()
        made = hashlib.sha256(APP.encode() + raw + at.encode() + OA_SECRET.encode()).hexdigest()
        return raw, {"X-ZEvent-Signature": f"mac={made}"}


def _iso(at_ms: int) -> str:
    """As Graph writes times: whole seconds, an offset without a colon."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _graph_error(code: int, subcode: int = 0) -> web.Response:
    error = {"message": "no", "type": "OAuthException", "code": code}
    return web.json_response({"error": error | {"error_subcode": subcode}}, status=400)


def _cut(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


async def post(url: str, raw: bytes, headers: dict[str, str]) -> int:
    """Status of a POST."""
    with contextlib.suppress(asyncio.CancelledError):
        async with (
            aiohttp.ClientSession() as client,
            client.post(
                url, data=raw, headers={"Content-Type": "application/json", **headers}
            ) as answer,
        ):
            return answer.status
    return 0
