"""The Open311 server over real sockets, asked by aiohttp's client and by curl."""

import asyncio
import contextlib
import gzip
import hashlib
import io
import json
import random
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from console.channels.api_keys import ApiKeys
from console.channels.open311 import Open311
from console.channels.rates import Rates
from console.channels.site import Site
from console.channels.web import WebServer
from console.domain.commands import (
    AcceptAssignment,
    AttachContact,
    AttachMedia,
    LogRequest,
    PublishRequest,
    RejectContact,
    UnpublishRequest,
)
from console.domain.commands import ReportResult as Result
from console.domain.live import LinkChanged
from console.domain.states import Channel, ContactState
from console.services.accounts import actor_for
from console.services.contacts import StoreInbox
from tests.fakes.mails import JPEG
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
        """Post; the number it got."""
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
    """The server runs; its address."""
    up = asyncio.Event()
    written.desk.bus.subscribe(
        LinkChanged, lambda e: up.set() if (e.link, e.state) == ("http", "up") else None
    )
    task = asyncio.create_task(server.run(written.inbox, written.desk.bus.publish))
    try:
        await asyncio.wait_for(up.wait(), 5)
        yield f"http://127.0.0.1:{server.port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def api(written: Written, tmp_path: Path) -> AsyncIterator[Api]:
    keys = key_file(tmp_path)
    part = Open311(written.desk, ApiKeys(keys), "https://1022.tphcm.vn")
    async with (
        listening(WebServer("127.0.0.1:0", (part, Site(written.desk))), written) as base,
        aiohttp.ClientSession() as client,
    ):
        yield Api(base, client, written, keys)


async def curl(*words: str) -> tuple[int, str, bytes]:
    """Status, content type and body as curl sees them."""

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


# --- what may be reported


async def test_discovery_and_services_in_both_spellings(api: Api) -> None:
    _, found = await api.get("discovery.json")
    assert [e["type"] for e in found["endpoints"]] == ["production", "test"]
    assert found["endpoints"][0]["url"] == "https://1022.tphcm.vn/open311/v2"
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert datetime.fromisoformat(found["changeset"]) < datetime.now(UTC)
    _, services = await api.get("v2/services.json")
    assert isinstance(services, list)
    codes = [s["service_code"] for s in services]
    assert len(codes) == len(set(codes)) == len(api.written.desk.catalogue.services)
    status, kind, body = await curl(f"{api.base}/open311/v2/services.xml")
    assert (status, kind) == (200, "text/xml; charset=utf-8")
    assert body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = read_xml(body)
    assert root.tag == "services"
    first = root[0]
    assert first.tag == "service"
    assert {e.tag for e in first} == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip
    assert first.findtext("type") == "realtime"
    assert first.findtext("metadata") in ("true", "false")


async def test_definition_names_fields_and_danger_questions(api: Api) -> None:
    _, found = await api.get("v2/services/bus.dangerous_driving.json")
    by_code = {a["code"]: a for a in found["attributes"]}
    assert by_code["plate"]["required"] is True
    assert by_code["route"]["required"] is False
    assert by_code["danger.injured"]["datatype"] == "singlevaluelist"
    assert [a["order"] for a in found["attributes"]] == list(range(1, len(by_code) + 1))
    status, _, body = await curl(f"{api.base}/open311/v2/services/no.such.xml")
    assert status == 404
    assert read_xml(body).findtext("error/code") == "404"


# --- reporting


