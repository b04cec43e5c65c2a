"""The steps and the tables that the program speaks of are the same schema."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from console.store.schema.shared_rows import NAMED_AND_SCORED
from console.store.schema.steps import STEPS, VERSION
from console.store.seat import upgrade as migration
from console.store.seat.upgrade import migrate
from console.store.sqlite.engine import writer_engine
from console.store.tables.definitions import metadata
from console.store.tables.recordings import recording_sent
from console.store.tables.reports import call_score


@contextmanager
def _made(path: Path) -> Iterator[sqlite3.Connection]:
    engine = writer_engine(path)
    try:
        migrate(engine, path)
        migrate(engine, path)  # a second time changes nothing
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def test_steps_and_tables_agree(tmp_path: Path) -> None:
    with _made(tmp_path / "store") as connection:
        assert _version(connection) == VERSION
        tables = {
            table: connection.execute(f"pragma table_info({table.name})").fetchall()
            for table in metadata.sorted_tables
        }
    assert {recording_sent, call_score} <= tables.keys(), "also those in files of their own"
    for table, found in tables.items():
        stored = {each[1]: (bool(each[3] or each[5]), bool(each[5])) for each in found}
        named = {c.name: (not c.nullable, c.primary_key) for c in table.columns}
        assert stored == named, table.name


@pytest.mark.parametrize(
    "statement",
    [
        "update event set body = '{}'",
        "update event set actor = 'x', seq = 1",
        "update event set at = 0",
        "delete from event",
        "insert or replace into event "
        "(n, id, stream, request_id, kind, at, actor, role, workstation, hlc, schema_v, body) "
        "values (1, 'a', 's', 'r', 'k', 1, 'x', 'r', '', 1, 1, '')",
    ],
)
def test_events_cannot_be_changed(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "store"
    engine = writer_engine(path)
    try:
        migrate(engine, path)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "insert into event (n, id, stream, request_id, kind, at, actor, role, workstation,"
                " hlc, schema_v, body) values (1, 'a', 's', 'r', 'k', 1, 'x', 'x', '', 1, 1, '')"
            )
        with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
        # What the centre says of it may come back.
        with engine.begin() as connection:
            connection.exec_driver_sql("update event set seq = 7, hlc = 2")
    finally:
        engine.dispose()


def test_an_older_file_is_copied_and_brought_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.sqlite3"
    with _made(path):
        pass
    monkeypatch.setattr(migration, "STEPS", (*STEPS, ("create table later (id integer)",)))
    monkeypatch.setattr(migration, "VERSION", VERSION + 1)
    with _made(path) as connection:
        assert _version(connection) == VERSION + 1
        assert connection.execute("select count(*) from later").fetchone() == (0,)
    with closing(sqlite3.connect(tmp_path / f"store.sqlite3.v{VERSION}")) as copy:
        assert _version(copy) == VERSION


def _one_more_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A last step that makes a table twice."""
    broken = ("create table later (id integer)", "create table later (id integer)")
    monkeypatch.setattr(migration, "STEPS", (*STEPS, broken))
    monkeypatch.setattr(migration, "VERSION", VERSION + 1)


def test_a_step_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.sqlite3"
    with _made(path):
        pass
    _one_more_that_fails(monkeypatch)
    with pytest.raises(OperationalError, match="already exists"), _made(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert _version(connection) == VERSION
        tables = connection.execute("select name from sqlite_schema").fetchall()
        assert ("later",) not in tables


def test_the_references_of_messages_sent_before_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        for statement in STEPS[0]:
            old.execute(statement)
        row = (
            "insert into outreach values (?, 's', 'sms', 'r', 't', 'p', 'sent', 1, ?, null, null,"
            " 1, ?, null)"
        )
        old.execute(row, (b"newer", 20, '["7", "8"]'))
        old.execute(row, (b"older", 10, '["7"]'))
        old.execute(row, (b"queued", 30, "[]"))
        old.execute("pragma user_version = 1")
        old.commit()
    with _made(path) as connection:
        assert connection.execute(
            "select channel, ref, outreach_id from outreach_ref order by n"
        ).fetchall() == [("sms", "7", b"older"), ("sms", "7", b"newer"), ("sms", "8", b"newer")]


def test_scores_and_names_from_before_are_shared_where_there_is_a_centre(tmp_path: Path) -> None:
    path, before = tmp_path / "store.sqlite3", STEPS.index(NAMED_AND_SCORED)
    with closing(sqlite3.connect(path)) as old:
        for step in STEPS[:before]:
            for statement in step:
                old.execute(statement)
        old.execute("insert into meta values ('central', '1'), ('shared_place', '700')")
        old.execute("insert into named_citizen values ('+84903123456', 'Ánh', 1, 'hoa')")
        for n in range(2):
            old.execute(
                "insert into call_score values (null, 'pbx', ?, 1, 'truc', '101', '', '{}', 1, '')",
                (str(n),),
            )
        old.execute(f"pragma user_version = {before}")
        old.commit()
    with _made(path) as connection:
        ids = connection.execute("select lower(hex(id)) from call_score").fetchall()
        waiting = connection.execute("select kind, key from share where pending = 1").fetchall()
        assert sorted(waiting) == sorted(
            [("named_citizen", "+84903123456"), *(("call_score", key) for (key,) in ids)]
        )
        assert len({*ids}) == 2
        assert connection.execute("select * from meta where key = 'shared_place'").fetchall() == []
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("update call_score set score = 0")


def test_a_new_store_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.sqlite3"
    _one_more_that_fails(monkeypatch)
    with pytest.raises(OperationalError, match="already exists"), _made(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert _version(connection) == 0
        assert connection.execute("select name from sqlite_schema").fetchall() == []
