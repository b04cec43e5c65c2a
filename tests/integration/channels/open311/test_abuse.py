"""Open311 errors: broken and huge bodies, keys, rate limits, an unavailable store."""

import asyncio
import gzip
import io
import json
import random
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from console.channels.open311.api_keys import ApiKeys
from console.channels.open311.server import Open311Server
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.server import WebServer
from tests.fakes.mail.messages import JPEG
from tests.integration.channels.conftest import Written
from tests.integration.channels.open311.api import (
    KEY,
    REPORT,
    Api,
    api,
    curl,
    key_file,
    listening,
    read_xml,
)

__all__ = ["api"]


async def test_broken_bytes(api: Api) -> None:
    head = f"api_key={KEY}&service_code=roads.pothole&lat=10.8&long=106.7&description="
    url = f"{api.base}/open311/v2/requests.json"
    status, _, body = await curl("--data-raw", head + "a%FF%FEb", url)
    assert status == 200, body
    row = (await api.written.rows())[0]
    assert "bad_bytes" in row.flags
    async with api.client.post(
        url,
        data=head.encode() + b"\xff\xfe",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ) as response:
        assert response.status == 400
        assert (await response.json())[0]["code"] == "400"


async def test_too_much_and_wrong_paths_answer_in_the_asked_form(api: Api) -> None:
    url = f"{api.base}/open311/v2/requests"
    big = io.BytesIO(b"description=" + b"x" * (2 << 20))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with api.client.post(f"{url}.xml", data=big, headers=kind) as response:
        assert response.status == 400
        assert read_xml(await response.read()).tag == "errors"
    async with api.client.delete(f"{url}.json") as response:
        assert (response.status, (await response.json())[0]["code"]) == (400, "400")
    async with api.client.get(f"{api.base}/open311/nothing.json") as response:
        assert (response.status, (await response.json())[0]["code"]) == (404, "404")
    async with api.client.get(f"{api.base}/healthz") as response:
        assert (await response.json())["ok"] is True


async def test_keys_change_while_it_runs_and_must_be_private(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken key file is described in the log; clients do not learn its path."""
    api.keys.write_text("", "utf-8")
    assert (await api.post(**REPORT))[0] == 403
    api.keys.write_text("a\tb\tread\n", "utf-8")
    broken = await api.post(**REPORT)
    api.keys.chmod(0o644)
    api.keys.write_text("\n\n", "utf-8")
    readable = await api.post(**REPORT)
    api.keys.unlink()
    gone = await api.post(**REPORT)
    for status, body in (broken, readable, gone):
        assert (status, body[0]["code"]) == (500, "500")
        assert str(api.keys.parent) not in str(body)
        assert "chmod" not in str(body)
    for code in ("api_keys_broken", "secret_world_readable", "secret_missing"):
        assert code in caplog.text


async def test_too_often(written: Written, tmp_path: Path) -> None:
    now = 0.0
    rates = RateLimiter(1.0, 2, lambda: now)
    part = Open311Server(written.desk, ApiKeys(key_file(tmp_path)), rates=rates)
    async with (
        listening(WebServer("127.0.0.1:0", (part,)), written) as base,
        aiohttp.ClientSession() as client,
    ):
        answers = []
        for _ in range(3):
            async with client.get(f"{base}/open311/v2/services.json") as response:
                answers.append((response.status, response.headers.get("Retry-After")))
    assert answers == [(200, None), (200, None), (429, "2")]


@pytest.mark.filterwarnings("ignore::RuntimeWarning:aiohttp.multipart")
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionParam")
async def test_hostile_bodies_are_refused_in_form(api: Api) -> None:
    chance = random.Random(1022)
    url = f"{api.base}/open311/v2/requests.json"
    seed = "&".join(f"{quote(k)}={quote(v)}" for k, v in REPORT.items()).encode()
    multipart = (
        b'--B\r\nContent-Disposition: form-data; name="service_code"\r\n\r\nroads.pothole\r\n'
        b'--B\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + JPEG + b"\r\n--B--\r\n"
    )
    for n in range(400):
        is_form = n % 2 == 0
        body = bytearray(seed if is_form else multipart)
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(body))
            if chance.random() < 0.5:
                body[place] = chance.randrange(256)
            else:
                del body[place : place + chance.randint(1, 30)]
        kind = "application/x-www-form-urlencoded" if is_form else "multipart/form-data; boundary=B"
        async with api.client.post(url, data=bytes(body), headers={"Content-Type": kind}) as got:
            assert got.status in (200, 400, 403, 404), bytes(body)
            assert isinstance(json.loads(await got.read()), list)


async def test_a_slow_sender_blocks_nobody(api: Api) -> None:
    host, _, port = api.base.removeprefix("http://").partition(":")
    writers = []
    for _ in range(20):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /open311/v2/requests.json HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"
        )
        await writer.drain()
        writers.append(writer)
    async with asyncio.timeout(60):
        await api.number()
    for writer in writers:
        writer.close()


async def test_a_store_that_is_away_gives_no_number(api: Api) -> None:
    async def fail(*_a: object, **_k: object) -> None:
        from console.domain.errors import UnavailableError

        raise UnavailableError("disk_full")

    api.written.inbox.put_numbered = fail  # type: ignore[method-assign]
    status, body = await api.post(**REPORT)
    assert (status, body[0]["code"]) == (500, "500")
    assert await api.written.rows() == ()


async def test_a_body_that_unpacks_into_too_much(api: Api) -> None:
    """A few kilobytes of gzip that expand to gigabytes."""
    bomb = gzip.compress(b"description=" + bytes(64 << 20))
    assert len(bomb) < 100_000
    head = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    url = f"{api.base}/open311/v2/requests.json"
    async with api.client.post(url, data=io.BytesIO(bomb), headers=head) as response:
        assert response.status == 400
        assert (await response.json())[0]["code"] == "400"
    await api.number()