async def test_a_report_gets_a_number_and_keeps_it(api: Api) -> None:
    number = await api.number()
    row = (await api.written.rows())[0]
    assert (row.channel, row.state, row.number) == (Channel.APP, ContactState.NEW, number)
    assert (row.sender, row.sender_name) == ("+84903123456", "Lê Lan")
    assert (row.lat, row.long) == (10.8612, 106.7058)
    assert (await status_only(api, number)) == "open"
    assert (await status_only(api, number, api_key=OTHER)) == "open"
    _, own = await api.get(f"v2/requests/{number}.json", api_key=KEY)
    assert own[0]["description"] == REPORT["description"]
    assert own[0]["service_code"] == "roads.pothole"
    only = await api.number(api_key="postonly-key")
    assert (await status_only(api, only, api_key="postonly-key")) == "open", "it may not read"
    log = LogRequest(
        channel=row.channel,
        service_code="roads.pothole",
        description=row.text,
        contact_id=row.id,
        agency=AGENCY,
    )
    done = await api.written.desk.do(log)
    assert done.number == number, "triage keeps the number"
    assert (await status_only(api, number)) == "open", "triage publishes nothing"
    _, own = await api.get(f"v2/requests/{number}.json", api_key=KEY)
    assert own[0]["expected_datetime"]


async def status_only(api: Api, number: str, **query: str) -> str:
    """The status of a report of which nothing else is told, one by one and in a list."""
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
    """A supervisor lets everybody read it."""
    desk = api.written.desk
    request_id = await desk.ask(lambda q: q.find_number(number))
    assert request_id is not None
    step = PublishRequest(request_id=request_id, text=text, **more)
    await desk.do(step, actor=actor_for("supervisor", desk.catalogue))


async def test_everybody_reads_what_was_published_and_nothing_else(api: Api) -> None:
    desk = api.written.desk
    photo = desk.files.put_bytes(JPEG, "a.jpg").sha256
    inside = desk.files.put_bytes(JPEG + b"x", "b.jpg").sha256
    number = await logged(api, description="Ổ gà trước nhà ông Lê Lan, gọi 0903123456")
    hidden = await logged(api, description="Không công bố", device_id="d9")
    request_id = await desk.ask(lambda q: q.find_number(number))
    assert request_id is not None
    await desk.do(AttachMedia(request_id=request_id, media=(photo, inside)))
    await publish(api, number, "Ổ gà trước nhà, 0903123456", photos=(photo,))
    _, found = await api.get("v2/requests.json", extensions="true")
    assert [r["service_request_id"] for r in found] == [number]
    shown = found[0]
    assert shown["description"] == "Ổ gà trước nhà, ***456", "masked once more"
    assert (shown["lat"], shown["long"]) == (10.861, 106.706), "as exact as published"
    assert shown["address"] is None
    assert shown["media_url"] == f"https://1022.tphcm.vn/cong-bo/anh/{number}/{photo}"
    assert shown["extended_attributes"]["media_urls"] == [shown["media_url"]]
    path = shown["media_url"].removeprefix("https://1022.tphcm.vn")
    async with api.client.get(api.base + path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert (await api.get(f"v2/requests/{number}.json", extensions="true"))[1] == found
    said = json.dumps(found, ensure_ascii=False)
    for secret in ("0903123456", "Lan", inside, hidden):
        assert secret not in said
    assert (await status_only(api, hidden)) == "open"
    withdraw = UnpublishRequest(request_id=request_id, reason="Người dân yêu cầu")
    await desk.do(withdraw, actor=actor_for("supervisor", desk.catalogue))
    assert (await api.get("v2/requests.json"))[1] == []
    assert (await status_only(api, number)) == "open"


async def test_a_call_that_is_not_public_is_not_there(api: Api) -> None:
    """Nobody got its number by Open311, so to know that it exists is more than one may."""
    done = await api.written.desk.do(
        LogRequest(
            service_code="roads.pothole", description="Gọi đến", agency=AGENCY,
            lat=10.8612, long=106.7058, phone="0903123456",
        )
    )  # fmt: skip
    number = str(done.number)
    for query in ({}, {"api_key": KEY}, {"api_key": "readonly-key"}):
        assert (await api.get(f"v2/requests/{number}.json", **query))[0] == 404
        assert (await api.get(f"v2/tokens/{number}.json", **query))[0] == 404
        listed = await api.get("v2/requests.json", service_request_id=number, **query)
        assert listed == (200, [])
    assert (await api.get("v2/servicerequestupdates.json", api_key=KEY))[1] == []
    await publish(api, number)
    status, found = await api.get(f"v2/requests/{number}.json")
    assert (status, found[0]["description"]) == (200, "Ổ gà sâu")


async def test_what_a_request_always_has(api: Api) -> None:
    number = await api.number()
    _, _, body = await curl(f"{api.base}/open311/v2/requests/{number}.xml?api_key={KEY}")
    request = read_xml(body)[0]
    assert [e.tag for e in request] == [
        "service_request_id", "status", "status_notes", "service_name", "service_code",
        "description", "agency_responsible", "service_notice", "requested_datetime",
        "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long",
        "media_url",
    ]  # fmt: skip
    at = datetime.fromisoformat(request.findtext("requested_datetime") or "")
    assert at.tzinfo is not None


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"api_key": "readonly-key"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "no.such"}, 404, "no.such"),
        ({"lat": None, "long": None}, 400, "lat"),
        ({"lat": None}, 400, ""),
        ({"lat": "0", "long": "0"}, 400, ""),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "91"}, 400, ""),
        ({"lat": "1e3"}, 400, "lat"),
        ({"email": "no mail"}, 400, "no mail"),
        ({"media_url": "http://x/y.jpg"}, 400, "https"),
        ({"description": "ă" * 4001}, 400, "4000"),
        ({"attribute[client_ref]": "có dấu"}, 400, "client_ref"),
        ({"service_code": "bus.dangerous_driving"}, 400, "attribute[plate]"),
    ],
)
async def test_refusals(api: Api, change: dict[str, Any], status: int, words: str) -> None:
    form = {k: v for k, v in (REPORT | change).items() if v is not None}
    got, body = await api.post(**form)
    assert got == status, body
    assert body[0]["code"] == str(status)
    assert words in body[0]["description"]
    assert await api.written.rows() == ()


