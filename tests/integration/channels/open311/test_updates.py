"""The list of updates in Open311: contents, paging, and cached responses."""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
from sqlalchemy import Connection, text

from console.channels.open311.api_keys import ApiKeys
from console.channels.open311.server import Open311Server
from console.channels.web.server import WebServer
from console.domain.errors import ConsoleError
from console.domain.requests.commands import (
    AcceptAssignment,
    CancelRequest,
    LogRequest,
    MergeRequest,
    PublishRequest,
    UnpublishRequest,
)
from console.domain.requests.commands import ReportResult as Result
from console.services.people.actors import actor_for
from console.store.schema.open311_updates import KINDS
from console.store.seat.local_store import LocalStore
from console.store.seat.pruning import prune
from tests.integration.channels.conftest import Written
from tests.integration.channels.open311.api import (
    AGENCY,
    KEY,
    OTHER,
    REPORT,
    Api,
    api,
    key_file,
    listening,
    logged,
    publish,
)

__all__ = ["api"]


def told(connection: Connection) -> set[tuple[int, int, str]]:
    """Rows of the table: (event's n, public, key)."""
    found = connection.execute(text("select n, public, key from told_step")).all()
    return {(row.n, row.public, row.key) for row in found}


def looked_for(connection: Connection) -> set[tuple[int, int, str]]:
    """The same, computed from events, requests and contacts."""
    requests = connection.execute(
        text("select id, number, publish_state, state from service_request")
    ).all()
    keys: dict[str, str] = {}
    for row in connection.execute(text("select number, proposal from contact")).all():
        given = dict(json.loads(row.proposal))
        if row.number and "api_key_name" in given:
            keys[row.number] = given["api_key_name"]
    found = set()
    for request in requests:
        hidden = request.state in ("rejected", "merged", "cancelled")
        public, key = (
            int(request.publish_state == "public" and not hidden),
            keys.get(request.number),
        )
        if not public and key is None:
            continue
        for row in connection.execute(
            text("select n, kind from event where request_id = :id"), {"id": request.id}
        ):
            if row.kind in KINDS:
                found.add((row.n, public, key or ""))
    return found


def store_of(written: Written) -> LocalStore:
    """The desk's store, for SQL queries."""
    assert isinstance(written.desk.store, LocalStore)
    return written.desk.store


async def agree(written: Written) -> int:
    """Assert that both agree; returns the number of steps."""
    store = store_of(written)
    here = await asyncio.to_thread(store.run_on_reader, told)
    assert here == await asyncio.to_thread(store.run_on_reader, looked_for)
    return len(here)


async def test_the_update_list_always_matches_the_events(api: Api) -> None:
    chance, desk = random.Random(311), api.written.desk
    supervisor = actor_for("supervisor", desk.catalogue)
    officer = actor_for(f"officer-{AGENCY}", desk.catalogue)
    ids: list[UUID] = []
    for n in range(8):
        if n % 2:
            number = await logged(api, description=f"Ổ gà {n}", api_key=(KEY, OTHER)[n % 4 == 1])
            found = await desk.ask(lambda q, n=number: q.find_number(n))  # type: ignore[misc]
        else:
            done = await desk.do(LogRequest(service_code="roads.pothole", description=f"Gọi {n}",
                                            agency=AGENCY, lat=10.8612, long=106.7058))  # fmt: skip
            found = done.request_id
        assert found is not None
        ids.append(found)
    did = 0
    for _ in range(70):
        this, other = chance.sample(ids, 2)
        step, actor = chance.choice(
            [
                (PublishRequest(request_id=this, text="Ổ gà"), supervisor),
                (PublishRequest(request_id=this, text="Ổ gà"), supervisor),
                (UnpublishRequest(request_id=this, reason="Nhầm"), supervisor),
                (AcceptAssignment(request_id=this), officer),
                (Result(request_id=this, resolution_code="fixed", text="Xong",
                        no_photo_reason="Trời tối, ảnh không rõ"), officer),
                (MergeRequest(request_id=this, parent_id=other), supervisor),
                (CancelRequest(request_id=this, reason="Người dân rút"), supervisor),
            ]
        )  # fmt: skip
        try:
            await desk.do(step, actor=actor)
            did += 1
        except ConsoleError:
            continue
        await agree(api.written)
    assert did > 15
    assert await agree(api.written) > 5
    store = store_of(api.written)
    await asyncio.to_thread(store.rebuild)
    assert await agree(api.written) > 5

    def contacts_come_last(connection: Connection) -> None:
        """Like rows of others, which the sync brings after the events."""
        for statement in (
            "create temp table late as select * from contact", "delete from contact",
            "update service_request set updated_at = updated_at",
            "insert into contact select * from late", "drop table temp.late",
        ):  # fmt: skip
            connection.execute(text(statement))

    await asyncio.to_thread(store.run_on_writer, contacts_come_last)
    before = await agree(api.written)

    def let_go(connection: Connection) -> int:
        connection.execute(text("update event set seq = n"))
        return prune(connection, datetime.now(UTC) + timedelta(days=400)).requests

    assert await asyncio.to_thread(store.run_on_writer, let_go) > 0
    assert await agree(api.written) < before


