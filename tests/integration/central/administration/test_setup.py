"""`central init`: safe to repeat, upgrades from every step, on every server that is here."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.store.central.administration import accounts, setup, status
from console.store.central.connection import address
from console.store.central.connection.event_json import push_json
from console.store.central.seat_link import STEP
from tests.fakes.postgres import Centre, Cluster, server_folders, shared_cluster
from tests.integration.central.build import forwarded, greet, note, received
from tests.integration.central.probes import plant

STEPS = [f"{n:04}" for n in range(1, STEP + 1)]


@pytest.fixture
def empty() -> Iterator[Centre]:
    """A database without anything in it."""
    cluster = shared_cluster()
    with cluster.admin() as link:
        link.execute("drop database if exists trong with (force)")
        link.execute("create database trong")
    made = Centre(cluster, "trong")
    yield made
    made.close()


def schema_of(centre: Centre) -> list[tuple[object, ...]]:
    """Everything the catalog says of our schema: columns, indexes, policies, functions, grants."""
    asked = (
        "select 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
        "a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid), c.relacl::text, a.attacl::text "
        "from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
        "left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
        "where c.relnamespace = 'hotline'::regnamespace order by 2, 3",
        "select 'index', indexdef from pg_indexes where schemaname = 'hotline' order by 2",
        "select 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid) "
        "from pg_constraint where connamespace = 'hotline'::regnamespace order by 2, 3",
        "select 'policy', tablename, policyname, cmd, roles::text, qual, with_check "
        "from pg_policies where schemaname = 'hotline' order by 2, 3",
        "select 'function', oid::regprocedure::text, prosrc, proacl::text, prosecdef::text "
        "from pg_proc where pronamespace = 'hotline'::regnamespace order by 2",
        "select 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger "
        "where not tgisinternal order by 2, 3",
    )
    with centre.connect() as link:
        return [row for question in asked for row in link.execute(question).fetchall()]


def test_a_fresh_database_and_again(empty: Centre) -> None:
    with pytest.raises(UnavailableError, match="central_older"):
        greet(empty.client("postgres"))
    first = setup.init(empty.dsn())
    assert (first.before, first.after) == (0, STEP)
    before = schema_of(empty)
    again = setup.init(empty.dsn())
    assert (again.before, again.after) == (STEP, STEP)
    assert schema_of(empty) == before
    assert status.status(empty.dsn()).step == STEP
    assert greet(empty.central()).last == 0


@pytest.mark.parametrize("step", STEPS[:-1])
def test_from_each_earlier_step_it_comes_to_the_same_schema(
    empty: Centre, centre: Centre, step: str
) -> None:
    old = setup.init(empty.dsn(), to=step)
    assert old.after == int(step)
    life = [received(request_id := uuid7()), forwarded(request_id, "cap-nuoc")]
    if int(step) >= 2:
        empty.user("op1")
        with empty.connect("op1") as link:
            link.execute("select * from hotline.push_events('hcmc', %s::jsonb)", (push_json(life),))
        # The program is newer than the schema and says so.
        with pytest.raises(UnavailableError, match="central_older"):
            greet(empty.central())
    done = setup.init(empty.dsn())
    assert (done.before, done.after) == (int(step), STEP)
    assert schema_of(empty) == schema_of(centre)
    desk, officer = empty.central(), empty.central("can-bo", "officer", "cap-nuoc")
    greet(desk)
    greet(officer, 2)
    # What an agency was given before goes on after it.
    life += [note(request_id), note(request_id)]
    desk.push(life)
    assert [(n.position, n.event.id) for n in officer.pull(0)] == [
        (place, each.id) for place, each in enumerate(life, 1)
    ]


def test_a_newer_schema_is_refused_and_left_alone(centre: Centre) -> None:
    with centre.connect() as link:
        link.execute("update hotline.schema_step set version_num = '0999'")
    before = schema_of(centre)
    with pytest.raises(UnavailableError) as refused:
        setup.init(centre.dsn())
    assert refused.value.code == "central_newer"
    assert schema_of(centre) == before
    # A console works with it, until a contract step says that it must know more.
    central = centre.central()
    greet(central)
    with centre.connect() as link:
        link.execute(
            "create or replace function hotline.speaks_from() returns integer "
            "language sql immutable set search_path = hotline, pg_temp as 'select 999'"
        )
    with pytest.raises(UnavailableError, match="central_newer"):
        greet(central)


def test_an_upgrade_that_fails_leaves_nothing_behind(empty: Centre) -> None:
    setup.init(empty.dsn(), to="0002")
    before = schema_of(empty)
    with empty.connect() as link:
        link.execute("set role hotline_owner; create table hotline.outreach (in_the_way int)")
    with pytest.raises(Exception, match="already exists"):
        setup.init(empty.dsn())
    with empty.connect() as link:
        link.execute("drop table hotline.outreach")
    assert schema_of(empty) == before
    assert setup.init(empty.dsn()).before == 2


def test_two_at_once_do_it_once(empty: Centre) -> None:
    gate = threading.Barrier(2)

    def init(_: int) -> tuple[int, int]:
        gate.wait()
        done = setup.init(empty.dsn())
        return done.before, done.after

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(init, range(2))) == [(0, STEP), (STEP, STEP)]


def test_somebody_without_rights_is_denied(empty: Centre) -> None:
    with empty.cluster.admin() as link:
        link.execute("drop role if exists nguoi_la")
        link.execute("create role nguoi_la login")
    with pytest.raises(UnavailableError) as denied:
        setup.init(empty.dsn("nguoi_la"))
    assert denied.value.code == "central_denied"


def test_a_database_that_is_not_there_is_said(empty: Centre) -> None:
    with pytest.raises(UnavailableError) as missing:
        setup.init(address.checked(empty.cluster.url("khong_co")))
    assert missing.value.code == "central_no_database"


@pytest.mark.parametrize("folder", server_folders(), ids=lambda folder: folder.parts[-2])
def test_on_every_server_of_this_machine_by_somebody_who_is_no_superuser(folder: Path) -> None:
    """All other tests run on the newest; `CONSOLE1022_TEST_PG` runs them on another."""
    cluster = Cluster(folder=folder)
    try:
        with cluster.admin() as link:
            link.execute("create role quan_tri login createrole")
            link.execute("create database centre owner quan_tri")
        made = Centre(cluster, "centre")
        admin = made.dsn("quan_tri")
        assert setup.init(admin).after == STEP
        assert setup.init(admin).before == STEP
        accounts.add_user(admin, "op1", "operator", None, "mật khẩu dài")
        accounts.set_password(admin, "op1", "mật khẩu khác")
        assert greet(made.client("op1")).login == "op1"
        accounts.block_user(admin, "op1")
        assert [each.can_sign_in for each in accounts.list_users(admin)] == [False]
        plant(made)
        found = status.status(admin)
        assert (found.streams[0].last, found.streams[0].unprojected) == (28, 0)
        assert found.server.startswith(folder.parts[-2])
        checked = status.verify_audit(admin)
        assert (checked.rows, checked.first_bad) == (5, None)
        made.close()
    finally:
        cluster.close()


def test_public_may_not_even_connect(centre: Centre, empty: Centre) -> None:
    setup.init(empty.dsn())
    with empty.cluster.admin() as link:
        link.execute("drop role if exists nguoi_la")
        link.execute("create role nguoi_la login")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(empty.url("nguoi_la"))
