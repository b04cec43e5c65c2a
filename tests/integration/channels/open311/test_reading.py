"""Reading from Open311: services, and what everyone, the sender and no one may see."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from console.domain.requests.commands import (
    AcceptAssignment,
    AttachContact,
    AttachMedia,
    LogRequest,
    RejectContact,
    UnpublishRequest,
)
from console.domain.requests.commands import ReportResult as Result
from console.services.people.actors import actor_for
from tests.fakes.mail.messages import JPEG
from tests.integration.channels.open311.api import (
    AGENCY,
    KEY,
    OTHER,
    Api,
    api,
    curl,
    logged,
    publish,
    read_xml,
    status_only,
)

__all__ = ["api"]


# --- services


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


# --- requests


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
    assert shown["description"] == "Ổ gà trước nhà, ***", "masked once more"
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
    """No one got its number over Open311, so not even its existence is revealed."""
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
    assert [u["description"] for u in own][-1] == "Đã vá, hỏi ***"
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


# --- lists


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
