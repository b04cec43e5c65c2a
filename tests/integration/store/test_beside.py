"""Audit lines of verbs that only read: taken in once, whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from console.domain.errors import UnavailableError
from console.services.records import AuditEntry
from console.store import beside
from console.store.local import LocalStore
from tests.integration.store.made import NOW


def entry(seconds: float) -> AuditEntry:
    at = NOW + timedelta(seconds=seconds)
    return AuditEntry(at, "operator", "operator", "máy-07", "request_read", "26 001", "cli")


def seconds_of(store: LocalStore) -> list[float]:
    trail = store.ask_now(lambda q: q.audit_trail())
    return [(line.at - NOW).total_seconds() for line in reversed(trail)]


def profile(store: LocalStore) -> Path:
    return store.path.parent


def test_lines_come_in_by_age_and_the_chain_holds(store: LocalStore) -> None:
    for seconds in (1, 2.123456, 3):
        beside.put(profile(store), entry(seconds))
    assert store.take_in_beside() == 3
    assert seconds_of(store) == [1, 2.123, 3]
    assert store.broken_audit() is None
    assert list((profile(store) / beside.FOLDER).iterdir()) == []


def test_a_crash_after_the_commit_does_not_make_two(store: LocalStore) -> None:
    beside.put(profile(store), entry(1.000789))

    def commit_only(work: Callable[[Connection], None]) -> None:
        store.run_on_writer(work)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beside.take_in(profile(store), commit_only)
    beside.put(profile(store), entry(2))
    assert store.take_in_beside() == 2
    assert seconds_of(store) == [1, 2]


def test_what_is_no_line_is_put_aside_and_holds_up_nothing(store: LocalStore) -> None:
    beside.put(profile(store), entry(1))
    folder = profile(store) / beside.FOLDER
    for n, text in enumerate(("", "[]", "{", '["2026-11-24", 1]', '["x","","","","","",""]')):
        (folder / f"{n}.json").write_text(text)
    assert store.take_in_beside() == 1
    assert sorted(path.name for path in folder.iterdir()) == [f"{n}.bad" for n in range(5)]


def test_a_disk_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="audit_not_written"):
        beside.put(tmp_path / "nowhere", entry(1))
