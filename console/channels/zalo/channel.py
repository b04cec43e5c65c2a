"""The Zalo official account: webhook and polling in, consultation messages out."""

import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import override

from aiohttp import web

from console.channels.social.api import Answer, Api, acknowledged, json_of
from console.channels.social.channel import OVERLAP, POLL_S, REST_S, SocialChannel
from console.channels.social.message import SocialMessage
from console.channels.social.secret_files import Secret
from console.channels.zalo.events import chats_of, of_list, of_webhook
from console.channels.zalo.tokens import ZaloTokens
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.outreach.reply_windows import WINDOWS
from console.services.ports.central.shared_rows import SharedSecretStore
from console.services.ports.channels import Inbox, SendResult
from console.services.ports.clock import Clock, utc_now
from console.services.ports.files import Files
from console.services.views.contacts import OutreachRow

log = logging.getLogger(__name__)

MOST_RECENT, PAGE = 50, 10
TOKEN_DEAD = frozenset({-216, -124})
TOO_MANY = frozenset({-32, -211, -218})
REFUSALS = {
    **dict.fromkeys((-230, -232, -305), "zalo_window_over"),
    -311: "zalo_no_more_free",
    **dict.fromkeys((-213, -217, -227, -244), "zalo_unreachable"),
}
"""Refusals by the provider; they override our own clock and count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloAccount:
    """The account, its API and its tokens.

    Attributes:
        tokens_file: `access_token`, `refresh_token`; rewritten at each renewal. If the gateways
            of a centre share the tokens, it is this machine's copy.
    """

    oa_id: str
    app_id: str
    tokens_file: Path
    api_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"


class ZaloChannel(SocialChannel):
    """An official account as a `MessageChannel`, a `WebPart` and an `Owner` of tokens."""

    prefix = "/hooks/zalo"

    def __init__(
        self,
        account: ZaloAccount,
        secret: Secret,
        files: Files,
        *,
        clock: Clock = utc_now,
        poll_s: float = POLL_S,
        rest_s: float = REST_S,
    ) -> None:
        """Nothing is called before `run`.

        Args:
            secret: reads `secret_key` (for renewing tokens) and `oa_secret` (signs the webhook);
                one alone counts as both.
        """
        super().__init__(
            Channel.ZALO, account.api_url, files, secret, clock=clock, poll_s=poll_s, rest_s=rest_s
        )
        self._oa_id, self._app_id = account.oa_id, account.app_id
        self._oauth = Api(account.oauth_url)
        self._tokens = ZaloTokens(
            account.tokens_file,
            account.app_id,
            lambda: secret().get("secret_key", ""),
            self._oauth,
            clock,
        )

    def owned(self, *, ours: bool) -> None:
        """Only the holder of the lease renews tokens."""
        self._tokens.ours = ours

    def keep_at(self, place: SharedSecretStore) -> None:
        """Share the tokens with the other gateways of a centre."""
        self._tokens.place = place

    @override
    async def close(self) -> None:
        await self._tokens.settled()
        await super().close()
        await self._oauth.close()

    # --- polling

    @override
    async def _round(self, inbox: Inbox) -> float:
        read_to, newest, whole = await self._read_to(inbox), None, True
        for offset in range(0, MOST_RECENT, PAGE):
            try:
                answer = await self._get(
                    "/v2.0/oa/listrecentchat", {"offset": offset, "count": PAGE}
                )
            except ConsoleError as error:
                self._tell("down", error.code, error.params)
                return self._poll_s
            if (why := _trouble(answer)) is not None:
                self._tell("warn" if why == "zalo_too_many" else "down", why)
                return self._poll_s if why == "zalo_away" else self._rest_s
            chats = list(chats_of(answer.body, self._oa_id))
            heard = list(of_list(answer.body, self._oa_id))
            new = [each for each in heard if await self._is_new(inbox, each)]
            changed = [who for who, at in chats if at and (read_to is None or at > read_to)]
            for sender in dict.fromkeys((*(each.sender for each in new), *changed)):
                mine = [each for each in new if each.sender == sender]
                whole = await self._conversation(inbox, sender, mine, read_to) and whole
            times = [at for _, at in chats if at]
            newest = newest or max(times, default=None)
            known = min(times) < read_to - OVERLAP if times and read_to else not (new or times)
            if known or len(answer.body.get("data") or ()) < PAGE:
                break
        if whole:
            await self._set_read_to(inbox, read_to, newest)
        if (trouble := self._tokens.trouble) is not None:
            self._tell("warn", trouble.code, trouble.params)
        else:
            self._tell("up", "zalo_up")
        return self._poll_s

    async def _conversation(
        self, inbox: Inbox, sender: str, known: Sequence[SocialMessage], read_to: datetime | None
    ) -> bool:
        """Store a person's messages. The list has only the newest, so ask for older ones. False if
        an answer failed and there may be more.
        """
        every, whole = {each.external_id: each for each in known}, True
        for offset in range(0, MOST_RECENT, PAGE):
            answer = await self._get(
                "/v2.0/oa/conversation", {"user_id": sender, "offset": offset, "count": PAGE}
            )
            if _trouble(answer) is not None:
                whole = False
                break
            page = [each for each in of_list(answer.body, self._oa_id) if each.sender == sender]
            new = [each for each in page if await self._is_new(inbox, each)]
            every |= {each.external_id: each for each in new}
            times = [at for _, at in chats_of(answer.body, self._oa_id) if at]
            seen = min(times) < read_to - OVERLAP if times and read_to else not new
            if seen or len(answer.body.get("data") or ()) < PAGE:
                break
        early = datetime.min.replace(tzinfo=UTC)
        for each in sorted(every.values(), key=lambda e: e.sent_at or early):
            await self._keep(inbox, each)
        return whole

    async def _get(self, path: str, data: dict[str, object]) -> Answer:
        """Make one query; renew the token if it is refused."""
        token = await self._tokens.access()
        answer = await self._ask(path, data, token)
        if answer.body.get("error") in TOKEN_DEAD:
            answer = await self._ask(path, data, await self._tokens.access(dead=token))
        return answer

    async def _ask(self, path: str, data: dict[str, object], token: str) -> Answer:
        return await self._api.call(
            "GET", path, params={"data": json.dumps(data)}, headers={"access_token": token}
        )

    # --- keeping

    async def _is_new(self, inbox: Inbox, heard: SocialMessage) -> bool:
        return await inbox.contact(contact_uuid(Channel.ZALO, heard.external_id)) is None

    async def _keep(self, inbox: Inbox, heard: SocialMessage) -> None:
        if not await self._is_new(inbox, heard):
            return
        await inbox.put(self._inbound(heard, *await self._media.keep(heard.urls)))

    # --- webhook

    def routes(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """`POST` takes events; Zalo's settings page tries `GET`."""
        self._inbox = inbox
        return [web.get(self.prefix, self._check), web.post(self.prefix, self._take)]

    async def _check(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text="ok")

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json_of(raw)
        at = body.get("timestamp") if isinstance(body, dict) else None
        if not self._signed(raw, at, request.headers.get("X-ZEvent-Signature", "")):
            raise web.HTTPForbidden
        assert self._inbox is not None  # noqa: S101  (routes() was called)
        heard = of_webhook(body, self._oa_id)
        if heard is not None:
            with acknowledged():
                await self._keep(self._inbox, heard)
        return web.json_response({"ok": True})

    def _signed(self, raw: bytes, timestamp: object, given: str) -> bool:
        """Check the plain SHA-256 of app id, body, timestamp and secret: Zalo uses no HMAC."""
        values = self._secret()
        secret = values.get("oa_secret") or values.get("secret_key", "")
        if not secret or not isinstance(timestamp, str | int):
            return False
        parts = (self._app_id.encode(), raw, str(timestamp).encode(), secret.encode())
        made = "mac=" + hashlib.sha256(b"".join(parts)).hexdigest()
        return hmac.compare_digest(made.encode(), given.encode("utf-8", "replace"))

    # --- sending

    @override
    async def _send(self, inbox: Inbox, out: OutreachRow) -> SendResult:
        """Reply within 48 hours and 8 messages of the person's last one; then only by phone."""
        last = await inbox.last_from(Channel.ZALO, out.recipient)
        window, free = WINDOWS[Channel.ZALO]
        if last is None or self._clock() - last > window:
            return SendResult("refused", why="zalo_window_over")
        if await inbox.sent_since(Channel.ZALO, out.recipient, last) >= (free or 0):
            return SendResult("refused", why="zalo_no_more_free")
        try:
            token = await self._tokens.access()
            answer = await self._post(out, token)
            if answer.body.get("error") in TOKEN_DEAD:
                answer = await self._post(out, await self._tokens.access(dead=token))
        except UnavailableError as error:
            self._tell("down", error.code, error.params)
            return SendResult("retry", why=error.code, after_s=self._rest_s)
        return self._judged(answer)

    async def _post(self, out: OutreachRow, token: str) -> Answer:
        return await self._api.call(
            "POST",
            "/v3.0/oa/message/cs",
            headers={"access_token": token},
            json={"recipient": {"user_id": out.recipient}, "message": {"text": out.text}},
        )

    def _judged(self, answer: Answer) -> SendResult:
        """Failures are HTTP 200 with an `error` other than 0."""
        if (lost := answer.lost) is not None:
            return lost
        error = answer.body.get("error")
        if error == 0:
            data = answer.body.get("data")
            ref = data.get("message_id") if isinstance(data, dict) else ""
            return SendResult("sent", (str(ref),))
        if error in TOO_MANY or answer.status >= 500:
            return SendResult("retry", why="zalo_too_many", after_s=self._rest_s)
        if error in TOKEN_DEAD:
            return SendResult("retry", why="zalo_token_dead", after_s=self._rest_s)
        why = REFUSALS.get(error, "zalo_refused") if isinstance(error, int) else "zalo_refused"
        return SendResult("refused", why=why)


def _trouble(answer: Answer) -> str | None:
    if answer.status in (0, -1) or answer.status >= 500:
        return "zalo_away"
    error = answer.body.get("error")
    if error == 0:
        return None
    if error in TOKEN_DEAD:
        return "zalo_token_dead"
    return "zalo_too_many" if error in TOO_MANY else "zalo_refused"