async def test_pages_go_on_beyond_a_thousand(api: Api) -> None:
    number = await logged(api)
    await publish(api, number)

    def many(connection: Connection) -> None:
        columns = "stream, request_id, kind, actor, role, workstation, hlc, schema_v, body"
        connection.execute(
            text(
                "with recursive i (i) as (select 1 union all select i + 1 from i where i < 2500) "
                f"insert into event (id, at, {columns}) "
                f"select randomblob(16), e.at - i.i, {columns} from i, event e "
                "where e.kind = 'request_forwarded'"
            )
        )
        connection.execute(text("update service_request set updated_at = updated_at"))

    await asyncio.to_thread(store_of(api.written).run_on_writer, many)
    pages = []
    for page in ("1", "2", "3", "4"):
        query = {"page": page, "page_size": "1000"}
        status, found = await api.get("v2/servicerequestupdates.json", **query)
        assert status == 200
        pages.append([each["update_id"] for each in found])
    assert [len(each) for each in pages] == [1000, 1000, 501, 0]
    assert len({one for each in pages for one in each}) == 2501


async def test_lists_are_kept_for_each_key_and_question(written: Written, tmp_path: Path) -> None:
    part = Open311Server(written.desk, ApiKeys(key_file(tmp_path)))
    async with (
        listening(WebServer("127.0.0.1:0", (part,)), written) as base,
        aiohttp.ClientSession() as client,
    ):
        here = Api(base, client, written, tmp_path)
        number = await logged(here)
        await publish(here, number)
        _, before = await here.get("v2/requests.json")
        _, mine = await here.get("v2/requests.json", api_key=KEY)
        assert (before[0]["description"], mine[0]["description"]) == (
            "Ổ gà sâu",
            REPORT["description"],
        )
        second = await logged(here, description="Ổ gà khác", device_id="d2")
        await publish(here, second)
        for path in ("v2/requests.json", "v2/requests.json?api_key=wrong"):
            assert (await here.get(path))[1] == before, "as it was some seconds ago"
        assert len((await here.get("v2/requests.json", page_size="50"))[1]) == 2, "another question"
        assert len((await here.get("v2/requests.json", api_key=OTHER))[1]) == 2, "another key"
        _, one = await here.get("v2/requests.json", service_request_id=second)
        assert len(one) == 1, "by its number it is never kept"
        crooked = {"service_code": f"{REPORT['service_code']}&status=open"}
        assert (await here.get("v2/requests.json", **crooked))[1] == []
        asked = {"service_code": REPORT["service_code"], "status": "open"}
        assert len((await here.get("v2/requests.json", **asked))[1]) == 2, "nobody's other question"
