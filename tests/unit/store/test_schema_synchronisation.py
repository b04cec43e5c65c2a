"""The step for the centre's side: what an older store gets, what may be let go of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.store.schema.steps import STEPS
from console.store.schema.synchronisation import SYNC_SIDE

_EVENT = (
    "insert into event (id, stream, seq, request_id, kind, at, actor, role, workstation, hlc,"
    " schema_v, body) values (?, 's', ?, ?, 'k', 1, 'x', 'x', '', 1, 1, ?)"
)


@pytest.fixture
def older(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A store as it was before the step."""
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        for step in STEPS[: STEPS.index(SYNC_SIDE)]:
            for statement in step:
                connection.execute(statement)
        yield connection


def _upgrade(connection: sqlite3.Connection) -> None:
    for statement in SYNC_SIDE:
        connection.execute(statement)


def test_files_named_by_earlier_events_wait_to_be_sent(older: sqlite3.Connection) -> None:
    older.execute(_EVENT, (b"1", None, b"r", '{"media": ["aa", "bb"]}'))
    older.execute(_EVENT, (b"2", None, b"r", '{"photos": ["bb", "cc"], "media": 7}'))
    older.execute(_EVENT, (b"3", None, b"r", "{}"))
    _upgrade(older)
    found = older.execute("select sha256, state from attachment order by sha256").fetchall()
    assert found == [("aa", "waiting"), ("bb", "waiting"), ("cc", "waiting")]


def test_only_what_the_centre_has_of_a_pruned_request_goes(older: sqlite3.Connection) -> None:
    _upgrade(older)
    older.execute(_EVENT, (b"1", 1, b"kept", "{}"))
    older.execute(_EVENT, (b"2", 2, b"pruned", "{}"))
    older.execute(_EVENT, (b"3", None, b"pruned", "{}"))
    older.execute("insert into pruned values (?, 's', 'n', 1)", (b"pruned",))
    for event_id in (b"1", b"3"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            older.execute("delete from event where id = ?", (event_id,))
    older.execute("delete from event where id = ?", (b"2",))
    assert older.execute("select id from event order by id").fetchall() == [(b"1",), (b"3",)]
