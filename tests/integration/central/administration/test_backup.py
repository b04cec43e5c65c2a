"""`central backup` and `central restore`: what comes back is what went out, rights with it, and the
seats send what the copy lacks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from console.domain.ids import uuid7
from tests.fakes.postgres import Centre
from tests.integration.central.build import forwarded, greet, note, received, reporter
from tests.integration.cli.seat import Seat
from tests.integration.store.build import CATALOGUE
from tests.integration.sync.consoles import console, until

_OWN = {"stream": ("incarnation",), "incarnation": ("n", "name", "after_seq")}
"""Columns that say which incarnation it is."""


@pytest.fixture
def other(centre: Centre) -> Iterator[Centre]:
    """An empty database of the same server."""
    made = Centre(centre.cluster, "khoi_phuc")
    with centre.cluster.admin() as link:
        link.execute("drop database if exists khoi_phuc")
        link.execute("create database khoi_phuc")
    yield made
    made.close()


def _rows(centre: Centre) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is in any table, but which incarnation it is."""
    with centre.connect() as link:
        tables: list[Any] = link.execute(
            "select c.relname::text, array_agg(a.attname::text order by a.attname) from pg_class c "
            "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
            "where c.relnamespace = 'hotline'::regnamespace and c.relkind in ('r', 'p') "
            "group by c.relname"
        ).fetchall()
        found: dict[str, list[tuple[Any, ...]]] = {}
        for name, columns in tables:
            shown = [sql.Identifier(each) for each in columns if each not in _OWN.get(name, ())]
            question = sql.SQL("select t::text from (select {} from hotline.{}) t order by 1")
            asked = question.format(sql.SQL(", ").join(shown), sql.Identifier(name))
            found[name] = link.execute(asked).fetchall()
        return found


def _functions(centre: Centre) -> list[tuple[Any, ...]]:
    with centre.connect() as link:
        return link.execute(
            "select proname, pg_get_functiondef(oid), proacl::text, proowner::regrole::text "
            "from pg_proc where pronamespace = 'hotline'::regnamespace order by 1, 2"
        ).fetchall()


def test_what_comes_back_is_what_went_out(centre: Centre, other: Centre, tmp_path: Path) -> None:
    seat = Seat(tmp_path / "it", {})
    centre.user("can-bo", "officer", "cap-nuoc")
    desk, mine, theirs = centre.central("op1"), uuid7(), uuid7()
    greet(desk)
    desk.push([received(mine), reporter(mine), forwarded(mine, "cap-nuoc"), note(mine)])
    desk.push([received(theirs, "26001000027", "viec-nguoi-khac"), forwarded(theirs, "q12")])
    while desk.project(CATALOGUE):
        pass
    file = tmp_path / "trung-tam.dump"
    made = seat.run("--json", "central", "backup", str(file), "--url", centre.url()).json
    assert made["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert "trung-tam.dump" in seat.fails(2, "central", "backup", str(file), "--url", centre.url())
    with console(tmp_path, centre.central("op1"), "ban-01", start=False) as here:
        here.link.start()
        until(here.in_sync)
        late = here.log()
        until(lambda: here.sync.pending_count() == 0)
        assert here.link.stop()
    done = seat.run("--json", "central", "restore", str(file), "--url", other.url()).json
    assert (done["events"], done["requests"]) == (6, 2)
    seat.fails(2, "central", "restore", str(file), "--url", other.url())
    before, after = _rows(centre), _rows(other)
    assert after.keys() == before.keys()
    moved = {
        "event",
        "dirty",
        "console",
        "console_code",
        "audit",
        "stream",
        "incarnation",
        "told",
    }
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= moved, "only what the seat did after the copy differs"
    assert set(after["event"]) < set(before["event"])
    assert set(after["audit"]) <= set(before["audit"])
    assert _functions(other) == _functions(centre)
    with console(tmp_path, other.central("op1"), "ban-01", start=False) as again:
        again.link.start()
        until(again.in_sync)
        assert again.link.stop()
    with other.connect() as link:
        found = link.execute("select 1 from hotline.event where request_id = %s", (late,))
        assert found.fetchone(), "the seat sent what the copy lacks"
    with other.connect("can-bo") as link:
        numbers = link.execute("select number from hotline.service_request").fetchall()
        assert numbers == [("26001000019",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("select phone from hotline.reporter")


def test_one_line_for_each_mistake(centre: Centre, other: Centre, tmp_path: Path) -> None:
    seat = Seat(tmp_path / "it", {})
    seat.fails(2, "central", "restore", str(tmp_path / "khong-co"), "--url", other.url())
    seat.fails(2, "central", "restore", __file__, "--url", centre.url())
    said = seat.fails(3, "central", "restore", __file__, "--url", other.url())
    assert "pg_restore" in said
    with other.connect() as link:
        left = link.execute("select 1 from pg_namespace where nspname = 'hotline'").fetchall()
    assert left == []
