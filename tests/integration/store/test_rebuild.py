"""A rebuild makes what is there, and says what was not."""

from datetime import timedelta

import pytest

from console.domain.events import AssignmentAccepted, ResultReported
from console.store.local import LocalStore
from tests.integration.store.made import NOW, save, stored


def _lived_in(store: LocalStore) -> None:
    for n in range(7):
        request_id = store.write_now(
            lambda uow, n=n: save(uow, at=NOW + timedelta(minutes=n), phone=f"+8490312345{n}")  # type: ignore[misc]
        )
        later = NOW + timedelta(hours=1)
        facts = (
            AssignmentAccepted(agency="q12"),
            ResultReported(agency="q12", resolution_code="fixed", text="Xong"),
        )
        for fact in facts[: n % 3]:
            event = stored(request_id, fact, later)
            store.write_now(lambda uow, e=event: uow.append([e]))  # type: ignore[misc]


def test_a_whole_store_is_the_same_afterwards(store: LocalStore) -> None:
    _lived_in(store)
    told: list[tuple[int, int]] = []
    done = store.rebuild(lambda n, every: told.append((n, every)))
    assert (done.requests, done.events, done.changed) == (7, 27, {})
    assert told == [(7, 7)]
    assert store.verify(every=True) == ""
    assert store.rebuild() == done
    assert len(store.ask_now(lambda q: q.search("ho ga"))) == 7


@pytest.mark.parametrize(
    ("damage", "changed"),
    [
        ("update service_request set state = 'closed' "
         "where rid = (select min(rid) from service_request)", {"service_request": 1}),
        ("delete from queue_item", {"queue_item": 5}),
        ("insert into reporter (rid, n, stream, channel, consent) "
         "select rid, 9, 'x', 'voice', 0 from service_request", {"reporter": 7}),
        ("delete from callback_item", {"callback_item": 2}),
        ("update assignment set due_at = null", {"assignment": 7}),
    ],
)  # fmt: skip
def test_what_was_wrong_is_counted_and_right_again(
    store: LocalStore, damage: str, changed: dict[str, int]
) -> None:
    _lived_in(store)
    count = store.run_on_writer(lambda c: c.exec_driver_sql(damage).rowcount)
    assert count
    found = store.rebuild().changed
    assert set(found) == set(changed)
    assert found == changed
    assert store.rebuild().changed == {}
    assert store.verify(every=True) == ""


def test_an_empty_store_can_be_rebuilt(store: LocalStore) -> None:
    assert store.rebuild() == (0, 0, {})
