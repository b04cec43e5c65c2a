"""A Facebook page and a Zalo account on the servers of `social_peer.py`, and shared steps of their
tests.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.channels.facebook.channel import FacebookChannel
from console.channels.web.server import WebServer
from console.channels.zalo.channel import ZaloAccount, ZaloChannel
from console.domain.ids import uuid7
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views.contacts import OutreachRow
from tests.fakes import social_peer as fake
from tests.fakes.social_peer import SocialPeer
from tests.integration.channels.conftest import Written
from tests.integration.channels.open311.api import listening


@pytest.fixture
async def peer() -> AsyncIterator[SocialPeer]:
    async with SocialPeer() as made:
        yield made


def facebook(written: Written, peer: SocialPeer, **secret: str) -> FacebookChannel:
    values = {
        "token": fake.TOKEN,
        "app_secret": fake.APP_SECRET,
        "verify_token": fake.VERIFY,
    } | secret
    return FacebookChannel(
        fake.PAGE, lambda: values, peer.url, written.desk.files, poll_s=0.1, rest_s=0.3
    )


def zalo(
    written: Written, peer: SocialPeer, folder: Path, clock: Callable[[], datetime] | None = None
) -> ZaloChannel:
    tokens = folder / "tokens.json"
    if not tokens.exists():
        tokens.write_text(json.dumps({"access_token": "access-0", "refresh_token": "refresh-0"}))
        tokens.chmod(0o600)
    account = ZaloAccount(
        oa_id=fake.OA, app_id=fake.APP, tokens_file=tokens, api_url=peer.url, oauth_url=peer.url
    )
    values = {"secret_key": fake.SECRET_KEY, "oa_secret": fake.OA_SECRET}
    more: dict[str, Any] = {"clock": clock} if clock else {}
    channel = ZaloChannel(
        account, lambda: values, written.desk.files, poll_s=0.1, rest_s=0.3, **more
    )
    channel.owned(ours=True)
    return channel


def answer(channel: Channel, recipient: str, text: str = "Cảm ơn") -> OutreachRow:
    now = datetime.now(UTC)
    return OutreachRow(
        id=uuid7(),
        channel=channel,
        recipient=recipient,
        text=text,
        purpose=Purpose.REPLY,
        state=DeliveryState.SENDING,
        created_at=now,
        updated_at=now,
    )


@contextlib.asynccontextmanager
async def hooked(written: Written, channel: FacebookChannel | ZaloChannel) -> AsyncIterator[str]:
    """Serve the webhook without polling; yields its address."""
    channel._inbox = written.inbox
    async with listening(WebServer("127.0.0.1:0", (channel,)), written) as base:
        yield base + channel.prefix
    await channel.close()
