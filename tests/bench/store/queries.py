"""How fast the local store answers with a million requests: p50 and p99 in milliseconds, and the
processor time, which other programs do not lengthen.

    python -m tests.bench.store.queries DIRECTORY [REQUESTS]

The store is made once in DIRECTORY (five minutes, 2 GB) and used in place: the saves of a run stay
in it. Exits with 1 when a goal is missed.
"""

import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from console.domain.catalogue.catalogue import Catalogue
from console.domain.ids import uuid7
from console.domain.requests.events import (
    ReporterRecorded,
    RequestForwarded,
    RequestReceived,
    StoredEvent,
)
from console.domain.states import Channel, Role, State
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.requests import DuplicateQuestion, RequestFilter
from console.store.seat.local_store import FILE_NAME, LocalStore
from tests.bench.store.data import NOW, made_store

TYPED = (
    "nap ho ga", "cay nghieng vo cong ton", "be ong nuoc le loi", "dong tam",
    "den duong khong sang", "66/1", "nguyen thi anh", "xe buyt bo tram", "ngap truong chinh",
    "0901 234", "quoc lo 1a",
)  # fmt: skip


def main() -> int:
    """Run everything; print a line for each."""
    directory = Path(sys.argv[1])
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    catalogue = load_catalogue()
    profile = made_store(directory, catalogue, requests)
    print(f"{requests:,} requests, {(profile / FILE_NAME).stat().st_size / 1e9:.2f} GB, "
          f"free {shutil.disk_usage(profile).free / 1e9:.0f} GB")  # fmt: skip
    store = LocalStore(profile, catalogue)
    try:
        return 0 if all([*_measured(store, catalogue)]) else 1
    finally:
        store.close()


def _measured(store: LocalStore, catalogue: Catalogue) -> Iterator[bool]:
    dice = random.Random(7)
    agency = next(iter(catalogue.agencies))
    services, wards = [*catalogue.services], [*catalogue.wards.values()]
    phones = [f"+849{int(dice.paretovariate(0.8) * 7919) % 100_000_000:08d}" for _ in range(300)]
    pins = [
        DuplicateQuestion(dice.choice(services), lat=ward.lat, long=ward.long) for ward in wards * 2
    ]
    keys = [text[:n] for text in TYPED for n in range(2, len(text) + 1)] * 3
    working = RequestFilter(agency=agency, states=(State.IN_PROGRESS,), overdue=True)
    words = RequestFilter(agency=agency, query="cay nghieng")

    def ask(question: Callable[[Queries], object]) -> Callable[[], object]:
        return lambda: store.ask_now(question)

    yield _line("save -> durable, idle", 15, lambda: store.write_now(_save), 500)
    yield _line("agency queue, 200 rows", 5, ask(lambda q: q.queue(agency, NOW)), 300)
    yield _line("all agencies' queue, 200 rows", 5, ask(lambda q: q.queue(None, NOW)), 100)
    yield _line("queue by words", 20, ask(lambda q: q.queue(agency, NOW, query="dong tam")), 100)
    yield _line("queue summary", 5, ask(lambda q: q.queue_summary(agency, NOW)), 100)
    yield _line("queue summary, all", 20, ask(lambda q: q.queue_summary(None, NOW)), 100)
    yield _line(
        "search as you type, per key", 20,
        lambda each: store.ask_now(lambda q: q.search(each)), keys, slowest=True,
    )  # fmt: skip
    yield _line("caller", 5, lambda each: store.ask_now(lambda q: q.caller(each)), phones)
    yield _line(
        "possible duplicates", 5,
        lambda each: store.ask_now(lambda q: q.possible_duplicates(each, NOW)), pins,
    )  # fmt: skip
    yield _line("wallboard counts", 20, ask(lambda q: q.counts(NOW)), 100)
    yield _line("newest 200", 20, ask(lambda q: q.requests(RequestFilter(), NOW)), 100)
    of_agency = RequestFilter(agency=agency)
    yield _line("newest 200 of an agency", 20, ask(lambda q: q.requests(of_agency, NOW)), 100)
    yield _line("overdue of an agency", 20, ask(lambda q: q.requests(working, NOW)), 100)
    yield _line("an agency's, by words", 100, ask(lambda q: q.requests(words, NOW)), 50)
    yield _line("to be forwarded", 20, ask(lambda q: q.unassigned()), 100)
    yield _line("callbacks", 20, ask(lambda q: q.callbacks(NOW)), 100)
    yield _line("map points, 5,000", 100, ask(lambda q: q.map_points(NOW)), 20)


def _line(
    what: str,
    goal_ms: float,
    do: Callable[..., object],
    cases: int | Sequence[object],
    *,
    slowest: bool = False,
) -> bool:
    arguments: list[tuple[object, ...]] = (
        [()] * cases if isinstance(cases, int) else [(each,) for each in cases]
    )
    do(*arguments[0])
    took: list[tuple[float, object]] = []
    worked: list[float] = []
    for each in arguments:
        start, cpu = time.perf_counter(), time.process_time()
        do(*each)
        took.append(((time.perf_counter() - start) * 1000, each))
        worked.append((time.process_time() - cpu) * 1000)
    took.sort(key=lambda pair: pair[0])
    times = [ms for ms, _ in took]
    p50, p99 = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
    verdict = "ok  " if p99 < goal_ms else "MISS"
    worked.sort()
    cpu99 = worked[min(len(worked) - 1, int(len(worked) * 0.99))]
    figures = f"p50 {p50:6.2f}  p99 {p99:6.2f}  max {times[-1]:6.2f}  cpu p99 {cpu99:6.2f}"
    print(f"{verdict} {what:30} {figures}  goal {goal_ms}", flush=True)
    if slowest:
        print("     slowest: " + ", ".join(f"{each} {ms:.0f}" for ms, each in took[-3:]))
    return p99 < goal_ms


def _save(uow: UnitOfWork) -> None:
    at = NOW + timedelta(seconds=random.random() * 60)
    request_id = uuid7()

    def of(fact: object) -> StoredEvent:
        return StoredEvent(
            id=uuid7(), request_id=request_id, at=at, actor="operator", role=Role.OPERATOR,
            workstation="ban-01", hlc=uow.next_hlc(at), fact=fact,  # type: ignore[arg-type]
        )  # fmt: skip

    uow.seen(uuid7())
    uow.append([
        of(RequestReceived(
            number=uow.next_number(at), channel=Channel.VOICE, service_code="roads.pothole",
            description="Nắp hố ga bị sụt, rất nguy hiểm, bà con đề nghị sửa gấp",
            requested_at=at, forward_due_at=at + timedelta(minutes=5),
            address_string="66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)", lat=10.86, long=106.6,
        )),
        of(ReporterRecorded(channel=Channel.VOICE, name="Nguyễn Thị Ánh", phone="+84903123456")),
        of(RequestForwarded(agency="q12", due_at=at + timedelta(hours=24))),
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
