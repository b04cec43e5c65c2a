"""Creates or upgrades the roles and the schema of the centre (`central init`).

Every step can be repeated safely. Roles belong to the whole server, so they are checked each time:
a schema restored from a dump of another server comes without them.
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
"""PostgreSQL 15: views apply the row security of the user who asks (`security_invoker`)."""

_LOCK = text("select pg_advisory_xact_lock(1022, 0)")
_OTHER_INIT_S = 600
"""How long to wait for another `init`: all steps over a large history take minutes."""
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
    """The step before and after `init`; `before` is 0 in a fresh database."""

    before: int
    after: int
    server: str


def init(dsn: Dsn, *, to: str = "head") -> Initialised:
    """Create roles and schema, or upgrade them to this version's step; all or nothing.

    Args:
        dsn: of a login that may create roles and schemas in this database.
        to: an earlier step, for tests of upgrades.

    Raises:
        UnavailableError: `central_newer` when the schema has steps that this version lacks;
            `central_server_too_old`; `central_away` and the like.
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
    """Create the group roles and the owner, which belong to the server and are in no backup."""
    _alone(dsn, _ROLES)


def create_sign_in_functions(dsn: Dsn) -> None:
    """Set who may connect to this database at all, which is in no backup either."""
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
    # Another `init` may be running; wait for table locks as briefly as elsewhere.
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
    """Delete recordings that the centre has had for longer; this adds a line to its audit.

    Args:
        dsn: of a login that acts as the owner.
        days: how long they are kept.

    Returns:
        How many files were deleted.
    """
    try:
        with psycopg.connect(**dsn.parameters) as link:
            link.execute("set local role hotline_owner")
            row = link.execute("select hotline.expire_recordings(%s)", (days,)).fetchone()
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error
    return 0 if row is None else int(row[0])
