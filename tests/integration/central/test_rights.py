"""Nobody sees or changes what is not theirs: by any table, view or function, as any login."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from console.domain.errors import RefusedError, UnavailableError
from tests.fakes.postgres import Centre, fresh_centre
from tests.integration.central.build import greet, note
from tests.integration.central.probes import (
    DENIED,
    FILE,
    FOREIGN,
    MINE,
    OUTAGE,
    PERSON,
    PHONE,
    THEIRS,
    Planted,
    leaks,
    plant,
    relations,
    told,
)

LOGINS = {
    "op-1": ("operator", None),
    "truc-1": ("supervisor", None),
    "can-bo-1": ("officer", MINE),
    "giam-sat-1": ("auditor", None),
    "quan-tri-1": ("administrator", None),
}
READS_REPORTERS = {"pull_events", "history_events", "events_to_project", "unmask"}
"""What a seat of the switchboard syncs by, and the logged act."""


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[Centre, Planted]]:
    """One centre for all probes, which change nothing."""
    centre = fresh_centre()
    try:
        there = plant(centre)
        for login, (role, agency) in LOGINS.items():
            centre.user(login, role, agency)
        yield centre, there
    finally:
        centre.close()


def _file_text() -> tuple[str, ...]:
    return (FILE.decode(), FILE.hex())


def test_an_officer_finds_nothing_of_another_agency_nor_who_reported(
    planted: tuple[Centre, Planted],
) -> None:
    centre, there = planted
    forbidden = (THEIRS, str(there.theirs), FOREIGN, PERSON, PHONE, *_file_text())
    (found, seen, noticed), asked = leaks(
        centre, "can-bo-1", there, forbidden, (str(there.ours),), (OUTAGE,)
    )
    assert found == set()
    assert asked > 1000
    assert noticed == {"history_events"}, "a notice comes narrowed or not at all"
    # What is theirs they do see, else the probes would prove nothing.
    assert {"event", "service_request", "assignment", "queue_item", "open_queue", "assigned",
            "search_requests"} <= seen  # fmt: skip


@pytest.mark.parametrize("login", [name for name in LOGINS if name != "can-bo-1"])
def test_the_switchboard_reads_a_reporter_only_by_what_is_logged(
    planted: tuple[Centre, Planted], login: str
) -> None:
    centre, there = planted
    (found, read), asked = leaks(centre, login, there, (PERSON, PHONE), (THEIRS,))
    # An argument that comes back is no leak: nothing but these functions may tell.
    assert found <= READS_REPORTERS
    assert asked > 1000
    assert read >= {"event", "service_request"}


def test_a_blocked_account_and_a_login_without_one_see_nothing(
    planted: tuple[Centre, Planted],
) -> None:
    centre, there = planted
    words = (THEIRS, str(there.ours), MINE, PERSON, PHONE)
    for role, login in (("operator", "nghi-viec"), ("officer", "nghi-viec-2")):
        centre.user(login, role, MINE if role == "officer" else None)
        with centre.connect() as link:
            link.execute("update hotline.app_user set active = false where login = %s", (login,))
        (found,), _ = leaks(centre, login, there, words)
        # The officer's own line names the agency.
        assert found - {"app_user", "select schema_to_xml"} == set()
        with centre.connect() as link:
            link.execute("delete from hotline.app_user where login = %s", (login,))
        (found,), _ = leaks(centre, login, there, words)
        assert found == set()
    with centre.cluster.admin() as link:
        link.execute("drop role if exists nguoi_la")
        link.execute("create role nguoi_la login")
    (found,), asked = leaks(centre, "nguoi_la", there, words)
    assert (found, asked > 100) == (set(), True)


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_writes_but_by_function(planted: tuple[Centre, Planted], login: str) -> None:
    centre, _ = planted
    with centre.connect(login) as link:
        for name, columns in relations(link):
            table = sql.SQL("hotline.{}").format(sql.Identifier(name))
            column = sql.Identifier(columns[0])
            for question in (
                sql.SQL("insert into {} default values").format(table),
                sql.SQL("update {} set {} = {}").format(table, column, column),
                sql.SQL("delete from {}").format(table),
                sql.SQL("truncate {}").format(table),
                sql.SQL("copy {} from stdin").format(table),
                sql.SQL("alter table {} disable row level security").format(table),
                sql.SQL("drop table {}").format(table),
                sql.SQL("create trigger t before insert on {} execute function "
                        "hotline.append_only()").format(table),
            ):  # fmt: skip
                with pytest.raises(DENIED):
                    link.execute(question)


@pytest.mark.parametrize("login", LOGINS)
def test_no_way_around(planted: tuple[Centre, Planted], login: str) -> None:
    centre, _ = planted
    others = sorted(set(LOGINS) - {login})
    with centre.connect(login) as link:
        for question in (
            "set role hotline_owner",
            "set session authorization postgres",
            f'set role "{others[0]}"',
            "copy (select 1) to program 'cat'",
            "create table hotline.mine (n int)",
            "create table public.mine (n int)",
            "create function pg_temp.f() returns int language c as 'x'",
            "select * from pg_authid",
            "select pg_read_file('postgresql.conf')",
            "select hotline.log_act('x', null, '{}')",
            "select hotline.renew_incarnation()",
            "select hotline.make_months('{}')",
            "alter function hotline.my_agency() security invoker",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(question)
        link.execute("set row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("select * from hotline.event")


@pytest.mark.parametrize("role", ["operator", "officer"])
def test_nobody_stops_the_others_pushes_or_fills_the_disk_by_psql(
    centre: Centre, role: str
) -> None:
    login = centre.user("an", role, "cay-xanh" if role == "officer" else None)
    with centre.connect(login) as link:
        for asked in (
            "select pg_advisory_lock(1022, hashtext('hcmc'))",
            "select pg_try_advisory_lock_shared(1022, 1)",
            "select pg_advisory_xact_lock(1022)",
            "select lo_create(0)",
            "select lo_from_bytea(0, 'x')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(asked)
    seat = centre.central("op-khac")
    greet(seat, 9)
    assert len(seat.push([note()])) == 1


def test_even_the_owner_changes_no_event_and_no_audit(planted: tuple[Centre, Planted]) -> None:
    centre, _ = planted
    with centre.connect() as link:
        link.execute("set role hotline_owner")
        for table in ("event", "audit"):
            for question in ("delete from hotline.{}", "truncate hotline.{} cascade",
                             "update hotline.{} set login = 'x'"):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                    link.execute(sql.SQL(question).format(sql.Identifier(table)))


CONTROLS = {
    "a policy that lets everything through":
        "create policy leak on hotline.event for select to hotline_officer using (true)",
    "a policy on a setting anybody can make":
        "create policy leak on hotline.service_request for select to hotline_officer "
        "using (coalesce(current_setting('app.agency', true), 'x') <> '')",
    "a view that asks as its owner":
        "create view hotline.leak as select * from hotline.service_request; "
        "alter view hotline.leak owner to hotline_owner; "
        "grant select on hotline.leak to hotline_officer",
    "a materialized view":
        "create materialized view hotline.leak as select * from hotline.event; "
        "grant select on hotline.leak to hotline_officer",
    "a function that looks with its owner's eyes":
        "create function hotline.leak() returns setof hotline.assignment language sql "
        "security definer as 'select * from hotline.assignment'; "
        "grant execute on function hotline.leak() to hotline_officer",
    "a table without row security":
        "alter table hotline.queue_item disable row level security",
    "a grant on the number":
        "grant select (phone) on hotline.reporter to hotline_officer; "
        "create policy leak on hotline.reporter for select to hotline_officer using (true)",
}  # fmt: skip


@pytest.mark.parametrize("what", CONTROLS)
def test_the_probes_find_a_planted_leak(centre: Centre, what: str) -> None:
    there = plant(centre)
    centre.user("can-bo-1", "officer", MINE)
    forbidden = (THEIRS, str(there.theirs), FOREIGN, PERSON, PHONE)
    with centre.connect() as link:
        link.execute(CONTROLS[what].encode())
    assert any(what for (what,) in told(centre, "can-bo-1", there, forbidden))


def test_every_table_forces_row_security_and_every_view_asks_as_the_reader(
    centre: Centre,
) -> None:
    """Of new tables somebody may forget it; the owner's other doors are closed too."""
    with centre.connect() as link:
        open_tables = link.execute(
            "select relname from pg_class where relnamespace = 'hotline'::regnamespace "
            "and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity) "
            "and relname <> 'schema_step' order by 1"
        ).fetchall()
        assert open_tables == []
        views = link.execute(
            "select relname from pg_class where relnamespace = 'hotline'::regnamespace "
            "and (relkind = 'm' or relkind = 'v' "
            "and not coalesce('security_invoker=true' = any (reloptions), false))"
        ).fetchall()
        assert views == []
        loose = link.execute(
            "select proname from pg_proc where pronamespace = 'hotline'::regnamespace "
            # a body in standard SQL was read when it was made
            "and prosqlbody is null "
            "and not coalesce(proconfig::text like '%search_path=hotline, pg_temp%', false)"
        ).fetchall()
        assert loose == []
        public = link.execute(
            "select proname from pg_proc p where pronamespace = 'hotline'::regnamespace "
            "and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', proowner))) a "
            "where a.grantee = 0)"
        ).fetchall()
        assert public == []
        owners = link.execute(
            "select distinct pg_get_userbyid(relowner) from pg_class "
            "where relnamespace = 'hotline'::regnamespace"
        ).fetchall()
        assert owners == [("hotline_owner",)]


