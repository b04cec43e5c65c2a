"""The Facebook page: webhook and polling in, Messenger replies out.

Webhook and polling may run at the same time: a message's own id is its key.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import override

from aiohttp import web

from console.channels.facebook.events import (
    Conversation,
    after_of,
    of_conversation,
    of_conversations,
    of_feed,
    of_webhook,
)
from console.channels.social.api import Answer, acknowledged, json_of
from console.channels.social.channel import OVERLAP, POLL_S, REST_S, SocialChannel
from console.channels.social.message import SocialMessage
from console.channels.social.secret_files import Secret
from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.outreach.reply_windows import WINDOWS
from console.services.ports.channels import Inbox, SendResult
from console.services.ports.clock import utc_now
from console.services.ports.files import Files
from console.services.views.contacts import OutreachRow

log = logging.getLogger(__name__)

WARN_DAYS = 14
TOO_MANY = frozenset({4, 17, 32, 613, 80001, 80006})
DEAD = frozenset({102, 190})
OTHER_APP = 2018300
"""Subcode of error 10: another app, such as the page's inbox, has the thread (handover
protocol).
"""
GONE = frozenset({551})
"""The person cannot be reached now: blocked the page or closed the account."""
MOST_PAGES = 20
_MESSAGE = "id,from,message,created_time,attachments,shares,sticker"
_FIELDS = f"updated_time,messages.limit(25){{{_MESSAGE}}}"
_COMMENTS = "comments.order(reverse_chronological).filter(stream).limit(50)"
"""The newest comments, including replies."""
_FEED = f"id,from,message,created_time,{_COMMENTS}{{id,from,message,created_time}}"


class FacebookChannel(SocialChannel):
    """A page as a `MessageChannel` and a `WebPart`."""

    prefix = "/hooks/facebook"

    def __init__(
        self,
        page_id: str,
        secret: Secret,
        graph_url: str,
        files: Files,
        *,
        poll_s: float = POLL_S,
        rest_s: float = REST_S,
    ) -> None:
        """Nothing is called before `run`.

        Args:
            secret: reads `token`; with a webhook also `app_secret` and `verify_token`; `expires`
                (ISO 8601) allows a timely warning.
            graph_url: such as https://graph.facebook.com.
            files: keeps pictures.
        """
        super().__init__(
            Channel.FACEBOOK, graph_url, files, secret, clock=utc_now, poll_s=poll_s, rest_s=rest_s
        )
        self._page_id = page_id

    # --- polling

    @override
    async def _round(self, inbox: Inbox) -> float:
        """Poll once; returns the seconds until the next poll."""
        paths = (
            (f"/{self._page_id}/conversations", _FIELDS),
            (f"/{self._page_id}/feed", _FEED),
        )
        usage = 0
        for path, fields in paths:
            answer = await self._get(path, fields)
            if (why := self._trouble(answer)) is not None:
                self._tell("down" if why != "facebook_too_many" else "warn", why)
                return self._poll_s if why == "facebook_away" else self._rest_s
            usage = max(usage, _usage(answer))
            if path.endswith("/feed"):
                await self._keep(inbox, of_feed(answer.body, self._page_id))
            else:
                await self._follow(inbox, answer)
        self._tell_well()
        return self._rest_s if usage >= 90 else self._poll_s

    async def _follow(self, inbox: Inbox, answer: Answer) -> None:
        """Read page by page back to what was read before: there is no paging by time."""
        read_to, newest = await self._read_to(inbox), None
        for _ in range(MOST_PAGES):
            talks = list(of_conversations(answer.body, self._page_id))
            new = 0
            for talk in talks:
                new += await self._keep(inbox, talk.said)
                if not await self._deeper(inbox, talk, read_to):
                    return
            times = [each.changed for each in talks if each.changed]
            newest = newest or max(times, default=None)
            known = min(times) < read_to - OVERLAP if times and read_to else not (new or times)
            if known or (after := after_of(answer.body)) is None:
                break
            answer = await self._get(f"/{self._page_id}/conversations", _FIELDS, after=after)
            if self._trouble(answer) is not None:
                return
        await self._set_read_to(inbox, read_to, newest)

    async def _deeper(self, inbox: Inbox, talk: Conversation, read_to: datetime | None) -> bool:
        """Read a person's messages that did not fit into the list; False if incomplete."""
        oldest, after = talk.oldest, talk.after
        for _ in range(MOST_PAGES):
            if read_to is None or after is None or oldest is None or oldest < read_to - OVERLAP:
                break
            answer = await self._get(f"/{talk.id}/messages", _MESSAGE, after=after)
            if self._trouble(answer) is not None:
                return False
            said = list(of_conversation(answer.body, self._page_id))
            await self._keep(inbox, said)
            times = [each.sent_at for each in said if each.sent_at]
            oldest, after = min(times, default=oldest), after_of(answer.body)
        return True

    async def _get(self, path: str, fields: str, **more: str) -> Answer:
        params = {"fields": fields, "limit": "25", **more, **self._proof()}
        return await self._api.call("GET", path, params=params, headers=self._bearer())

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._secret().get('token', '')}"}

    def _proof(self) -> dict[str, str]:
        """The proof that makes a stolen token alone useless, if the app requires it."""
        values = self._secret()
        if not (secret := values.get("app_secret")):
            return {}
        token = values.get("token", "").encode()
        made = hmac.new(secret.encode(), token, hashlib.sha256).hexdigest()
        return {"appsecret_proof": made}

    @staticmethod
    def _trouble(answer: Answer) -> str | None:
        if answer.status in (0, -1) or answer.status >= 500:
            return "facebook_away"
        code = _code(answer)
        if code is None:
            return None
        if code in DEAD:
            return "facebook_token_dead"
        return "facebook_too_many" if code in TOO_MANY else "facebook_refused"

    def _tell_well(self) -> None:
        left = _days_left(self._secret().get("expires", ""), self._clock())
        if left is not None and left < WARN_DAYS:
            self._tell("warn", "facebook_token_expires", {"days": max(0, left)})
        else:
            self._tell("up", "facebook_up")

    # --- keeping

    async def _keep(self, inbox: Inbox, said: Iterable[SocialMessage]) -> int:
        """Store new messages; returns how many were new."""
        new = 0
        for each in said:
            known = await inbox.contact(contact_uuid(Channel.FACEBOOK, each.external_id))
            removed = "removed" in each.flags
            if known is None and removed:
                continue  # deleted before we saw it
            if known is not None and not (each.changes and (removed or known.text != each.text)):
                continue
            if known is None or not removed:
                message = self._inbound(each, *await self._media.keep(each.urls))
            else:  # deleted by its sender: the text stays readable for the operators
                message = replace(self._inbound(each, ()), text=known.text)
            await inbox.put(replace(message, references=(each.thread_key,)))
            new += known is None
        return new

    # --- webhook

    def routes(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """`GET` answers the verification request, `POST` takes events."""
        self._inbox = inbox
        return [web.get(self.prefix, self._check), web.post(self.prefix, self._take)]

    async def _check(self, request: web.Request) -> web.Response:
        expected, given = self._secret().get("verify_token", ""), request.query
        token = given.get("hub.verify_token", "")
        if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
            raise web.HTTPForbidden
        return web.Response(text=given.get("hub.challenge", "")[:200])

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if not self._signed(raw, request.headers.get("X-Hub-Signature-256", "")):
            raise web.HTTPForbidden
        body = json_of(raw)
        assert self._inbox is not None  # noqa: S101  (routes() was called)
        with acknowledged():
            await self._keep(self._inbox, of_webhook(body, self._page_id))
        return web.Response(text="EVENT_RECEIVED")

    def _signed(self, raw: bytes, given: str) -> bool:
        secret = self._secret().get("app_secret", "")
        if not secret:
            return False
        made = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(made.encode(), given.encode("utf-8", "replace"))

    # --- sending

    @override
    async def _send(self, inbox: Inbox, out: OutreachRow) -> SendResult:
        """Reply within 24 hours of the person's last message; later only a call is possible."""
        answered = await inbox.contact(out.contact_id) if out.contact_id else None
        comment = answered is not None and "comment" in answered.flags
        last = await inbox.last_from(Channel.FACEBOOK, out.recipient)
        window, _ = WINDOWS[Channel.FACEBOOK]
        if not comment and (last is None or self._clock() - last > window):
            return SendResult("refused", why="facebook_window_over")
        recipient = (
            {"comment_id": answered.external_id} if comment and answered else {"id": out.recipient}
        )
        answer = await self._api.call(
            "POST",
            f"/{self._page_id}/messages",
            params=self._proof(),
            headers=self._bearer(),
            json={
                "recipient": recipient,
                "messaging_type": "RESPONSE",
                "message": {"text": out.text},
            },
        )
        return self._judged(answer)

    def _judged(self, answer: Answer) -> SendResult:
        if (lost := answer.lost) is not None:
            return lost
        code = _code(answer)
        if code is None and answer.status == 200:
            return SendResult("sent", (str(answer.body.get("message_id", "")),))
        if code in TOO_MANY or answer.status >= 500 or code in (1, 2):
            return SendResult("retry", why="facebook_too_many", after_s=self._rest_s)
        if code in DEAD:
            self._tell("down", "facebook_token_dead")
            return SendResult("retry", why="facebook_token_dead", after_s=self._rest_s)
        if code == 10:
            other = _code(answer, "error_subcode") == OTHER_APP
            why = "facebook_other_app" if other else "facebook_window_over"
            return SendResult("refused", why=why)
        if code in GONE:
            return SendResult("refused", why="facebook_unreachable")
        return SendResult("refused", why="facebook_refused")


def _code(answer: Answer, which: str = "code") -> int | None:
    """The error code, or None without an error."""
    error = answer.body.get("error")
    if isinstance(error, dict):
        code = error.get(which)
        return code if isinstance(code, int) else -1
    return None if answer.status < 400 else -1


def _usage(answer: Answer) -> int:
    """The highest percentage in the usage headers."""
    try:
        app = json.loads(answer.headers.get("X-App-Usage", "{}"))
        return max((int(v) for v in app.values() if isinstance(v, int | float)), default=0)
    except (ValueError, AttributeError):
        return 0


def _days_left(expires: str, now: datetime) -> int | None:
    try:
        at = datetime.fromisoformat(expires)
    except ValueError:
        return None
    return (at - now).days if at.tzinfo else None
