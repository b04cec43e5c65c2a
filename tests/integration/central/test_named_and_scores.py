"""Who may be named is known at every seat of the switchboard, scores to who scores calls only."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from console.domain.ids import uuid7
from console.domain.reports.quality import CallCandidate
from console.services.ports.central.shared_rows import SharedRow
from console.services.records import CallRecord
from console.services.views.quality import CallScore
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.shared_rows import LocalSharedStore
from console.store.seat.local_store import LocalStore
from console.sync.shared_rows import SharedRows
from tests.fakes.postgres import Centre
from tests.integration.central.build import console
from tests.integration.store.build import CATALOGUE

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PHONE, NAME = "+84903123456", "Nguyễn Thị Ánh"
CALL = CallCandidate("pbx", "1700.1", "101", AT, 60.0, recorded=True)


@dataclass
class Place:
    """A seat's store, and its line to the centre."""

    store: LocalStore
    central: PostgresCentral
    n: int
    install: UUID = field(default_factory=uuid7)

    def sync(self) -> None:
        hello = self.central.hello(console(self.n, self.install))
        rows = SharedRows(self.central, LocalSharedStore(self.store), lambda _event: None)
        rows.begin(hello.incarnation, nullcontext)
        rows.round(hello.role, nullcontext, lambda: False)

    def score(self, by: str, at: datetime, value: float) -> None:
        marks = {"greeting": 1}
        score = CallScore("pbx", "1700.1", at, by, "101", "greeting", marks, value, "chưa rõ")
        self.store.write_now(lambda uow: uow.save_score(score))

    def scores(self) -> list[tuple[str, float]]:
        def every(connection: object) -> list[tuple[str, float]]:
            found = connection.exec_driver_sql("select actor, score from call_score order by at")  # type: ignore[attr-defined]
            return [tuple(row) for row in found]

        return self.store.run_on_reader(every)

    def named(self) -> bool:
        return self.store.ask_now(lambda q: q.is_named(PHONE))


@pytest.fixture
def places(centre: Centre, tmp_path: Path) -> Iterator[dict[str, Place]]:
    """Two supervisors, an operator."""
    made = {}
    for n, (login, role) in enumerate(
        (("truc", "supervisor"), ("mai", "supervisor"), ("hoa", "operator")), 1
    ):
        store = LocalStore(tmp_path / login, CATALOGUE)
        store.set_central(True)
        made[login] = Place(store, centre.central(login, role), n)
    yield made
    for each in made.values():
        each.store.close()


def test_a_yes_is_known_everywhere_and_so_is_its_end(places: dict[str, Place]) -> None:
    operator, supervisor = places["hoa"], places["truc"]
    operator.store.write_now(lambda uow: uow.name_citizen(PHONE, NAME, AT, "hoa"))
    operator.sync()
    supervisor.sync()
    assert supervisor.named()
    supervisor.store.write_now(lambda uow: uow.name_citizen(PHONE, None, AT, "truc"))
    supervisor.sync()
    operator.sync()
    assert not operator.named()
    with operator.central._line.use() as link:
        (kept,) = link.execute(
            "select said from hotline.shared_after('hcmc', %s, 0, 10)",
            (operator.install,),
        ).fetchall()
    assert NAME not in str(kept), "the name is gone at the centre too"


def test_scores_reach_the_other_supervisor_and_no_operator(places: dict[str, Place]) -> None:
    truc, mai, hoa = places["truc"], places["mai"], places["hoa"]
    truc.score("truc", AT + timedelta(hours=1), 0.5)
    truc.sync()
    mai.score("mai", AT, 1.0)
    mai.sync()
    truc.sync()
    hoa.sync()
    both = [("mai", 1.0), ("truc", 0.5)]
    assert truc.scores() == mai.scores() == both
    call = CallRecord(
        pbx="pbx", call_id="1700.1", state="done", offered_at=AT, contact_id=uuid7(), operator="101"
    )
    for seat in (truc, mai):
        seat.store.write_now(lambda uow: uow.save_call(call))
        (sampled,) = seat.store.ask_now(lambda q: q.sampled_calls((CALL,)))
        assert sampled.score is not None
        assert sampled.score.by == "truc", "the later one, whichever came first"
        assert sampled.score.marks == {"greeting": 1}
    assert hoa.scores() == []
    truc.sync()
    mai.sync()
    assert truc.scores() == mai.scores() == both, "once each"


def test_a_score_written_at_an_operators_seat_waits_for_who_may_send_it(
    centre: Centre, places: dict[str, Place]
) -> None:
    hoa, mai = places["hoa"], places["mai"]
    hoa.score("truc", AT, 0.5)
    hoa.store.write_now(lambda uow: uow.name_citizen(PHONE, NAME, AT, "hoa"))
    hoa.sync()
    mai.sync()
    assert mai.named(), "what an operator shares goes on"
    assert mai.scores() == []
    hoa.central = centre.client("truc")
    hoa.sync()
    mai.sync()
    assert mai.scores() == [("truc", 0.5)]


def test_psql_shows_an_operator_no_score_and_an_officer_neither(
    centre: Centre, places: dict[str, Place]
) -> None:
    truc = places["truc"]
    truc.score("truc", AT, 0.5)
    truc.store.write_now(lambda uow: uow.name_citizen(PHONE, NAME, AT, "truc"))
    truc.sync()
    centre.user("tu", "officer", "ubnd-ba-diem")
    for login in ("hoa", "tu"):
        with centre.connect(login) as link:
            for question in (
                "select * from hotline.call_score",
                "select * from hotline.scores_after('hcmc', 0, 10)",
                "select hotline.share_scores('hcmc', '[]')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(question)
    with centre.connect("tu") as link:
        for question in (
            "select * from hotline.shared",
            f"select * from hotline.shared_after('hcmc', '{truc.install}', 0, 10)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(question)
    with centre.connect() as link, pytest.raises(psycopg.Error, match="append-only"):
        link.execute("update hotline.call_score set said = '{}'")


def test_a_score_that_fits_nothing_is_left_out(places: dict[str, Place]) -> None:
    truc, mai = places["truc"], places["mai"]
    truc.central.hello(console(1, truc.install))
    broken: dict[str, object] = {"pbx": "p", "call_id": "c", "marks": "none", "score": 1.0}
    truc.central.share_scores([SharedRow("call_score", "ab" * 16, 1, 1, broken, {})])
    truc.score("truc", AT, 0.5)
    truc.sync()
    mai.sync()
    assert mai.scores() == [("truc", 0.5)]
