"""Backs up the centre into one file and restores it, by PostgreSQL's `pg_dump` and `pg_restore`.

A backup has the whole schema: events, lists, files, accounts with their roles, the audit. Passwords
belong to the server and are not in it. A restored centre is a new incarnation, so the seats send
again what the backup lacks.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from console.domain.errors import InputError, UnavailableError
from console.store.central.administration.accounts import ROLES
from console.store.central.administration.setup import create_roles, create_sign_in_functions
from console.store.central.connection.address import Dsn
from console.store.central.connection.failures import failure

_OURS = frozenset({"options", "password", "application_name"})
"""Connection parameters of seats that a backup must not use: their timeouts, the password."""
_AUTH_SINCE = 16
"""The tools support `require_auth` from this version on."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The outcome of a restore.

    Attributes:
        no_login: accounts whose login this server did not have; they need a new password.
    """

    events: int
    requests: int
    no_login: tuple[str, ...]


def back_up(dsn: Dsn, target: Path) -> int:
    """Copy the schema into a new file that only its owner may read; returns its size.

    Raises:
        InputError: `central_copy_there`, `no_such_folder`.
        UnavailableError: `central_copy_tool`, `central_copy_failed`, `central_away` and the like.
    """
    if target.exists():
        raise InputError("central_copy_there", path=str(target))
    if not target.absolute().parent.is_dir():
        raise InputError("no_such_folder", folder=str(target.absolute().parent))
    _must_be_owners(dsn)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        # As the owner and under its policy: only a superuser may bypass row security.
        _run(
            dsn, "pg_dump", "--format=custom", "--schema=hotline", "--enable-row-security",
            "--role=hotline_owner", f"--file={part}",
        )  # fmt: skip
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _must_be_owners(dsn: Dsn) -> None:
    """Check what the tool would report in its own words: a missing schema or missing rights."""
    try:
        with psycopg.connect(**dsn.parameters) as link:
            link.execute("set local role hotline_owner")
            link.execute("select from hotline.stream")
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error


def restore(dsn: Dsn, source: Path) -> Restored:
    """Restore a backup into a database without the schema, completely or not at all. The centre is
    then a new incarnation, and every account has a login again.

    Args:
        dsn: of a superuser; row security restricts everybody else.

    Raises:
        InputError: `central_copy_missing`, `central_not_empty`.
        UnavailableError: as `back_up`.
    """
    if not source.is_file():
        raise InputError("central_copy_missing", path=str(source))
    try:
        with psycopg.connect(**dsn.parameters) as link:
            if link.execute("select 1 from pg_namespace where nspname = 'hotline'").fetchone():
                raise InputError("central_not_empty", where=dsn.shown)
        create_roles(dsn)
        _run(dsn, "pg_restore", "--exit-on-error", "--single-transaction", str(source))
        create_sign_in_functions(dsn)
        with psycopg.connect(**dsn.parameters) as link:
            link.execute("set local statement_timeout = 0")
            made = _logins(link)
            link.execute("set local role hotline_owner")
            link.execute("select hotline.renew_incarnation()")
            counts = link.execute(
                "select (select count(*) from hotline.event), "
                "(select count(*) from hotline.service_request)"
            ).fetchone() or (0, 0)
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error
    return Restored(counts[0], counts[1], made)


def _logins(link: psycopg.Connection[tuple[object, ...]]) -> tuple[str, ...]:
    """Create the logins that this server lacks, without a password; returns their names."""
    found = link.execute(
        "select a.login, a.role, a.active from hotline.app_user a "
        "where not exists (select from pg_roles r where r.rolname = a.login) order by a.login"
    ).fetchall()
    for login, role, active in found:
        if role in ROLES:
            name = sql.Identifier(str(login))
            word = sql.SQL("create role {} login" if active else "create role {} nologin")
            link.execute(word.format(name))
            group = sql.Identifier(f"hotline_{role}")
            link.execute(sql.SQL("grant {} to {}").format(group, name))
    return tuple(str(login) for login, _, active in found if active)


def _run(dsn: Dsn, tool: str, *words: str) -> None:
    """Run the tool on this database; the password is in the environment, never in its arguments."""
    program = _tool(tool)
    version = subprocess.run(  # noqa: S603 - a tool of PostgreSQL, found by us
        [program, "--version"], capture_output=True, text=True, check=True
    )
    major = int((re.search(r"(\d+)", version.stdout) or ["0"])[0])
    given = {name: value for name, value in dsn.parameters.items() if name not in _OURS}
    if major < _AUTH_SINCE:
        given.pop("require_auth", None)
    address = conninfo.make_conninfo("", **given)
    secret = {"PGPASSWORD": str(dsn.parameters["password"])} if "password" in dsn.parameters else {}
    done = subprocess.run(  # noqa: S603
        [program, f"--dbname={address}", *words], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False, env={**os.environ, **secret, "LC_ALL": "C"},
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise UnavailableError("central_copy_failed", where=dsn.shown, why=said[0][:300])


def _tool(name: str) -> str:
    """The newest tool on this machine: it may be newer than the server, but not older."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: float(file.parts[-3])
    )
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise UnavailableError("central_copy_tool", tool=name)
    return program
