"""The primary dies and a standby takes over, complete or behind: consoles find it on their own."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from console.store.central.seat_link import PostgresCentral
from tests.integration.sync.consoles import Console, console, until
from tests.integration.sync.outages.standby import Pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A primary and its standby."""
    made = Pair()
    yield made
    made.close()


@pytest.mark.parametrize("behind", [False, True])
def test_a_standby_takes_over_and_nothing_is_lost(pair: Pair, tmp_path: Path, behind: bool) -> None:
    pair.synchronous(not behind)
    with (
        console(tmp_path, PostgresCentral(pair.dsn("op1")), "ban-01") as here,
        console(tmp_path, PostgresCentral(pair.dsn("op2")), "ban-02", code=2) as there,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        saved = [seat.log() for seat in (here, there) * 5]
        _alike(here, there)
        if behind:
            until(lambda: _replayed(pair))
            pair.standby.stop()
            saved += [seat.log() for seat in (here, there) * 5]
            _alike(here, there)
            pair.primary.kill()
            pair.standby.start()
            pair.standby.promote()
        else:
            saved += _saved_during(pair.fail_over, here, there)
        saved += [seat.log() for seat in (here, there) * 3]
        until(lambda: here.in_sync() and there.in_sync(), 40)
        _alike(here, there)
        assert len(here.events()) == 2 * len(saved)
        assert all(seat.has(each) for seat in (here, there) for each in saved)
        rewound = here.link.counted.rewound + there.link.counted.rewound
        assert rewound >= 20 if behind else rewound == 0
        assert here.store.verify(every=True) == there.store.verify(every=True) == ""


def _saved_during(what: object, *seats: Console) -> list[UUID]:
    """People keep saving while it happens."""
    saved: list[UUID] = []
    stop = threading.Event()

    def work(seat: Console) -> None:
        while not stop.wait(0.02):
            saved.append(seat.log())

    people = [threading.Thread(target=work, args=(seat,)) for seat in seats]
    for each in people:
        each.start()
    assert callable(what)
    what()
    stop.set()
    for each in people:
        each.join()
    return saved


def _replayed(pair: Pair) -> bool:
    with pair.primary.admin() as link:
        row = link.execute(
            "select bool_and(replay_lsn >= pg_current_wal_lsn()) from pg_stat_replication"
        ).fetchone()
    return bool(row and row[0])


def _alike(*seats: Console) -> None:
    until(lambda: all(seat.sync.pending_count() == 0 for seat in seats), 40)
    until(lambda: len({tuple(seat.events()) for seat in seats}) == 1, 40)
    first = seats[0].events()
    assert [seq for seq, _ in first] == list(range(1, len(first) + 1))