async def test_four_thousand_characters_and_hostile_text_fit(api: Api) -> None:
    await api.number(description="ă" * 4000)
    await api.number(description="a\0b\u202ec <script>", address_string="]]> & <x>")
    texts = {row.text for row in await api.written.rows()}
    assert "ă" * 4000 in texts
    assert "abc <script>" in texts
    numbers = ",".join(str(row.number) for row in await api.written.rows())
    query = f"api_key={KEY}&service_request_id={numbers}"
    _, _, body = await curl(f"{api.base}/open311/v2/requests.xml?{query}")
    assert any("abc <script>" in (e.text or "") for e in read_xml(body).iter("description"))


async def test_the_same_report_again_is_the_same_request(api: Api) -> None:
    first = await api.number()
    assert await api.number() == first, "a repeat after a time-out"
    assert await api.number(description="Khác") != first
    assert await api.number(device_id="d2", phone="") != first
    ref = await api.number(**{"attribute[client_ref]": "r1"})
    assert await api.number(**{"attribute[client_ref]": "r1", "description": "Sửa lời"}) == ref
    both = await asyncio.gather(*(api.number(description="Cùng lúc") for _ in range(8)))
    assert len(set(both)) == 1
    assert len(await api.written.rows()) == 5


async def test_idempotency_key(api: Api) -> None:
    numbers = set()
    for text in ("một", "hai"):
        async with api.client.post(
            f"{api.base}/open311/v2/requests.json",
            data=REPORT | {"description": text},
            headers={"Idempotency-Key": "k-1"},
        ) as response:
            numbers.add((await response.json())[0]["service_request_id"])
    assert len(numbers) == 1


