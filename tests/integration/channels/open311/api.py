"""The Open311 server on real sockets, clients for it (aiohttp and curl), and shared steps of its
tests.
"""

import asyncio
import contextlib
import hashlib
import json
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.channels.open311.api_keys import ApiKeys
from console.channels.open311.server import Open311Server
from console.channels.site.server import PublicSite
from console.channels.web.server import WebServer
from console.domain.live_events import LinkChanged
from console.domain.requests.commands import LogRequest, PublishRequest
from console.services.people.actors import actor_for
from tests.integration.channels.conftest import Written

KEY, OTHER = "app-secret-key", "portal-secret-key"
AGENCY = "ql-htgt-duong-bo"
REPORT = {
    "api_key": KEY,
    "service_code": "roads.pothole",
    "description": "Ổ gà sâu, gọi tôi 0903123456",
    "lat": "10.8612",
    "long": "106.7058",
    "phone": "0903 123 456",
    "first_name": "Lan",
    "last_name": "Lê",
    "device_id": "d1",
}


@dataclass
class Api:
    """The server's address and a client."""

    base: str
    client: aiohttp.ClientSession
    written: Written
    keys: Path

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        """Status and JSON."""
        async with self.client.get(f"{self.base}/open311/{path}", params=query) as response:
            return response.status, json.loads(await response.read())

    async def post(self, path: str = "v2/requests.json", **form: Any) -> tuple[int, Any]:
        """Status and JSON."""
        async with self.client.post(f"{self.base}/open311/{path}", data=form) as response:
            return response.status, json.loads(await response.read())

    async def number(self, **form: Any) -> str:
        """Post a report; returns its number."""
        status, body = await self.post(**(REPORT | form))
        assert status == 200, body
        return str(body[0]["service_request_id"])


def key_file(folder: Path) -> Path:
    path = folder / "keys.tsv"
    rows = (
        ("app-thanhpho", KEY, "read,post"),
        ("portal", OTHER, "read,post"),
        (AGENCY, "agency-key", "update"),
        ("readonly", "readonly-key", "read"),
        ("portal-cu", "postonly-key", "post"),
    )
    lines = [f"{n}\t{hashlib.sha256(k.encode()).hexdigest()}\t{r}" for n, k, r in rows]
    path.write_text("# khoá\n" + "\n".join(lines) + "\n", "utf-8")
    path.chmod(0o600)
    return path


@contextlib.asynccontextmanager
async def listening(server: WebServer, written: Written) -> AsyncIterator[str]:
    """Run the server; yields its address."""
    up = asyncio.Event()
    written.desk.bus.subscribe(
        LinkChanged, lambda e: up.set() if (e.link, e.state) == ("http", "up") else None
    )
    task = asyncio.create_task(server.run(written.inbox, written.desk.bus.publish))
    try:
        await asyncio.wait_for(up.wait(), 30)
        yield f"http://127.0.0.1:{server.port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def api(written: Written, tmp_path: Path) -> AsyncIterator[Api]:
    keys = key_file(tmp_path)
    part = Open311Server(written.desk, ApiKeys(keys), "https://1022.tphcm.vn", kept_s=0)
    async with (
        listening(WebServer("127.0.0.1:0", (part, PublicSite(written.desk))), written) as base,
        aiohttp.ClientSession() as client,
    ):
        yield Api(base, client, written, keys)


async def curl(*words: str) -> tuple[int, str, bytes]:
    """Status, content type and body as seen by curl."""

    def run() -> bytes:
        done = subprocess.run(
            ["curl", "-sS", "-w", "\n%{http_code} %{content_type}", *words],
            capture_output=True,
            check=True,
            timeout=20,
        )
        return done.stdout

    body, _, tail = (await asyncio.to_thread(run)).rpartition(b"\n")
    status, _, kind = tail.decode().partition(" ")
    return int(status), kind, body


def read_xml(body: bytes) -> ET.Element:
    """Strictly."""
    return ET.fromstring(body)  # noqa: S314  (our own answer)


async def status_only(api: Api, number: str, **query: str) -> str:
    """The status of a report that shows nothing else, by itself and in a list."""
    status, one = await api.get(f"v2/requests/{number}.json", extensions="true", **query)
    assert status == 200
    _, listed = await api.get("v2/requests.json", service_request_id=number, **query)
    extended = one[0].pop("extended_attributes")
    assert extended["media_urls"] == []
    assert one == listed
    told = {name: value for name, value in one[0].items() if value is not None}
    assert set(told) == {"service_request_id", "status"}
    return str(told["status"])


async def publish(api: Api, number: str, text: str = "Ổ gà sâu", **more: Any) -> None:
    """Publish it as a supervisor."""
    desk = api.written.desk
    request_id = await desk.ask(lambda q: q.find_number(number))
    assert request_id is not None
    step = PublishRequest(request_id=request_id, text=text, **more)
    await desk.do(step, actor=actor_for("supervisor", desk.catalogue))


async def logged(api: Api, **form: Any) -> str:
    """A report that an operator forwarded to an agency; its number."""
    number = await api.number(**form)
    row = next(r for r in await api.written.rows() if r.number == number)
    log = LogRequest(
        channel=row.channel,
        service_code="roads.pothole",
        description=row.text,
        contact_id=row.id,
        agency=AGENCY,
        lat=row.lat,
        long=row.long,
    )
    await api.written.desk.do(log)
    return number
