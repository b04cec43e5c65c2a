"""One seat's connection to the centre: the port `Central`.

One thread owns one connection for everything. It also listens for notifications, so a working query
proves that they can arrive.
"""

import selectors
import time
from collections.abc import Sequence
from operator import itemgetter
from uuid import UUID

import psycopg
from psycopg import sql

from console.domain.errors import UnavailableError
from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import (
    Accepted,
    ConsoleIdentity,
    EventRefusedError,
    Hello,
    Numbered,
)
from console.store.central.connection.address import Dsn
from console.store.central.connection.event_json import numbered, push_json
from console.store.central.connection.line import Connection
from console.store.central.connection.wake import Waker
from console.store.central.drafts import DraftStatements
from console.store.central.files import FileStatements
from console.store.central.gateway_state import GatewayStateStatements
from console.store.central.initial_sync import InitialSyncStatements
from console.store.central.older_requests import OlderRequestStatements
from console.store.central.presence import PresenceStatements
from console.store.central.projection import ProjectionStatements
from console.store.central.shared_rows import SharedRowStatements
from console.store.tables.definitions import from_ms

STEP = 20
"""The step of the central schema that this version needs (`migrations/versions`)."""
MOST_PUSHED = 500
PEOPLE = "hotline:people"
"""The channel on which the centre announces a login that was changed or blocked."""


class PostgresCentral(
    FileStatements,
    PresenceStatements,
    OlderRequestStatements,
    ProjectionStatements,
    SharedRowStatements,
    GatewayStateStatements,
    InitialSyncStatements,
    DraftStatements,
):
    """The centre over psycopg. After a call fails with `central_away`, call `hello` again."""

    def __init__(self, dsn: Dsn, stream: str = "hcmc", *, listens: bool = True) -> None:
        """Keep the address; nothing is opened yet.

        Args:
            listens: be notified of others' pushes; a line for queries only would wake for nothing.
        """
        super().__init__(dsn, stream)
        self._listens = listens
        self._bell = Waker()
        self._heard: tuple[Connection, str] | None = None
        self._told = self._account_changed = False

    def hello(self, console: ConsoleIdentity) -> Hello:
        """See `Central`."""
        with self._line.use(connect=True) as link:
            hello = self._hello(link, console)
            self._install = console.install_id
            self._account_changed = False
            if self._listens:
                self._listen(link, hello.agency)
            return hello

    def look(self, console: ConsoleIdentity) -> Hello:
        """What `hello` would return, without leaving a trace at the centre.

        Raises:
            UnavailableError: as `hello`.
        """
        with self._line.use(connect=True) as link, link.transaction(force_rollback=True):
            return self._hello(link, console)

    def server(self) -> str:
        """The server's version as it reports it; "" without a connection."""
        with self._line.use() as link:
            return link.info.parameter_status("server_version") or ""

    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        """See `Central`."""
        if len(events) > MOST_PUSHED:
            raise ValueError(len(events))
        if any(event.stream != self._stream for event in events):
            raise EventRefusedError("event_refused", cause="stream")
        with self._line.use() as link:  # half a character fails in psycopg
            rows = link.execute(
                "select id, seq, hlc from hotline.push_events(%s, %s::jsonb)",
                (self._stream, push_json(events)),
            ).fetchall()
        rows.sort(key=itemgetter(1))
        return tuple(Accepted(event_id, seq, hlc) for event_id, seq, hlc in rows)

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        """See `Central`."""
        rows = self._rows(
            "select * from hotline.pull_events(%s, %s, %s, %s)",
            self._stream, self._install, after, limit,
        )  # fmt: skip
        return tuple(numbered(row, self._stream) for row in rows)

    def tell(self, seq: int) -> bool:
        """See `Central`."""
        row = self._row("select hotline.tell(%s, %s)", self._stream, seq)
        return row is not None and bool(row[0])

    def likes(self, account: str) -> str | None:
        """The account's newest preferences at the centre; None if there are none."""
        row = self._row("select body from hotline.likes(%s)", account)
        return None if row is None else str(row[0])

    def keep_likes(self, account: str, at_ms: int, body: str) -> bool:
        """Store them; False if the centre has newer ones."""
        row = self._row("select hotline.keep_likes(%s, %s, %s)", account, at_ms, body)
        return row is not None and bool(row[0])

    def id_at(self, position: int) -> UUID | None:
        """See `Central`."""
        row = self._row("select hotline.id_at(%s, %s)", self._stream, position)
        return None if row is None else row[0]

    def common_since(self, incarnation: str) -> int | None:
        """See `Central`."""
        row = self._row("select hotline.common_since(%s, %s)", self._stream, incarnation)
        return None if row is None else row[0]

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """See `Central`."""
        rows = self._rows(
            "select * from hotline.history_events(%s, %s)", self._stream, list(request_ids)
        )
        return tuple(numbered(row, self._stream).event for row in rows)

    def wait(self, timeout_s: float) -> bool:
        """See `Central`."""
        deadline = time.monotonic() + timeout_s
        with self._line.use() as link, selectors.DefaultSelector() as ready:
            ready.register(link.pgconn.socket, selectors.EVENT_READ)
            ready.register(self._bell.ear, selectors.EVENT_READ)
            while True:
                link.pgconn.consume_input()
                while (told := link.pgconn.notifies()) is not None:
                    self._hear(told.relname.decode(), told.extra.decode(), link)
                if self._told:
                    self._told = False
                    return True
                if self._bell.rang():
                    return False
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    return False

    def account_changed(self) -> bool:
        """See `Central`."""
        return self._account_changed

    def wake(self) -> None:
        """See `Central`."""
        self._bell.ring()

    def break_off(self) -> None:
        """See `Central`; a connection attempt ends by its own timeout."""
        self._line.cut()

    # --- inside

    def _hello(self, link: Connection, console: ConsoleIdentity) -> Hello:
        row = link.execute(
            "select * from hotline.hello(%s, %s, %s, %s, %s, %s)",
            (
                self._stream,
                console.code,
                console.install_id,
                console.workstation,
                console.version,
                time.time_ns() // 1_000_000,
            ),
        ).fetchone()
        incarnation, last, agency, role, min_version, clock, taken, step, speaks_from = row or ()
        if step < STEP:
            raise UnavailableError("central_older", where=self._dsn.shown)
        if speaks_from > STEP:
            raise UnavailableError("central_newer", where=self._dsn.shown)
        return Hello(
            stream=self._stream,
            incarnation=incarnation,
            last=last,
            agency=agency,
            login=link.info.user,
            min_console_version=min_version,
            clock_at=from_ms(clock),
            code_taken=taken,
            role=role,
        )

    def _listen(self, link: Connection, agency: str | None) -> None:
        """Start listening, once for each connection and agency."""
        channel = f"hotline:{self._stream}" + (f":{agency}" if agency else "")
        if self._heard is None or self._heard[0] is not link:
            # A notification may arrive during another query.
            link.add_notify_handler(self._notice)
        if self._heard != (link, channel):
            link.execute("unlisten *")
            for each in (channel, PEOPLE):
                link.execute(sql.SQL("listen {}").format(sql.Identifier(each)))
            self._heard = (link, channel)

    def _notice(self, notification: psycopg.Notify) -> None:
        if self._heard is not None:
            self._hear(notification.channel, notification.payload, self._heard[0])

    def _hear(self, channel: str, payload: str, link: Connection) -> None:
        if channel != PEOPLE:
            self._told = True
        elif payload == link.info.user:
            self._told = self._account_changed = True