async def test_several_values_of_one_field_and_photos(api: Api, tmp_path: Path) -> None:
    photo = tmp_path / "ảnh.jpg"
    photo.write_bytes(JPEG + bytes(1_500_000))
    fake = tmp_path / "svg.png"
    fake.write_text("<svg onload='x'/>")
    words = [
        word
        for name, value in REPORT.items()
        if name != "service_code"
        for word in ("-F", f"{name}={value}")
    ]
    status, _, body = await curl(
        "-F", "service_code=bus.dangerous_driving", *words, "-F", "attribute[plate]=51B-12345",
        "-F", "attribute[time]=7:30", "-F", "attribute[route][]=8", "-F", "attribute[route][]=19",
        "-F", f"media=@{photo}", "-F", f"media=@{fake}",
        f"{api.base}/open311/v2/requests.xml",
    )  # fmt: skip
    assert status == 200, body
    row = (await api.written.rows())[0]
    assert dict(row.proposal)["attribute.route"] == "8, 19"
    assert len(row.media) == 1
    assert "media_left_out" in row.flags
    stored = api.written.desk.files.path(row.media[0])
    assert stored is not None
    assert stored.read_bytes() == photo.read_bytes()


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


async def test_the_key_is_stored_nowhere(api: Api, tmp_path: Path) -> None:
    await api.number()
    await asyncio.to_thread(api.written.desk.store.ask_now, lambda q: q.inbox())
    for file in (tmp_path / "profile").rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


async def test_keys_change_while_it_runs_and_must_be_private(api: Api) -> None:
    api.keys.write_text("", "utf-8")
    assert (await api.post(**REPORT))[0] == 403
    api.keys.write_text("a\tb\tread\n", "utf-8")
    status, body = await api.post(**REPORT)
    assert (status, "1" in body[0]["description"]) == (400, True)
    api.keys.chmod(0o644)
    api.keys.write_text("\n\n", "utf-8")
    status, body = await api.post(**REPORT)
    assert "chmod 600" in body[0]["description"]


async def test_too_often(written: Written, tmp_path: Path) -> None:
    now = 0.0
    rates = Rates(1.0, 2, lambda: now)
    part = Open311(written.desk, ApiKeys(key_file(tmp_path)), rates=rates)
    async with (
        listening(WebServer("127.0.0.1:0", (part,)), written) as base,
        aiohttp.ClientSession() as client,
    ):
        answers = []
        for _ in range(3):
            async with client.get(f"{base}/open311/v2/services.json") as response:
                answers.append((response.status, response.headers.get("Retry-After")))
    assert answers == [(200, None), (200, None), (429, "2")]


async def test_the_test_end_point_stores_nothing(api: Api) -> None:
    status, body = await api.post("test/v2/requests.json", **REPORT)
    assert (status, body[0]["token"]) == (200, "test")
    assert await api.written.rows() == ()


# --- following


async def logged(api: Api, **form: Any) -> str:
    """A report that an operator gave to an agency; its number."""
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


async def test_lists_filters_and_pages(api: Api) -> None:
    numbers = [await logged(api, description=f"Sự cố {n}") for n in range(3)]
    await api.number(description="Chưa xem", service_code="drainage.cover")
    assert (await api.get("v2/requests.json", api_key=KEY))[1] == [], "nothing is public yet"
    for number in numbers:
        await publish(api, number)
    _, found = await api.get("v2/requests.json")
    assert [r["service_request_id"] for r in found] == [*reversed(numbers)]
    _, found = await api.get("v2/requests.json", service_code="roads.pothole,no.such")
    assert len(found) == 3
    _, found = await api.get("v2/requests.json", service_code="drainage.cover")
    assert found == []
    _, found = await api.get("v2/requests.json", page="2", page_size="2")
    assert [r["service_request_id"] for r in found] == [numbers[0]]
    _, found = await api.get("v2/requests.json", status="closed")
    assert found == []
    _, found = await api.get("v2/requests.json", service_request_id=f"{numbers[0]},1,x")
    assert len(found) == 1
    start = (datetime.now(UTC) - timedelta(days=400)).isoformat(timespec="seconds")
    _, found = await api.get("v2/requests.json", start_date=start)
    assert found == []
    _, _, body = await curl(f"{api.base}/open311/v2/requests.xml?end_date={quote(start)}")
    assert read_xml(body).tag == "service_requests"


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2020-01-01T00:00:00+07:00", "end_date": "2020-04-02T00:00:00+07:00"},
        {"start_date": "2020-03-01T00:00:00+07:00", "end_date": "2020-02-02T00:00:00+07:00"},
        {"start_date": "yesterday"},
        {"start_date": "2020-03-01T00:00:00"},
        {"status": "maybe"},
        {"page": "0"},
        {"page_size": "1001"},
        {"page": "9" * 40},
    ],
)
async def test_bad_filters(api: Api, query: dict[str, str]) -> None:
    status, body = await api.get("v2/requests.json", **query)
    assert (status, body[0]["code"]) == (400, "400")


