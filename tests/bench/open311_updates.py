"""Open311's lists on a store of any size: the public steps, and published requests.

    python -m tests.bench.open311_updates PROFILE

PROFILE is a folder with the store that `tests.bench.store.queries` makes (`profile-1000000`). A
copy of it is upgraded to this program's schema, and its requests of the last ninety days get their
usual steps; one in a hundred of them is published, then seven in ten. Exits with 1 when a goal is
missed; goals are in processor time, because the machine has other work.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from console.domain.catalogue.catalogue import Catalogue
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.views.public_api import PublicFilter
from console.store.queries.open311 import Open311Queries
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.tables.definitions import to_ms
from tests.bench.figures import Figure, print_table, timed_ms
from tests.bench.store.data import NOW

DAYS = timedelta(days=90)
TRIES = 30
KINDS = ("request_forwarded", "work_started", "result_reported", "request_closed")


def main() -> int:
    """Measure and print."""
    catalogue = load_catalogue()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[1]).parent) as folder:
        shutil.copy(Path(sys.argv[1]) / FILE_NAME, Path(folder) / FILE_NAME)
        store = LocalStore(Path(folder), catalogue)
        try:
            steps = store.run_on_writer(_worked)
            for share in (1, 70):
                start = time.perf_counter()
                told = store.run_on_writer(partial(_published, share))
                took = time.perf_counter() - start
                print(f"{share} % published: {told:,} of {steps:,} steps told ({took:.0f} s)")
                figures += _lists(store, catalogue, f"{share} %")
        finally:
            store.close()
    return 0 if print_table(figures) else 1


def _worked(connection: Connection) -> int:
    """The steps of every request of those days, an hour apart."""
    for n, kind in enumerate(KINDS, 1):
        connection.execute(
            text(
                "insert into event (id, stream, request_id, kind, at, actor, role, workstation, "
                "hlc, schema_v, body) select randomblob(16), stream, id, :kind, "
                "requested_at + :n * 3600000, 'x', 'operator', '', requested_at, 1, '{}' "
                "from service_request where requested_at > :since"
            ),
            {"kind": kind, "n": n, "since": to_ms(NOW - DAYS)},
        )
    connection.execute(
        text(
            "insert into event (id, stream, request_id, kind, at, actor, role, workstation, hlc, "
            "schema_v, body) select randomblob(16), stream, id, 'request_published', "
            "requested_at + 5 * 3600000, 'x', 'operator', '', requested_at, 1, "
            """'{"text": "Ổ gà sâu", "result": "Đã vá"}' """
            "from service_request where requested_at > :since"
        ),
        {"since": to_ms(NOW - DAYS)},
    )
    found = connection.execute(
        text("select count(*) from event where at > :since and kind <> 'request_received'"),
        {"since": to_ms(NOW - DAYS)},
    )
    return int(found.scalar_one())


def _published(share: int, connection: Connection) -> int:
    connection.execute(
        text(
            "update service_request set publish_state = 'public' "
            "where requested_at > :since and rid % 100 < :share"
        ),
        {"since": to_ms(NOW - DAYS), "share": share},
    )
    return int(connection.execute(text("select count(*) from told_step")).scalar_one())


def _lists(store: LocalStore, catalogue: Catalogue, label: str) -> list[Figure]:
    start, limit = NOW - DAYS, 1000
    asked: tuple[tuple[str, float, Callable[[Open311Queries], object]], ...] = (
        ("updates, first page of 50", 20.0, lambda q: q.public_updates(start, NOW, 50)),
        ("updates, first 1,000", 100.0, lambda q: q.public_updates(start, NOW, limit)),
        ("updates, third 1,000", 100.0, lambda q: q.public_updates(start, NOW, limit, offset=2000)),
        ("updates, 1,000 with a key", 250.0,
         lambda q: q.public_updates(start, NOW, limit, key="app")),
        ("requests, first 1,000", 100.0,
         lambda q: q.public_requests(PublicFilter(start_at=start, end_at=NOW, limit=limit))),
    )  # fmt: skip
    figures = []
    for what, goal, question in asked:
        whole, worked = Figure(f"{label}: {what}"), Figure("  processor time of it", goal)
        for _ in range(TRIES):
            began = time.perf_counter()
            took = store.run_on_reader(partial(_ask, question, catalogue))
            whole.samples.append(timed_ms(began))
            worked.samples.append(took)
        figures += [whole, worked]
    return figures


def _ask(
    question: Callable[[Open311Queries], object], catalogue: Catalogue, connection: Connection
) -> float:
    """Milliseconds of this thread's processor time."""
    began = time.thread_time()
    question(Open311Queries(connection, catalogue, central=False))
    return (time.thread_time() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
