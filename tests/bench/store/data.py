"""A local store with a million requests, as five years of the hotline would leave it.

Rows are written straight into the tables (with the projections' own functions), because a million
saves take an hour. The texts are made from streets, wards and troubles of Ho Chi Minh City.
"""

import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Table, insert, text

from console.domain.catalogue.catalogue import Catalogue, Ward
from console.domain.ids import uuid7
from console.domain.requests import numbering
from console.domain.requests.events import RequestReceived, StoredEvent
from console.domain.requests.request import Assignment, Reporter, Request
from console.domain.states import AssignmentState, Channel, Priority, Role, State
from console.store.projection.projector import (
    RIDS_PER_SECOND,
    assignment_rows,
    callback_rows,
    first_rid,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.projection.search import listed_words, reporter_text, search_text
from console.store.seat.local_store import FILE_NAME
from console.store.seat.upgrade import migrate
from console.store.sqlite.engine import writer_engine
from console.store.tables.definitions import (
    assignment,
    callback_item,
    event,
    outbox,
    queue_item,
    reporter,
    service_request,
    word,
)
from console.store.tables.event_rows import event_row

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BUSY_AGENCY_SHARE = 0.08
OPEN_DAYS = 30


def _words(section: str) -> list[str]:
    """The lines below `# section` in the word list."""
    text = Path(__file__).with_name("store_words.txt").read_text("utf-8")
    return text.split(f"# {section}\n")[1].split("\n#")[0].strip().split("\n")


STREETS = _words("streets")
TROUBLES = _words("troubles")
DETAILS = _words("details")
FAMILY = _words("family")
GIVEN = _words("given")


def made_store(directory: Path, catalogue: Catalogue, requests: int) -> Path:
    """The profile with so many requests, made once in this directory."""
    profile = directory / f"profile-{requests}"
    done = profile / "complete"
    if done.exists():
        return profile
    profile.mkdir(parents=True, exist_ok=True)
    for old in profile.glob(f"{FILE_NAME}*"):
        old.unlink()
    started = time.perf_counter()
    _fill(profile / FILE_NAME, catalogue, requests)
    done.touch()
    print(f"made {requests:,} requests in {time.perf_counter() - started:.0f} s")
    return profile


def _fill(path: Path, catalogue: Catalogue, requests: int) -> None:
    engine = writer_engine(path)
    migrate(engine, path)
    with engine.connect() as connection:
        connection.rollback()
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        raw.execute("pragma synchronous=off")
        raw.execute("pragma wal_autocheckpoint=20000")
        raw.execute("pragma cache_size=-400000")
        for some in batched(_numbered(catalogue, requests), 20_000):
            with connection.begin():
                _write(connection, catalogue, some)
    engine.dispose()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("pragma wal_checkpoint(truncate)")


def _write(
    connection: Connection, catalogue: Catalogue, some: Sequence[tuple[int, Request]]
) -> None:
    filled = (event, service_request, assignment, queue_item, reporter, callback_item, outbox)
    rows: dict[Table, list[dict[str, object]]] = {table: [] for table in filled}
    words: set[str] = set()
    search = []
    for rid, request in some:
        folded = search_text(request, catalogue)
        rows[service_request].append(
            request_row(request) | {"rid": rid, "stream": "hcmc", "as_of_seq": None}
        )
        rows[assignment] += assignment_rows(rid, request)
        rows[queue_item] += queue_rows(rid, request, folded)
        rows[reporter] += reporter_rows(rid, request)
        rows[callback_item] += callback_rows(rid, request)
        rows[event].append(event_row(_received(request)))
        words |= listed_words(folded, reporter_text(request))
        search.append({"rid": rid, "text": folded, "reporter": reporter_text(request)})
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    connection.execute(
        insert(word).prefix_with("or ignore"), [{"word": each} for each in sorted(words)]
    )
    connection.execute(
        text("insert into request_fts (rowid, text, reporter) values (:rid, :text, :reporter)"),
        search,
    )


def _numbered(catalogue: Catalogue, requests: int) -> Iterator[tuple[int, Request]]:
    dice = random.Random(1022)
    services, weights = [*catalogue.services.values()], []
    weights = [dice.paretovariate(1.0) for _ in services]
    agencies = [*catalogue.agencies]
    wards = [*catalogue.wards.values()]
    span = timedelta(days=365 * 5.5)
    last_rid = 0
    for n in range(requests):
        at = NOW - span + span * (n / requests) + timedelta(seconds=dice.random() * 60)
        rid = max(first_rid(at), last_rid + 1)
        last_rid = rid
        service = dice.choices(services, weights)[0]
        agency = agencies[0] if dice.random() < BUSY_AGENCY_SHARE else dice.choice(agencies)
        ward = dice.choice(wards)
        yield rid, _request(dice, n, at, service.code, agency, ward)
    assert last_rid // RIDS_PER_SECOND < 2**40


def _request(
    dice: random.Random, n: int, at: datetime, service_code: str, agency: str, ward: Ward
) -> Request:
    recent = NOW - at < timedelta(days=OPEN_DAYS)
    draw = dice.random()
    state = State.CLOSED
    if recent and draw < 0.9:
        state = State.RECEIVED if draw < 0.02 else State.RESOLVED if draw < 0.06 else (
            State.IN_PROGRESS if draw < 0.5 else State.FORWARDED
        )  # fmt: skip
    due = at + timedelta(hours=dice.choice((4, 24, 24, 72)), days=dice.random() * 25 * recent)
    done = state in (State.CLOSED, State.RESOLVED)
    resolved_at = at + (due - at) * dice.uniform(0.2, 1.2) if done else None
    given = Assignment(
        agency=agency,
        state=AssignmentState.RESOLVED if done else AssignmentState(
            "in_progress" if state is State.IN_PROGRESS else "forwarded"
        ),
        forwarded_at=at + timedelta(minutes=3),
        due_at=due,
        resolved_at=resolved_at,
        result_text="Đã sửa xong" if done else None,
    )  # fmt: skip
    street = dice.choice(STREETS)
    house = f"{dice.randint(1, 900)}" + (f"/{dice.randint(1, 99)}" if dice.random() < 0.4 else "")
    phone = f"+849{int(dice.paretovariate(0.8) * 7919) % 100_000_000:08d}"
    person = f"{dice.choice(FAMILY)} {dice.choice(GIVEN)}"
    request = Request(
        id=uuid7(int(at.timestamp() * 1000)),
        number=numbering.make(at, n // 90_000 % 999, n % 90_000 + 1),
        channel=dice.choice((Channel.VOICE, Channel.VOICE, Channel.APP, Channel.SMS)),
        state=state,
        service_code=service_code,
        description=f"{dice.choice(TROUBLES).capitalize()}, {dice.choice(DETAILS)}, "
        f"{dice.choice(DETAILS)}",
        requested_at=at,
        updated_at=at,
        address_string=f"{house} {street}, {ward.name}",
        lat=ward.lat + dice.gauss(0, 0.01),
        long=ward.long + dice.gauss(0, 0.01),
        ward_code=ward.code,
        priority=dice.choice((Priority.NORMAL, Priority.NORMAL, Priority.HIGH)),
        closed_at=resolved_at + timedelta(hours=5)
        if state is State.CLOSED and resolved_at
        else None,
        callback_due_at=_after(resolved_at, 24),
        assignments=() if state is State.RECEIVED else (given,),
        reporters=(Reporter(None, person, phone, None, Channel.VOICE),),
        version=1,
    )
    return replace(request, status_notes=given.result_text)


def _after(at: datetime | None, hours: float) -> datetime | None:
    return None if at is None else at + timedelta(hours=hours)


def _received(request: Request) -> StoredEvent:
    return StoredEvent(
        id=uuid7(int(request.requested_at.timestamp() * 1000)),
        request_id=request.id,
        at=request.requested_at,
        actor="operator",
        role=Role.OPERATOR,
        workstation="ban-01",
        hlc=int(request.requested_at.timestamp() * 1000) << 16,
        fact=RequestReceived(
            number=request.number,
            channel=request.channel,
            service_code=request.service_code,
            description=request.description,
            requested_at=request.requested_at,
            forward_due_at=request.requested_at + timedelta(minutes=5),
            address_string=request.address_string,
            lat=request.lat,
            long=request.long,
            ward_code=request.ward_code,
        ),
    )
