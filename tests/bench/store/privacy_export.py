"""How long it takes to find all data about one person among a million requests, as many calls and
contacts, and two million audit entries; the goal is 60 s.

    python -m tests.bench.store.privacy_export DIRECTORY [REQUESTS]

The store of `tests.bench.store.queries` is made once in DIRECTORY, and what it lacks is added:
reporters, calls, messages, audit entries. Nothing is changed afterwards. Exits with 1 when the goal
is missed.
"""

import contextlib
import json
import sqlite3
import sys
import time
from pathlib import Path

from console.domain.privacy.person import Person
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.privacy.export_files import PersonFile
from console.store.seat.local_store import FILE_NAME, LocalStore
from tests.bench.store.data import NOW, made_store

GOAL_S = 60
_SPOKEN = (
    "substr(r.number, 1, 2) || ' ' || substr(r.number, 3, 3) || ' ' || substr(r.number, 6, 5) "
    "|| ' ' || substr(r.number, 11)"
)
_FROM = "from reporter p join service_request r on r.rid = p.rid"
_FILLED = (
    f"""insert into event (id, stream, request_id, kind, at, actor, role, workstation, hlc,
        schema_v, body)
        select randomblob(16), 'hcmc', r.id, 'reporter_recorded', r.requested_at, 'operator',
        'operator', 'ban-01', 1, 1,
        json_object('channel', 'voice', 'name', p.name, 'phone', p.phone) {_FROM}""",
    f"""insert into contact (id, stream, channel, external_id, received_at, sender, sender_key,
        sender_name, text, flags, state, request_id, raw, media, proposal)
        select randomblob(16), 'hcmc', r.channel, r.number, r.requested_at, p.phone, p.phone,
        p.name, r.description, '[]', 'linked', r.id, x'', '[]', '[]' {_FROM}""",
    f"""insert into outreach (id, stream, channel, recipient, text, purpose, state, created_at,
        updated_at, request_id, tries, refs)
        select randomblob(16), 'hcmc', 'sms', p.phone, r.description, 'result', 'delivered',
        r.requested_at, r.requested_at, r.id, 1, '[]' {_FROM} where r.rid % 2""",
    f"""insert into call (pbx, call_id, stream, state, offered_at, contact_id, phone, name, queue,
        direction, operator, answered_at, ended_at)
        select 'ami', r.number, 'hcmc', 'done', r.requested_at, randomblob(16), p.phone, p.name,
        '1022', 'in', 'operator', r.requested_at + 5000, r.requested_at + 90000 {_FROM}""",
    f"""insert into audit (at, actor, role, workstation, act, subject, detail, hash)
        select r.requested_at, 'operator', 'operator', 'ban-01', 'request_read', {_SPOKEN}, '', ''
        {_FROM}""",
)


def main() -> int:
    """Ask for three people; print a line for each."""
    directory = Path(sys.argv[1])
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    catalogue = load_catalogue()
    profile = made_store(directory, catalogue, requests)
    if not (profile / "people").exists():
        _fill(profile / FILE_NAME)
        (profile / "people").touch()
    store = LocalStore(profile, catalogue)
    try:
        return 0 if all([*map(_in_time, [store] * 3, _people(store))]) else 1
    finally:
        store.close()


def _fill(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("pragma synchronous=off")
        for statement in _FILLED:
            plain.execute(statement)
        plain.execute("pragma wal_checkpoint(truncate)")


def _people(store: LocalStore) -> tuple[Person, ...]:
    """The person who reported most, one who reported twice, one known by a mailbox only."""
    asked = "select phone from reporter group by phone having count(*) {} limit 1"
    most, twice = (
        store.run_on_reader(lambda c, q=query: c.exec_driver_sql(q).scalar())  # type: ignore[misc]
        for query in (
            "select phone from reporter group by phone order by count(*) desc limit 1",
            asked.format("= 2"),
        )
    )
    return Person((most,)), Person((twice,)), Person(emails=("lan@example.vn",))


def _in_time(store: LocalStore, person: Person) -> bool:
    start, cpu = time.perf_counter(), time.process_time()
    kept = store.ask_now(lambda q: q.kept_of(person))
    found = time.perf_counter() - start
    made = PersonFile(kept, load_catalogue(), NOW, lambda _sha256: None)
    size = len(json.dumps(made.as_json(), ensure_ascii=False).encode())
    took, worked = time.perf_counter() - start, time.process_time() - cpu
    verdict = "ok  " if took < GOAL_S else "MISS"
    print(
        f"{verdict} {len(kept.parts):6,} requests, {len(kept.calls):6,} calls, "
        f"{len(kept.readers):6,} readers: found in {found:5.2f} s, {size / 1e6:6.2f} MB in "
        f"{took:5.2f} s, processor {worked:5.2f} s, goal {GOAL_S}",
        flush=True,
    )
    return took < GOAL_S


if __name__ == "__main__":
    sys.exit(main())
