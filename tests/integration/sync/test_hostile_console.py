"""Whoever may push may push anything: what a hostile login writes without its console must not stop
any other workstation.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from console.domain.ids import uuid7
from console.services.views.requests import RequestFilter
from console.store.central.connection.event_json import push_json
from tests.fakes.postgres import Centre
from tests.integration.central.build import event, forwarded, note, received, reporter
from tests.integration.store.build import NOW
from tests.integration.sync.consoles import Console, console, until

PUSH = "select count(*) from hotline.push_events('hcmc', %s::jsonb)"
DEEP = "[" * 3000 + "]" * 3000
HUGE = "9" * 5000
FAR = 10**18


def plain(request_id: UUID | None = None) -> dict[str, Any]:
    """A remark in wire form."""
    found: dict[str, Any] = json.loads(push_json([note(request_id or uuid7())]))[0]
    return found


def raw(event_json: dict[str, Any], body: str) -> str:
    """An event with a body that Python would not write."""
    return json.dumps([event_json | {"body": "@"}]).replace('"@"', body)


def beginning(**fields: object) -> dict[str, Any]:
    """A request's first event with these fields in its body."""
    made: dict[str, Any] = json.loads(push_json([received(uuid7(), "26001000019")]))[0]
    made["body"] |= fields
    return made


HOSTILE: dict[str, str] = {
    "a body that is a list": raw(plain(), "[1]"),
    "a body that is a text": raw(plain(), '"x"'),
    "a body that is a number": raw(plain(), "5"),
    "no body": raw(plain(), "null"),
    "a number of 5,000 digits": raw(plain(), f'{{"text": {HUGE}}}'),
    "a number beyond all floats": raw(plain(), f'{{"text": "x", "n": {"9" * 400}.5}}'),
    "a depth of 3,000": raw(plain(), f'{{"text": {DEEP}}}'),
    "long before": json.dumps([plain() | {"at": -FAR}]),
    "long after": json.dumps([plain() | {"at": FAR}]),
    "the year 9999": json.dumps([plain() | {"at": 253_402_300_799_999}]),
    "a clock below zero": json.dumps([plain() | {"hlc": -(2**63)}]),
    "words of a terminal": json.dumps([plain() | {"actor": "\x1b[2J\u202e", "kind": "\x1b"}]),
    "a role that is none": json.dumps([plain() | {"role": "root", "schema_v": 2**31 - 1}]),
    "an id of another make": json.dumps([plain(uuid4())]),
    "a beginning before all time": json.dumps(
        [beginning(requested_at="0001-01-01T00:00:00+14:00")]
    ),
    "a beginning after all time": json.dumps(
        [beginning(requested_at="9999-12-31T23:59:59+00:00", forward_due_at=None)]
    ),
    "a place that is none": json.dumps([beginning(lat=91.0, long=1e308)]),
    "a place beyond all floats": json.dumps([beginning(lat="@")]).replace('"@"', "9" * 400 + ".5"),
    "a number that others have": json.dumps([beginning(), beginning()]),
    "a number that is none": json.dumps([beginning(number="\x1b[2J")]),
    "a megabyte": json.dumps([beginning(description="Hố " * 300_000)]),
}


def pushed(link: "psycopg.Connection[tuple[Any, ...]]", what: str) -> bool:
    """Whether the centre took it."""
    try:
        link.execute(PUSH, (what,))
    except psycopg.Error:
        return False
    return True


def sound(seat: Console) -> bool:
    """Every list that a person opens still works."""
    now = NOW + timedelta(days=3)
    seat.store.ask_now(lambda q: q.requests(RequestFilter(), now))
    seat.store.ask_now(lambda q: q.search("ho"))
    seat.store.ask_now(lambda q: q.tasks(now))
    return seat.store.verify(every=True) == ""


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_that_an_operator_pushes_stops_the_others(
    centre: Centre, tmp_path: Path, what: str
) -> None:
    centre.user("evil")
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
        psycopg.connect(centre.url("evil"), autocommit=True) as evil,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        took = pushed(evil, HOSTILE[what])
        request_id = here.log()
        until(lambda: there.has(request_id))
        # The sender may not have fetched yet what came before it.
        until(lambda: len(there.events()) == len(here.events()) >= 2 + took)
        assert sound(there)
        with centre.connect() as root:
            left = "select count(*) from hotline.dirty"
            until(lambda: root.execute(left).fetchone() == (0,))


def test_nor_what_an_officer_pushes_about_his_own(centre: Centre, tmp_path: Path) -> None:
    centre.user("can-bo", "officer", "q12")
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        psycopg.connect(centre.url("can-bo"), autocommit=True) as evil,
    ):
        until(here.in_sync)
        mine = uuid7()
        here.save(received(mine), reporter(mine), forwarded(mine, "q12"))
        until(lambda: here.sync.pending_count() == 0)
        steps = json.loads(push_json([event(mine, note().fact, agency="q12") for _ in range(2)]))
        steps[0]["at"], steps[1]["at"] = FAR, -FAR
        assert pushed(evil, json.dumps(steps))
        request_id = here.log()
        until(lambda: here.in_sync() and here.sync.pending_count() == 0 and here.has(request_id))
        until(lambda: len(here.events()) == 7)
        assert sound(here)