async def test_status_follows_our_states(api: Api) -> None:
    number = await logged(api)
    desk = api.written.desk
    officer = actor_for(f"officer-{AGENCY}", desk.catalogue)
    request_id = await desk.ask(lambda q: q.find_number(number))
    assert request_id is not None
    await desk.do(AcceptAssignment(request_id=request_id), actor=officer)
    result = Result(
        request_id=request_id,
        resolution_code="fixed",
        text="Đã vá, hỏi 0903123456",
        no_photo_reason="Trời tối, ảnh không rõ",
    )
    await desk.do(result, actor=officer)
    assert (await api.get("v2/servicerequestupdates.json"))[1] == [], "nothing is public yet"
    _, own = await api.get("v2/servicerequestupdates.json", api_key=KEY)
    assert [u["description"] for u in own][-1] == "Đã vá, hỏi ***456"
    assert (await api.get("v2/servicerequestupdates.json", api_key=OTHER))[1] == []
    await publish(api, number, result="Đã vá xong")
    _, found = await api.get(f"v2/requests/{number}.json")
    assert found[0]["status"] == "open", "resolved is open: the citizen was not told yet"
    assert found[0]["status_notes"] == "Đã vá xong", "the published words"
    _, updates = await api.get("v2/servicerequestupdates.json")
    assert [u["description"] for u in updates][-1] == "Đã vá xong"
    assert {u["service_request_id"] for u in updates} == {number}
    assert "hỏi" not in json.dumps(updates, ensure_ascii=False)


async def test_rejected_and_joined_reports(api: Api) -> None:
    rejected = await api.number(description="Bán đất")
    joined = await api.number(description="Cũng ổ gà đó", device_id="d3")
    target = await logged(api, description="Ổ gà gốc", device_id="d4")
    rows = {row.number: row for row in await api.written.rows()}
    reject = RejectContact(contact_id=rows[rejected].id, reason="Quảng cáo", reply=False)
    await api.written.desk.do(reject)
    request_id = await api.written.desk.ask(lambda q: q.find_number(target))
    assert request_id is not None
    await api.written.desk.do(AttachContact(contact_id=rows[joined].id, request_id=request_id))
    assert (await status_only(api, rejected)) == "closed"
    assert (await status_only(api, joined)) == "closed"
    _, found = await api.get(f"v2/requests/{rejected}.json", api_key=KEY)
    assert (found[0]["status"], found[0]["status_notes"]) == ("closed", "Quảng cáo")
    _, found = await api.get(f"v2/requests/{joined}.json", api_key=KEY)
    assert found[0]["status"] == "closed"
    assert target[-4:-1] in found[0]["status_notes"]


async def test_tokens_and_unknown_numbers(api: Api) -> None:
    number = await api.number()
    assert (await api.get(f"v2/tokens/{number}.json"))[1][0]["service_request_id"] == number
    assert (await api.get("v2/tokens/abc.json"))[0] == 404
    assert (await api.get("v2/requests/26001999999.json"))[0] == 404
    assert (await api.get("v2/requests/%00.json"))[0] == 404


