"""How fast reports over a million requests are: first with nothing of the file in memory, then
again; and a workbook of 100,000 rows.

    python -m tests.bench.store.reports DIRECTORY [REQUESTS]

The store is that of `tests.bench.store.queries`; this adds as many calls, and the stored totals of
past months. Exits with 1 when a goal is missed.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from pathlib import Path

from console.domain.actors import Actor
from console.domain.ids import uuid7
from console.domain.reports import figures
from console.domain.reports.figures import Period
from console.domain.states import Role
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.reports.access import Reports
from console.services.reports.files import Sheet, write_tables
from console.services.runtime.bus import Bus
from console.services.views.reports import Scope
from console.store.seat.local_store import FILE_NAME, LocalStore
from tests.bench.store.data import NOW, made_store

COLD_S, WARM_S, XLSX_S = 2.0, 0.2, 10.0
AGAIN = 5


def main() -> int:
    """Run everything; print a line for each."""
    directory = Path(sys.argv[1])
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    profile = made_store(directory, load_catalogue(), requests)
    store = LocalStore(profile, load_catalogue())
    _fill_calls(store, requests)
    start, cpu = time.perf_counter(), time.process_time()
    blocks = store.count_report_blocks(NOW)
    print(f"{blocks} past blocks counted in {time.perf_counter() - start:.1f} s "
          f"(cpu {time.process_time() - cpu:.1f})")  # fmt: skip
    store.close()
    return 0 if all([*_reports(profile), _xlsx()]) else 1


def _fill_calls(store: LocalStore, number: int) -> None:
    """As many calls as requests, over the same years; made once."""
    if store.run_on_reader(lambda c: c.exec_driver_sql("select count(*) from call").scalar_one()):
        return
    dice = random.Random(1022)
    span_ms = 365 * 5.5 * 86_400_000
    begin = NOW.timestamp() * 1000 - span_ms

    def line(n: int) -> tuple[object, ...]:
        offered = int(begin + span_ms * n / number)
        answered = offered + dice.randrange(1000, 40_000) if dice.random() < 0.93 else None
        ended = (answered or offered) + dice.randrange(5000, 400_000)
        phone = f"+849{int(dice.paretovariate(0.8) * 7919) % 100_000_000:08d}"
        operator = str(101 + dice.randrange(30)) if answered else None
        state, lost = ("done", None) if answered else ("abandoned", "abandoned")
        return ("ami", f"b{n}", "hcmc", state, offered, uuid7().bytes, phone, "1022", "in",
                operator, answered, ended, lost, ended + 30_000 if answered else None,
                f"leg{n}" if answered else "")  # fmt: skip

    for some in batched(map(line, range(number)), 50_000):
        store.run_on_writer(
            lambda c, rows=list(some): c.exec_driver_sql(  # type: ignore[misc]
                "insert into call (pbx, call_id, stream, state, offered_at, contact_id, phone, "
                "queue, direction, operator, answered_at, ended_at, lost_as, wrapped_at, recorded) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        )


def _reports(profile: Path) -> Iterator[bool]:
    month = replace(figures.city_month(2026, 10))
    all_time = Period.of(NOW - timedelta(days=366 * 6), NOW, NOW)
    year = Period.of(NOW - timedelta(days=365), NOW, NOW)
    old = replace(figures.city_month(2024, 10))
    for label, period in (("October 2026", month), ("October 2024", old), ("a year", year),
                          ("5.5 years", all_time)):  # fmt: skip
        for name in ("slow-agencies", "active-reporters", "volumes", "call-centre", "shift"):
            yield _line(profile, f"{name}, {label}", name, period, Scope())
    ahead = Period.of(NOW - timedelta(hours=2), NOW + timedelta(days=7), NOW)
    yield _line(profile, "quality, October 2026", "quality", month, Scope())
    yield _line(profile, "forecast, seven days", "forecast", ahead, Scope())
    agency = next(iter(load_catalogue().agencies))
    roads = tuple(s.code for s in load_catalogue().services.values() if s.group == "roads")
    yield _line(profile, "one agency, 5.5 years", "slow-agencies", all_time, Scope((agency,)))
    yield _line(profile, "one field, October", "slow-agencies", month, Scope((), roads))
    yield _line(profile, "one field, 5.5 years", "slow-agencies", all_time, Scope((), roads))
    yield _line(profile, "one field, 5.5 years", "volumes", all_time, Scope((), roads))


def _line(profile: Path, label: str, name: str, period: Period, scope: Scope) -> bool:
    _forget(profile / FILE_NAME)
    catalogue = load_catalogue()
    store = LocalStore(profile, catalogue, read_only=True, readers=1)
    actor = Actor("supervisor", Role.SUPERVISOR, "", None, "ban-01")
    nothing = None
    desk = Desk(store, Bus(), lambda: NOW, catalogue, nothing, nothing, actor, dispatch)  # type: ignore[arg-type]
    try:
        reports = Reports(desk)
        took, worked = [], []
        for _ in range(1 + AGAIN):
            start, cpu = time.perf_counter(), time.process_time()
            store.ask_now(lambda q: reports.build(name, period, scope, q))
            took.append(time.perf_counter() - start)
            worked.append(time.process_time() - cpu)
        fresh, cpu = time.perf_counter(), time.process_time()
        store.ask_now(lambda q: Reports(desk).build(name, period, scope, q))
        counted, cost = time.perf_counter() - fresh, time.process_time() - cpu
    finally:
        store.close()
    warm = sorted(took[1:])[AGAIN // 2]
    good = took[0] < COLD_S and warm < WARM_S
    verdict = "ok  " if good else "MISS"
    first = f"cold {took[0]:6.3f} s (cpu {worked[0]:5.3f})"
    anew = f"counted anew {counted * 1000:7.1f} ms (cpu {cost * 1000:5.1f})"
    again = f"warm {warm * 1000:7.2f} ms, {anew}"
    print(f"{verdict} {label:34} {first}  {again}", flush=True)
    return good


def _forget(path: Path) -> None:
    """Remove the file from the system's cache."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _xlsx() -> bool:
    rows = [
        (f"26 001 {n:05d} 7", "Nắp hố ga bị sụt, rất nguy hiểm", n, n / 100_000, "Đã sửa xong",
         "=cmd|' /C calc'!A0")
        for n in range(100_000)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        head = ("Mã", "Mô tả", "n", "Tỷ lệ", "Kết quả", "Ghi chú")
        write_tables([Sheet("Phản ánh", head, rows)], Path(folder) / "x.xlsx")
        took = time.perf_counter() - start
    print(
        f"{'ok  ' if took < XLSX_S else 'MISS'} {'100,000 rows of XLSX':34} {took:6.2f} s",
        flush=True,
    )
    return took < XLSX_S


if __name__ == "__main__":
    sys.exit(main())
