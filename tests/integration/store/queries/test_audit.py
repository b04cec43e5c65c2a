"""Who read or changed what, by person, kind, time, request; the head of the chain at a time."""

from datetime import timedelta

import pytest

from console.domain.requests.numbering import spoken
from console.services.records import AuditEntry
from console.services.views.audit import AuditFilter
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import NOW, save

HOUR = timedelta(hours=1)


@pytest.fixture
def kept(store: LocalStore) -> LocalStore:
    """Two requests an hour apart, and three acts."""
    for hours in (3, 1):
        store.write_now(lambda uow, h=hours: save(uow, at=NOW - h * HOUR))  # type: ignore[misc]
    number = numbers(store)[0]
    for hours, actor, act, subject in (
        (3, "a", "number_shown", spoken(number)),
        (2, "b", "locked", ""),
        (1, "a", "recording_played", "ami/1"),
    ):
        entry = AuditEntry(NOW - hours * HOUR, actor, "operator", "ban-01", act, subject)
        store.write_now(lambda uow, e=entry: uow.audit(e))  # type: ignore[misc]
    return store


def numbers(store: LocalStore) -> list[str]:
    rows = store.run_on_reader(
        lambda c: c.exec_driver_sql("select number from service_request order by rid").all()
    )
    return [str(row[0]) for row in rows]


def acts(store: LocalStore, **wanted: object) -> list[str]:
    lines = store.ask_now(lambda q: q.audit_lines(AuditFilter(**wanted)))  # type: ignore[arg-type]
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    return [line.act for line in lines]


def test_each_filter_narrows_and_all_together_too(kept: LocalStore) -> None:
    access = ["recording_played", "locked", "number_shown"]
    assert acts(kept, side="access") == access
    assert acts(kept, side="access", person="a") == [access[0], access[2]]
    assert acts(kept, act="locked") == ["locked"]
    between = {"since": NOW - 2 * HOUR, "until": NOW - HOUR}
    assert acts(kept, side="access", **between) == ["locked"]
    assert acts(kept, side="access", person="a", act="locked") == []


def test_changes_are_found_by_time_and_by_request(kept: LocalStore) -> None:
    early, late = numbers(kept)
    steps = acts(kept, side="change", request=early)
    assert "request_received" in steps
    assert acts(kept, side="change", request=late) == steps
    hour = {"since": NOW - 3 * HOUR, "until": NOW - 2 * HOUR}
    assert acts(kept, side="change", **hour) == ["request_forwarded", "request_received"]
    assert acts(kept, request=early).count("number_shown") == 1
    assert acts(kept, request=late).count("number_shown") == 0
    lines = kept.ask_now(lambda q: q.audit_lines(AuditFilter(side="change", request=early)))
    assert {line.subject for line in lines} == {spoken(early)}
    # A step names agency or fields, never what a citizen said or who he is.
    assert not any("0903" in line.detail or "84903" in line.detail for line in lines)


def test_at_most_so_many_lines_are_the_newest_of_both_sides(kept: LocalStore) -> None:
    whole = kept.ask_now(lambda q: q.audit_lines(AuditFilter()))
    assert kept.ask_now(lambda q: q.audit_lines(AuditFilter(), 4)) == whole[:4]


def test_the_head_of_a_day_is_that_of_its_end(kept: LocalStore) -> None:
    head = kept.ask_now(lambda q: q.audit_head(NOW - 2 * HOUR))
    assert head is not None
    assert head[0] == 2
    assert kept.ask_now(lambda q: q.audit_head()) == kept.audit_head()
    assert kept.ask_now(lambda q: q.audit_head(NOW - 9 * HOUR)) is None
    entry = AuditEntry(NOW, "c", "operator", "ban-01", "locked")
    kept.write_now(lambda uow: uow.audit(entry))
    assert kept.ask_now(lambda q: q.audit_head(NOW - 2 * HOUR)) == head
