"""Accounts at the centre: a PostgreSQL login for each person, in the group of the person's role.

IT does this with a login that may create roles. A password goes to the server only as a SCRAM
verifier, so no log of the server ever contains it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from console.domain.errors import InputError
from console.store.central.connection.address import Dsn
from console.store.central.connection.failures import failure

ROLES = ("operator", "supervisor", "officer", "auditor", "administrator")
"""The PostgreSQL group of each is `hotline_<role>`."""
_LOGIN = re.compile(r"(?!pg_|hotline_)[a-z][a-z0-9._-]{0,62}")

type _Link = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Account:
    """One person's login.

    Attributes:
        agency: code of the officer's agency, else None.
        can_sign_in: not blocked, neither here nor at the server.
    """

    login: str
    role: str
    agency: str | None
    can_sign_in: bool


def add_user(dsn: Dsn, login: str, role: str, agency: str | None, password: str | None) -> None:
    """Create an account, or change its role, agency or password.

    Args:
        dsn: of a login that may create roles and owns the schema or is superuser.
        login: lower-case letters, digits, `.`, `_`, `-`.
        role: one of `ROLES`; `officer` needs an agency, the others must have none.
        agency: its code.
        password: None keeps the present one.

    Raises:
        InputError: `central_login_taken`, and what `require_sensible` raises.
    """
    require_sensible(login, role, agency)
    with _as_owner(dsn) as link:
        ours = link.execute("select 1 from hotline.app_user where login = %s", (login,)).fetchone()
        there = link.execute("select 1 from pg_roles where rolname = %s", (login,)).fetchone()
        if there and not ours and not _is_plain(link, login):
            raise InputError("central_login_taken", login=login)
        link.execute("reset role")
        if not there:
            link.execute(sql.SQL("create role {} login").format(sql.Identifier(login)))
        else:
            link.execute(sql.SQL("alter role {} login").format(sql.Identifier(login)))
        if password is not None:
            _set_password(link, login, password)
        for group in ROLES:
            word = "grant {} to {}" if group == role else "revoke {} from {}"
            if group == role or _is_member(link, login, f"hotline_{group}"):
                link.execute(
                    sql.SQL(word).format(sql.Identifier(f"hotline_{group}"), sql.Identifier(login))
                )
        link.execute("set local role hotline_owner")
        link.execute(
            "insert into hotline.app_user (login, role, agency) values (%s, %s, %s) "
            "on conflict (login) do update set role = excluded.role, agency = excluded.agency, "
            "active = true",
            (login, role, agency),
        )
        _log(link, "user_set", login, role=role, agency=agency)


def require_sensible(login: str, role: str, agency: str | None) -> None:
    """Refuse impossible accounts before anybody types a password.

    Raises:
        InputError: `central_bad_login`, `central_agency_needed`, `central_agency_unused`.
    """
    if not _LOGIN.fullmatch(login):
        raise InputError("central_bad_login", login=login)
    if (role == "officer") != (agency is not None):
        raise InputError("central_agency_needed" if agency is None else "central_agency_unused")


def set_password(dsn: Dsn, login: str, password: str) -> None:
    """Change an account's password.

    Raises:
        InputError: `unknown_login`.
    """
    with _as_owner(dsn) as link:
        _must_be_ours(link, login)
        link.execute("reset role")
        _set_password(link, login, password)
        link.execute("set local role hotline_owner")
        _log(link, "password_set", login)


def block_user(dsn: Dsn, login: str) -> None:
    """Block an account; what it did stays.

    Raises:
        InputError: `unknown_login`.
    """
    with _as_owner(dsn) as link:
        _must_be_ours(link, login)
        link.execute("update hotline.app_user set active = false where login = %s", (login,))
        _log(link, "user_blocked", login)
        link.execute("reset role")
        link.execute(sql.SQL("alter role {} nologin").format(sql.Identifier(login)))


def list_users(dsn: Dsn) -> tuple[Account, ...]:
    """Every account, by login."""
    with _as_owner(dsn) as link:
        rows = link.execute(
            "select u.login, u.role, u.agency, u.active and coalesce(r.rolcanlogin, false) "
            "from hotline.app_user u left join pg_roles r on r.rolname = u.login order by u.login"
        ).fetchall()
    return tuple(Account(*row) for row in rows)


@contextmanager
def _as_owner(dsn: Dsn) -> Iterator[_Link]:
    """One transaction with the owner's rights, which row security lets pass."""
    try:
        with psycopg.connect(**dsn.parameters) as link:
            link.execute("set local role hotline_owner")
            yield link
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error


def _must_be_ours(link: _Link, login: str) -> None:
    if not link.execute("select 1 from hotline.app_user where login = %s", (login,)).fetchone():
        raise InputError("unknown_login", login=login)


def _is_plain(link: _Link, login: str) -> bool:
    """Whether an existing role has no rights of its own, such as another database's account."""
    return bool(
        link.execute(
            "select 1 from pg_roles r where rolname = %s and not (rolsuper or rolcreaterole or "
            "rolcreatedb or rolreplication or rolbypassrls) and exists (select from "
            "pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid "
            "and g.rolname like 'hotline\\_%%')",
            (login,),
        ).fetchone()
    )


def _is_member(link: _Link, login: str, group: str) -> bool:
    row = link.execute("select pg_has_role(%s, %s, 'member')", (login, group)).fetchone()
    return bool(row and row[0])


def _set_password(link: _Link, login: str, password: str) -> None:
    verifier = link.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    link.execute(
        sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier))
    )


def _log(link: _Link, act: str, login: str, **more: str | None) -> None:
    # Tell every seat where this login is signed in.
    link.execute("select pg_notify('hotline:people', %s)", (login,))
    detail = {"login": login} | {k: v for k, v in more.items() if v is not None}
    link.execute("select hotline.log_act(%s, null, %s)", (act, Jsonb(detail)))
