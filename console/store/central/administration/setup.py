"""What IT does with the centre: make or upgrade roles and schema (`central init`).

Every step is safe to repeat. Roles belong to the whole cluster, so they are looked after each time:
a schema that was restored from a dump elsewhere comes without them.
"""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, TextClause, create_engine, text
from sqlalchemy.exc import DBAPIError

from console.domain.errors import ConsoleError, UnavailableError
from console.store.central.connection.address import LOCK_TIMEOUT_S, Dsn
from console.store.central.connection.failures import failure

OLDEST_SERVER = 150_000
"""PostgreSQL 15: views obey the row security of who asks (`security_invoker`)."""

_LOCK = text("select pg_advisory_xact_lock(1022, 0)")
_OTHER_INIT_S = 600
"""So long another `init` is waited for: all steps over a large history take minutes."""
_ROLES = text(r"""
do $$
declare
    r text;
begin
    foreach r in array array['owner', 'switchboard', 'operator', 'supervisor', 'officer',
            'auditor', 'administrator'] loop
        begin
            if not exists (select from pg_roles where rolname = 'hotline_' || r) then
                execute format('create role %I nologin', 'hotline_' || r);
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end loop;
    foreach r in array array['operator', 'supervisor', 'auditor', 'administrator'] loop
        if not pg_has_role('hotline_' || r, 'hotline_switchboard', 'member') then
            execute format('grant hotline_switchboard to %I', 'hotline_' || r);
        end if;
    end loop;
    -- From 16 on whoever makes a role may grant it, but does not act as it by itself.
    if not pg_has_role('hotline_owner', case
            when current_setting('server_version_num')\:\:integer >= 160000 then 'set'
            else 'member' end) then
        execute format('grant hotline_owner to %I', current_user);
    end if;
end $$
""")
_SCHEMA = text("create schema if not exists hotline authorization hotline_owner")
_DOORS = text(r"""
do $$
declare
    db text \:= current_database();
    f text;
begin
    revoke all on schema hotline from public;
    grant usage on schema hotline to hotline_switchboard, hotline_officer;
    -- A login that held the lock of pushes would stop every seat, and large objects fill the disk.
    -- These belong to the superuser; where init is run by somebody else they stay as they are.
    if (select rolsuper from pg_roles where rolname = current_user) then
        for f in
            select p.oid\:\:regprocedure\:\:text from pg_proc p
            where p.pronamespace = 'pg_catalog'\:\:regnamespace
                and (p.proname ~ '^pg_(try_)?advisory_(xact_)?lock'
                    or p.proname in ('lo_creat', 'lo_create', 'lo_from_bytea'))
        loop
            execute format('revoke execute on function %s from public', f);
            execute format('grant execute on function %s to hotline_owner', f);
        end loop;
    end if;
    if (select pg_has_role(current_user, datdba, 'usage') from pg_database where datname = db) then
        execute format('revoke all on database %I from public', db);
        execute format('grant connect on database %I to hotline_switchboard, hotline_officer', db);
    end if;
end $$
""")


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` found and left; `before` is 0 in a fresh database."""

    before: int
    after: int
    server: str


def init(dsn: Dsn, *, to: str = "head") -> Initialised:
    """Make roles and schema, or bring them up to this program's step; all or nothing.

    Args:
        dsn: of somebody who may create roles and schemas in this database.
        to: an earlier step, for tests of upgrades.

    Raises:
        UnavailableError: `central_newer` when the schema knows steps that this program does not;
            `central_server_too_old`; `central_away` and its like.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**dsn.parameters),
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        with engine.begin() as connection:
            return _upgrade(connection, dsn, to)
    except DBAPIError as error:
        raise _known(error.orig, dsn) or error from error
    except psycopg.Error as error:
        raise _known(error, dsn) or error from error
    finally:
        engine.dispose()


def create_roles(dsn: Dsn) -> None:
    """The group roles and the owner, which belong to the server and are in no copy."""
    _alone(dsn, _ROLES)


def create_sign_in_functions(dsn: Dsn) -> None:
    """Who may connect to this database at all, which is in no copy either."""
    _alone(dsn, _DOORS)


def _alone(dsn: Dsn, what: TextClause) -> None:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**dsn.parameters),
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        with engine.begin() as connection:
            connection.execute(what)
    except DBAPIError as error:
        raise _known(error.orig, dsn) or error from error
    finally:
        engine.dispose()


def _known(error: BaseException | None, dsn: Dsn) -> ConsoleError | None:
    return None if error is None else failure(error, dsn.shown)


def _upgrade(connection: Connection, dsn: Dsn, to: str) -> Initialised:
    server = str(connection.execute(text("show server_version")).scalar_one())
    number = int(connection.execute(text("show server_version_num")).scalar_one())
    if number < OLDEST_SERVER:
        raise UnavailableError("central_server_too_old", server=server)
    connection.execute(text("set local statement_timeout = 0"))
    # Another `init` may be at it; tables are waited for as briefly as anywhere else.
    connection.execute(text(f"set local lock_timeout = '{_OTHER_INIT_S}s'"))
    connection.execute(_LOCK)
    connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT_S}s'"))
    before = _step(connection)
    config = _config(connection)
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise UnavailableError("central_newer", where=dsn.shown)
    connection.execute(_ROLES)
    connection.execute(_SCHEMA)
    connection.execute(text("set local role hotline_owner"))
    command.upgrade(config, to)
    connection.execute(text("reset role"))
    connection.execute(_DOORS)
    return Initialised(int(before or 0), int(_step(connection) or 0), server)


def _step(connection: Connection) -> str | None:
    context = MigrationContext.configure(
        connection, opts={"version_table": "schema_step", "version_table_schema": "hotline"}
    )
    return context.get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    folder = Path(__file__).parents[1] / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def expire_recordings(dsn: Dsn, days: int) -> int:
    """Let go of recordings that the centre has had for longer; a line of its audit.

    Args:
        dsn: of somebody who acts as the owner.
        days: how long they are kept.

    Returns:
        How many files went.
    """
    try:
        with psycopg.connect(**dsn.parameters) as link:
            link.execute("set local role hotline_owner")
            row = link.execute("select hotline.expire_recordings(%s)", (days,)).fetchone()
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error
    return 0 if row is None else int(row[0])
