"""Open311 with various clients: portals in a browser, apps that send JSON, scripts, and clients
with other readings of the specification.
"""

import json
from typing import Any

import pytest

from tests.integration.channels.open311.api import (
    KEY,
    REPORT,
    Api,
    api,
    curl,
    logged,
    publish,
    read_xml,
)

__all__ = ["api"]

URL = "open311/v2/requests"


async def test_a_portals_page_of_another_address_may_post_and_read(api: Api) -> None:
    url = f"{api.base}/{URL}.json"
    asks = {"Origin": "https://phuong.vn", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-api-key, content-type"}  # fmt: skip
    async with api.client.options(url, headers=asks) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Api-Key" in answer.headers["Access-Control-Allow-Headers"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for form, status in ((REPORT, 200), ({**REPORT, "api_key": "x"}, 403)):
        async with api.client.post(
            url, data=form, headers={"Origin": "https://phuong.vn"}
        ) as answer:
            assert answer.status == status
            assert answer.headers["Access-Control-Allow-Origin"] == "*", "it must read why, too"
    async with api.client.get(f"{api.base}/open311/nothing.json") as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (404, "*")


@pytest.mark.parametrize("path", ["discovery.xml", "v2/services.json", "v2/requests.xml"])
async def test_head_tells_what_get_would(api: Api, path: str) -> None:
    async with api.client.get(f"{api.base}/open311/{path}") as got:
        body = await got.read()
    async with api.client.head(f"{api.base}/open311/{path}") as asked:
        assert (asked.status, asked.headers["Content-Type"]) == (200, got.headers["Content-Type"])
        assert int(asked.headers["Content-Length"]) == len(body)
        assert await asked.read() == b""


async def post_json(api: Api, body: Any, **headers: str) -> tuple[int, Any]:
    kind = {"Content-Type": "application/json", **headers}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with api.client.post(f"{api.base}/{URL}.json", data=raw, headers=kind) as answer:
        return answer.status, json.loads(await answer.read())


async def test_a_client_that_writes_json(api: Api) -> None:
    body = {**REPORT, "lat": 10.8612, "long": 106.7058, "jurisdiction_id": None,
            "attribute": {"client_ref": "abc-1", "accuracy_m": 12}}  # fmt: skip
    status, made = await post_json(api, body)
    assert status == 200, made
    row = (await api.written.rows())[0]
    assert (row.lat, row.long, row.text) == (10.8612, 106.7058, REPORT["description"])
    again = await api.number(**{"attribute[client_ref]": "abc-1"})
    assert again == made[0]["service_request_id"], "the same as a form"
    assert (await post_json(api, {k: v for k, v in body.items() if k != "api_key"}))[0] == 403
    del body["api_key"]
    assert (await post_json(api, body, **{"X-Api-Key": KEY}))[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"5", b"null", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000,
        {"api_key": {"a": 1}}, {"api_key": [[1]]}, {str(n): n for n in range(500)},
        {**REPORT, "lat": True}, {**REPORT, "lat": "Infinity"}, {**REPORT, "lat": 1e300},
    ],
)  # fmt: skip
async def test_json_that_is_no_report(api: Api, body: Any) -> None:
    status, said = await post_json(api, body)
    assert status == 400, said
    assert {"code", "description"} == set(said[0])
    assert await api.written.rows() == ()


async def test_half_characters_in_json(api: Api) -> None:
    raw = json.dumps({**REPORT, "description": "Cây \ud83c ngã"}).encode()
    status, said = await post_json(api, raw)
    assert status == 200, said
    row = (await api.written.rows())[0]
    assert row.text == "Cây \ufffd ngã"
    assert "bad_bytes" in row.flags


async def test_the_key_in_the_address_and_in_the_header(api: Api) -> None:
    form = [word for name, value in REPORT.items() if name != "api_key"
            for word in ("--data-urlencode", f"{name}={value}")]  # fmt: skip
    for where in (f"{api.base}/{URL}.json?api_key={KEY}", f"{api.base}/{URL}.json"):
        more = [] if "?" in where else ["-H", f"X-Api-Key: {KEY}"]
        status, _, body = await curl(*form, *more, where)
        assert status == 200, body


async def test_markup_and_signs_that_xml_forbids(api: Api) -> None:
    hostile = "<b>&amp;</b> ]]> <![CDATA[x]]> \x0b\x00\ufffe\uffff \u2028 \U0001f333 'x' \"y\""
    number = await logged(api, description=hostile, address_string="66/1 <Đồng> & Tâm")
    await publish(api, number, hostile)
    for query in ("", f"?api_key={KEY}&extensions=true"):
        _, kind, body = await curl(f"{api.base}/{URL}/{number}.xml{query}")
        assert kind == "text/xml; charset=utf-8"
        request = read_xml(body)[0]
        said = request.findtext("description") or ""
        assert "<b>&amp;</b> ]]> <![CDATA[x]]>" in said
        assert "\U0001f333" in said
        assert not set(said) & {"\x0b", "\x00", "\ufffe", "\uffff"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lat": "10.8", "long": ""}, 400),
        ({"lat": "", "long": "", "address_string": ""}, 400),
        ({"lat": "", "long": "", "address_string": "66/1 Đồng Tâm"}, 200),
        ({"lat": "10,8", "long": "106,7"}, 400),
        ({"lat": "91", "long": "181"}, 400),
        ({"lat": "0", "long": "0"}, 400),
        ({"service_code": "ROADS.POTHOLE"}, 404),
        ({"email": "lan@"}, 400),
        ({"media_url": "http://x.vn/a.jpg"}, 200),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"media_url": "https://x.vn/a.jpg"}, 200),
        ({"description": ""}, 200),
        ({"phone": "không có"}, 200),
        ({"jurisdiction_id": "hcmc.vn", "unknown": "x"}, 200),
    ],
)
async def test_faults_of_a_posted_report(api: Api, change: dict[str, str], status: int) -> None:
    got, said = await api.post(**(REPORT | change))
    assert got == status, said


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=1&page_size=1000", 200),
        ("page=10000&page_size=1000", 200),
        ("page=10001", 400),
        ("page=-1", 400),
        ("page=1e3", 400),
        ("page=%D9%A3", 400),
        ("page_size=999999999999999999999999", 400),
        ("status=open,closed", 200),
        ("status=OPEN", 400),
        ("start_date=2026-11-01", 400),
        ("start_date=2026-11-01T00:00:00Z", 200),
        ("start_date=2026-11-01T00:00:00+07:00", 200),
        ("start_date=2026-11-01T00:00:00%2B07:00&end_date=2026-11-02T00:00:00%2B07:00", 200),
        ("start_date=0001-01-01T00:00:00Z", 400),
        ("service_code=" + ",".join(["roads.pothole"] * 400), 200),
        ("service_request_id=" + ",".join(["26000000001"] * 500), 200),
        ("service_request_id=,,,", 200),
    ],
)
async def test_lists_asked_in_odd_ways(api: Api, query: str, status: int) -> None:
    for path in ("requests", "servicerequestupdates"):
        if path == "servicerequestupdates" and "status" in query:
            continue
        got, _, body = await curl(f"{api.base}/open311/v2/{path}.json?{query}")
        assert got == status, body[:200]
        json.loads(body)
