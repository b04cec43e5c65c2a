"""Posting to Open311: reports accepted, stored and refused, and updates from agencies."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.domain.requests.commands import AcceptAssignment, LogRequest
from console.domain.states import Channel, ContactState
from console.services.people.actors import actor_for
from tests.fakes.mail.messages import JPEG
from tests.integration.channels.open311.api import (
    AGENCY,
    KEY,
    OTHER,
    REPORT,
    Api,
    api,
    curl,
    logged,
    read_xml,
    status_only,
)

__all__ = ["api"]


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
        ({"lat": None}, 400, "Thiếu lat"),
        ({"long": ""}, 400, "Thiếu long"),
        ({"lat": "0", "long": "0"}, 400, ""),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "91"}, 400, ""),
        ({"lat": "1e3"}, 400, "lat"),
        ({"email": "no mail"}, 400, "no mail"),
        ({"media_url": "file:///etc/passwd"}, 400, "https"),
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


async def test_the_same_words_with_another_photo_are_another_report(api: Api) -> None:
    async def post(photo: bytes) -> str:
        form = aiohttp.FormData({k: v for k, v in REPORT.items() if k != "description"})
        form.add_field("media", photo, filename="image.jpg", content_type="image/jpeg")
        async with api.client.post(f"{api.base}/open311/v2/requests.json", data=form) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return str(body[0]["service_request_id"])

    first = await post(JPEG + b"a")
    assert await post(JPEG + b"a") == first, "a repeat after a time-out"
    assert await post(JPEG + b"b") != first
    assert sorted(len(row.media) for row in await api.written.rows()) == [1, 1]


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


async def test_the_key_is_stored_nowhere(api: Api, tmp_path: Path) -> None:
    await api.number()
    await asyncio.to_thread(api.written.desk.store.ask_now, lambda q: q.inbox())
    for file in (tmp_path / "profile").rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


async def test_the_test_end_point_stores_nothing(api: Api) -> None:
    status, body = await api.post("test/v2/requests.json", **REPORT)
    assert (status, body[0]["token"]) == (200, "test")
    assert await api.written.rows() == ()


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
