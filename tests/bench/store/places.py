"""What follows from a place, on a store of any size: agency, likely duplicates, notices.

    python -m tests.bench.store.places PROFILE

PROFILE is a folder with the store that `tests.bench.store.queries` makes (`profile-1000000`). A
copy of it is upgraded to this program's schema; the folder itself stays as it is. The better of two
runs counts, because the machine has other work. Exits with 1 when a goal is missed.
"""

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.routing import by_owner, route
from console.domain.desk.notices import Notice, Where
from console.domain.ids import uuid7
from console.domain.requests.events import NoticeIssued
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.publication.notices import matching_notices
from console.services.views.requests import DuplicateQuestion
from console.store.seat.local_store import FILE_NAME, LocalStore
from tests.bench.figures import Figure, print_table, timed_ms
from tests.bench.store.data import NOW

ASKED = 1500
ROADS = ("national", "provincial", "city", "alley", None)

type Drawn = tuple[str, float | None, float | None, str | None, str | None]
"""Service, latitude, longitude, address as said, ward of a stored request."""


def main() -> int:
    """Measure and print."""
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[1]).parent) as folder:
        shutil.copy(Path(sys.argv[1]) / FILE_NAME, Path(folder) / FILE_NAME)
        store = LocalStore(Path(folder), catalogue)
        try:
            rows = store.run_on_reader(_drawn)
            figures = [
                _routes(catalogue),
                _duplicates(store, rows, pinned=True),
                _duplicates(store, rows, pinned=False),
                _notices(catalogue, rows),
            ]
        finally:
            store.close()
    return 0 if print_table(figures) else 1


def _drawn(connection: Connection) -> list[Drawn]:
    """Places of stored requests, half of them recent, where duplicates are."""
    dice = random.Random(7)
    ask = "select {0} from service_request"
    low, high, n = connection.exec_driver_sql(ask.format("min(rid), max(rid), count(*)")).one()
    print(f"{n:,} requests")
    columns = "service_code, lat, long, address_string, ward_code"
    found = []
    for turn in range(ASKED):
        at = int(high - (high - low) * dice.random() * (0.002 if turn % 2 else 1))
        one = f"{ask.format(columns)} where rid >= ? limit 1"
        row = connection.exec_driver_sql(one, (at,)).first()
        if row is not None:
            found.append(tuple(row))
    return found


def _better(figure: Figure, do: Callable[[], object]) -> object:
    """Add the better of two runs; return the result of the last one."""
    tries = []
    found: object = None
    for _ in range(2):
        begun = time.perf_counter()
        found = do()
        tries.append(timed_ms(begun))
    figure.samples.append(min(tries))
    return found


def _routes(catalogue: Catalogue) -> Figure:
    """Every service at some wards, on every class of road and for every owner."""
    figure = Figure(f"agency of a place ({len(catalogue.rules)} rules)", 5)
    dice = random.Random(1)
    wards, owners, day = [*catalogue.wards], [*catalogue.agencies], NOW.date()
    for service in catalogue.services.values():
        for road in ROADS:
            ward, owner = dice.choice([*wards, None]), dice.choice(owners)
            rules, agencies = catalogue.rules, catalogue.agencies

            _better(figure, partial(by_owner, service, owner, rules, agencies, day))
            _better(figure, partial(route, service, ward, road, rules, agencies, day))
    return figure


def _duplicates(store: LocalStore, rows: list[Drawn], *, pinned: bool) -> Figure:
    """Likely duplicates around stored places, by pin or by the words of the address."""
    figure = Figure(f"likely duplicates by {'pin' if pinned else 'address and ward'}", 5)
    hits = 0
    for question in _questions(rows, pinned=pinned):
        found = _better(
            figure,
            lambda asked=question: store.ask_now(lambda q: q.possible_duplicates(asked, NOW)),  # type: ignore[misc]
        )
        hits += bool(found)
    figure.slow = f"{hits} of {len(figure.samples)} found some"
    return figure


def _questions(rows: list[Drawn], *, pinned: bool) -> Iterator[DuplicateQuestion]:
    for service, lat, long, said, ward in rows:
        if pinned and lat is not None and long is not None:
            yield DuplicateQuestion(service, lat=lat, long=long, address_string=said)
        elif not pinned and said:
            yield DuplicateQuestion(service, address_string=said, ward_code=ward)


def _notices(catalogue: Catalogue, rows: list[Drawn]) -> Figure:
    """Which of 200 notices apply to a place; half of them are drawn areas with fifty corners."""
    figure = Figure("notices of a place, out of 200", 5)
    dice = random.Random(2)
    wards = [*catalogue.wards.values()]
    notices = [_notice(n, dice, wards) for n in range(200)]
    for _service, lat, long, _said, ward in rows:
        where = Where((lat, long) if lat and long else None, (ward,) if ward else ())
        _better(figure, lambda where=where: matching_notices(notices, where, NOW))  # type: ignore[misc]
    return figure


def _notice(n: int, dice: random.Random, wards: list) -> Notice:  # type: ignore[type-arg]
    ward = dice.choice(wards)
    ring = tuple(
        (ward.lat + dice.uniform(-0.01, 0.01), ward.long + dice.uniform(-0.01, 0.01))
        for _ in range(50)
    )
    said = NoticeIssued(
        kind="outage", title=f"{n}", text="…", starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=1), wards=() if n % 2 else (ward.code,),
        areas=(ring,) if n % 2 else (),
    )  # fmt: skip
    return Notice(id=uuid7(), said=said, issued_at=NOW, by="a", changed_by="a")


if __name__ == "__main__":
    sys.exit(main())
