"""What the Facebook and Zalo channels share: addresses, media, secrets, untrusted JSON."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from console.channels.facebook.events import of_conversations, of_feed
from console.channels.facebook.events import of_webhook as facebook_said
from console.channels.files.remote_media import MediaFetcher, is_public
from console.channels.social.secret_files import read_values
from console.channels.zalo.events import of_list
from console.channels.zalo.events import of_webhook as zalo_heard
from console.domain.errors import InputError
from tests.integration.channels.conftest import Written


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1",
     "::ffff:127.0.0.1", "0.0.0.1", "224.0.0.1", "100.64.0.1", "x", "2002:7f00:1::",
     "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "fec0::1",
     "fe80::5efe:8.8.8.8", "2001:4860::5efe:10.0.0.1", "2001:4860::200:5efe:192.168.1.1"],
)  # fmt: skip
def test_addresses_of_the_internal_network_are_refused(address: str) -> None:
    assert not is_public(address)


def test_an_address_outside() -> None:
    assert is_public("8.8.8.8")
    assert is_public("2001:4860:4860::8888")
    assert is_public("64:ff9b::8.8.8.8")


@contextlib.asynccontextmanager
async def catcher() -> AsyncIterator[tuple[int, list[str]]]:
    """A port on both loopback addresses that records connections."""
    hits: list[str] = []

    async def caught(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hits.append(str(writer.get_extra_info("sockname")))
        writer.close()

    async with (
        await asyncio.start_server(caught, "127.0.0.1", 0) as four,
        await asyncio.start_server(caught, "::1", four.sockets[0].getsockname()[1]),
    ):
        yield four.sockets[0].getsockname()[1], hits


async def knock(port: int) -> None:
    """Wait until the catcher has released us."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.read()
    writer.close()
    await writer.wait_closed()


INWARDS = (
    "127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1",
    "0", "0x7f.1", "0177.0.0.1", "x@127.0.0.1",
    # Full stops and digits of other scripts are normalised before a lookup.
    "127\u30020\u30020\u30021", "127\uff610.0.1", "127\uff0e0\uff0e0\uff0e1",
    "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "\u24db\u24deca\u24db\u24d7ost",
)  # fmt: skip


@pytest.mark.parametrize("host", INWARDS)
async def test_media_never_comes_from_inside(written: Written, host: str) -> None:
    async with catcher() as (port, hits):
        fetcher = MediaFetcher(written.desk.files)
        for scheme in ("https", "http"):
            assert await fetcher.keep([f"{scheme}://{host}:{port}/picture.jpg"]) == ((), True)
        await fetcher.close()
        # A connection would have been caught before the next address.
        await knock(port)
        assert len(hits) == 1


@pytest.mark.parametrize("host", [INWARDS[0], INWARDS[11]])
async def test_redirects_to_the_internal_network_are_refused(written: Written, host: str) -> None:
    """A trusted server redirects us; the target is checked like any other address."""
    async with catcher() as (port, hits):

        async def away(_request: web.Request) -> web.Response:
            where = {"Location": f"https://{host}:{port}/picture.jpg"}
            return web.Response(status=302, headers=where)

        app = web.Application()
        app.router.add_get("/sent", away)
        async with TestServer(app) as outside:
            trusted = f"http://127.0.0.1:{outside.port}"
            fetcher = MediaFetcher(written.desk.files, trusted=trusted)
            assert await fetcher.keep([f"{trusted}/sent"]) == ((), True)
            await fetcher.close()
        await knock(port)
        assert len(hits) == 1


async def test_what_is_no_address_brings_nothing(written: Written) -> None:
    fetcher = MediaFetcher(written.desk.files)
    for url in ("file:///etc/passwd", "https://", "https://[", "https://x:99999/", "x" * 3000):
        assert await fetcher.keep([url]) == ((), True)
    await fetcher.close()


async def test_secret_files(tmp_path: Path) -> None:
    file = tmp_path / "s"
    file.write_text("token-alone\n")
    file.chmod(0o600)
    assert read_values(str(file), "token") == {"token": "token-alone"}
    file.write_text("{broken")
    with pytest.raises(InputError, match="social_secret_broken"):
        read_values(str(file), "token")
    file.chmod(0o644)
    with pytest.raises(InputError, match="secret_world_readable"):
        read_values(str(file), "token")


def test_json_of_others_never_surprises() -> None:
    chance = random.Random(1022)
    leaves: list[Any] = [None, True, 0, -1, 1.5, "", "x", "1790000000000", [], {}, "é" * 50]

    def tree(depth: int) -> Any:
        if depth == 0 or chance.random() < 0.2:
            return chance.choice(leaves)
        names = (
            "entry", "messaging", "sender", "id", "message", "mid", "attachments", "payload", "url",
            "coordinates", "lat", "changes", "value", "item", "from", "data", "src", "message_id",
            "event_name", "msg_id", "timestamp", "comments", "messages", "created_time", "text",
        )  # fmt: skip
        if chance.random() < 0.4:
            return [tree(depth - 1) for _ in range(chance.randint(0, 3))]
        return {name: tree(depth - 1) for name in chance.sample(names, 6)}

    for _ in range(3000):
        body = tree(6)
        if isinstance(body, dict):
            body["event_name"] = "user_send_text"
        talked = (said for talk in of_conversations(body, "1") for said in talk.said)
        for said in (*facebook_said(body, "1"), *of_feed(body, "1"), *talked):
            said.text.encode()
        for heard in (*of_list(body, "1"), zalo_heard(body, "1")):
            assert heard is None or heard.external_id