async def test_an_agencys_system_reports_once(api: Api) -> None:
    number = await logged(api)
    request_id = await api.written.desk.ask(lambda q: q.find_number(number))
    assert request_id is not None
    officer = actor_for(f"officer-{AGENCY}", api.written.desk.catalogue)
    await api.written.desk.do(AcceptAssignment(request_id=request_id), actor=officer)
    form = {
        "api_key": "agency-key",
        "update_id": "u-1",
        "service_request_id": number,
        "status": "closed",
        "description": "Đã vá xong",
    }
    for _ in range(3):
        status, body = await api.post("v2/servicerequestupdates.json", **form)
        assert (status, body) == (200, [{"update_id": "u-1"}])
    detail = await api.written.desk.ask(lambda q: q.detail(request_id))
    assert detail is not None
    kinds = [line.kind for line in detail.history]
    assert kinds.count("result_reported") == 1
    assert (await api.post("v2/servicerequestupdates.json", **{**form, "api_key": KEY}))[0] == 403
    again = {**form, "update_id": "u-2"}
    status, body = await api.post("v2/servicerequestupdates.json", **again)
    assert status == 400, "the rules refuse a second result"
    missing = {**form, "update_id": "", "description": ""}
    status, body = await api.post("v2/servicerequestupdates.json", **missing)
    assert (status, len(body)) == (400, 2)


# --- description, abuse


async def test_every_path_of_the_description_answers(api: Api) -> None:
    _, found = await api.get("openapi.json")
    number = await api.number()
    values = {"{code}": "roads.pothole", "{number}": number, "{token}": number, "{form}": "json"}
    for path, methods in found["paths"].items():
        for name, value in values.items():
            path = path.replace(name, value)  # noqa: PLW2901
        if "get" in methods:
            status, body = await api.get(path.removeprefix("/"))
            assert status == 200, path
            schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            named = schema.get("items", schema)["$ref"].rpartition("/")[2]
            sample = body[0] if isinstance(body, list) and body else body
            if sample:
                assert set(sample) == set(found["components"]["schemas"][named]["required"]), path


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


async def test_a_slow_sender_holds_nobody_up(api: Api) -> None:
    host, _, port = api.base.removeprefix("http://").partition(":")
    writers = []
    for _ in range(20):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /open311/v2/requests.json HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"
        )
        await writer.drain()
        writers.append(writer)
    async with asyncio.timeout(3):
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
    assert isinstance(api.written.inbox, StoreInbox)


async def test_a_body_that_unpacks_into_too_much(api: Api) -> None:
    """A few kilobytes of gzip that would be gigabytes."""
    bomb = gzip.compress(b"description=" + bytes(64 << 20))
    assert len(bomb) < 100_000
    head = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    url = f"{api.base}/open311/v2/requests.json"
    async with api.client.post(url, data=io.BytesIO(bomb), headers=head) as response:
        assert response.status == 400
        assert (await response.json())[0]["code"] == "400"
    await api.number()


async def test_a_clock_far_off_at_the_sender_changes_nothing(api: Api) -> None:
    number = await api.number(requested_datetime="1970-01-01T00:00:00Z")
    row = (await api.written.rows())[0]
    assert row.number == number
    assert datetime.now(UTC) - row.received_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("35.4", "35"), ("0", None), ("-3", None), ("1e9", None), ("999999", None), ("gần đây", None)],
)
async def test_how_far_a_phone_may_be_off_is_kept_and_nonsense_refuses_nothing(
    api: Api, said: str, kept: str | None
) -> None:
    await api.number(**{"attribute[accuracy_m]": said})
    (row,) = await api.written.rows()
    assert dict(row.proposal).get("accuracy_m") == kept
