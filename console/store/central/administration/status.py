"""The state of the centre: versions, streams, requests not folded yet, when seats were seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from console.domain.errors import UnavailableError
from console.services.ports.central.shared_rows import HeldLease
from console.store.central.connection.address import Dsn
from console.store.central.connection.failures import failure
from console.store.tables.definitions import from_ms

CROWDED = 0.8
"""IT is warned from this share of all connections on."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """One stream.

    Attributes:
        last: the highest number given.
        unprojected: requests whose newest events are not folded at the centre yet.
    """

    stream: str
    last: int
    incarnation: UUID
    unprojected: int


@dataclass(frozen=True, slots=True)
class ConsoleState:
    """One seat as last seen.

    Attributes:
        lag: events that it has not pulled yet, of the stream or of its agency's feed.
        skew_ms: how far its clock was ahead of the centre's when it connected.
        code_taken: another seat had this code first.
    """

    code: int
    workstation: str
    login: str
    agency: str | None
    version: int
    seen_at: datetime
    lag: int
    skew_ms: int
    code_taken: bool
    install_id: UUID


@dataclass(frozen=True, slots=True)
class CentralState:
    """The whole state.

    Attributes:
        step: of the schema; 0 when there is none.
        connections: open now, over all databases of the server.
        most_connections: that the server allows for people's logins.
        leases: empty for a login that does not belong to the switchboard.
    """

    server: str
    step: int
    streams: tuple[StreamState, ...]
    consoles: tuple[ConsoleState, ...]
    connections: int
    most_connections: int
    leases: tuple[HeldLease, ...] = ()

    @property
    def crowded(self) -> bool:
        """Whether connections for further seats may run out."""
        return self.connections >= self.most_connections * CROWDED


@dataclass(frozen=True, slots=True)
class AuditState:
    """The centre's audit.

    Attributes:
        rows: how many there are.
        head: hash of the last one, to be printed where nobody can change it.
        first_bad: number of the first altered or missing row; None when all are whole.
    """

    rows: int
    head: str
    first_bad: int | None


_CONNECTIONS = """
select (select count(*) from pg_stat_activity where backend_type = 'client backend'),
    current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true)::integer, 0)"""
_STREAMS = """
select s.stream, s.last, s.incarnation,
    (select count(*) from hotline.dirty d where d.stream = s.stream)
from hotline.stream s order by s.stream"""
_CONSOLES = """
select c.code, c.workstation, c.login, c.agency, c.version, c.seen_at,
    greatest(0, coalesce(case when c.agency is null then s.last else f.last end, 0) - c.place),
    c.skew_ms,
    exists (select from hotline.console o where o.stream = c.stream and o.code = c.code
        and (o.first_seen_at, o.install_id) < (c.first_seen_at, c.install_id)),
    c.install_id
from hotline.console c join hotline.stream s on s.stream = c.stream
    left join hotline.feed f on f.stream = c.stream and f.agency = c.agency
order by c.code, c.seen_at desc"""


def status(dsn: Dsn) -> CentralState:
    """Ask with any login of the switchboard, or the owner's.

    Raises:
        UnavailableError: `central_older` before the first `central init`, `central_denied` for a
            login without an account, or an officer's.
    """
    try:
        with psycopg.connect(**dsn.parameters, autocommit=True) as link:
            step = link.execute("select max(version_num)::integer from hotline.schema_step")
            streams = tuple(StreamState(*row) for row in link.execute(_STREAMS))
            if not streams:  # it exists from the first step on: row security hides it
                raise UnavailableError("central_denied", where=dsn.shown)
            connections, most = link.execute(_CONNECTIONS).fetchone() or (0, 0)
            return CentralState(
                server=link.info.parameter_status("server_version") or "",
                step=(step.fetchone() or (0,))[0],
                streams=streams,
                connections=connections,
                most_connections=most,
                consoles=tuple(
                    ConsoleState(code, seat, login, agency, version, from_ms(seen), *rest)
                    for code, seat, login, agency, version, seen, *rest in link.execute(_CONSOLES)
                ),
                leases=_leases(link),
            )
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error


def _leases(link: psycopg.Connection[Any]) -> tuple[HeldLease, ...]:
    asked = (
        "select l.name, l.workstation, l.silent_ms from hotline.stream s, "
        "hotline.leases(s.stream) l order by s.stream, l.name"
    )
    try:
        return tuple(HeldLease(name, where, ms / 1000) for name, where, ms in link.execute(asked))
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction):
        return ()  # the owner's login, or a schema without leases


def verify_audit(dsn: Dsn) -> AuditState:
    """Check the audit's chain; only for an auditor or administrator."""
    try:
        with psycopg.connect(**dsn.parameters, autocommit=True) as link:
            link.execute("set statement_timeout = 0")
            row = link.execute("select * from hotline.audit_verify()").fetchone()
    except psycopg.Error as error:
        raise failure(error, dsn.shown) or error from error
    if row is None:
        raise UnavailableError("central_older", where=dsn.shown)
    rows, head, first_bad = row
    return AuditState(rows, bytes(head or b"").hex(), first_bad)