def test_a_number_is_shown_by_a_logged_act(centre: Centre) -> None:
    there = plant(centre)
    desk = centre.central("op-1")
    greet(desk, 2)
    (shown,) = desk.unmask(there.theirs, "gọi báo kết quả")
    assert (shown.n, shown.phone) == (0, PHONE)
    officer = centre.central("can-bo-1", "officer", MINE)
    greet(officer, 3)
    assert officer.unmask(there.ours, "gọi hẹn giờ") == ()  # the citizen did not agree
    with centre.connect() as link:
        acts = link.execute(
            "select login, request_id, detail ->> 'reason' from hotline.audit "
            "where act = 'unmask' order by n"
        ).fetchall()
    assert acts == [
        ("op-1", there.theirs, "gọi báo kết quả"),
        ("can-bo-1", there.ours, "gọi hẹn giờ"),
    ]
    with pytest.raises(UnavailableError, match="central_denied"):
        officer.unmask(there.theirs, "tò mò")
    auditor = centre.central("giam-sat-1", "auditor")
    greet(auditor, 4)
    with pytest.raises(UnavailableError, match="central_denied"):
        auditor.unmask(there.theirs, "tò mò")


def test_nobody_reads_all_numbers_one_by_one(centre: Centre) -> None:
    there = plant(centre)
    officer = centre.central("can-bo-1", "officer", MINE)
    greet(officer, 3)
    for _ in range(60):
        officer.unmask(there.ours, "x")
    with pytest.raises(RefusedError, match="too_many_unmasked"):
        officer.unmask(there.ours, "x")
