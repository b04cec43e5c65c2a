"""One seat's connection to the centre: `sync_ports.Central`.

One connection, owned by one thread, for everything: it also listens, so that what is asked shows
whether it is heard.
"""

import contextlib
import os
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from console.domain.errors import UnavailableError
from console.domain.events import StoredEvent
from console.services.sync_ports import (
    Accepted,
    ConsoleIdentity,
    EventRefusedError,
    Hello,
    Numbered,
)
from console.store.central.bell import Bell
from console.store.central.dsn import Dsn
from console.store.central.failures import failure
from console.store.central.wire import numbered, push_json
from console.store.tables import from_ms

STEP = 2
"""The step of the schema that this program needs (`migrations/versions`)."""
MOST_PUSHED = 500

type Connection = psycopg.Connection[tuple[Any, ...]]


class Line:
    """The connection of one thread, made when first needed and let go when found dead."""

    def __init__(self, dsn: Dsn) -> None:
        """Remember where to; nothing is opened yet."""
        self._dsn = dsn
        self._closing = threading.Lock()
        self._connection: Connection | None = None

    @contextmanager
    def use(self, *, connect: bool = False) -> Iterator[Connection]:
        """The connection; what psycopg raises inside comes out as our codes.

        Args:
            connect: make it when there is none.

        Raises:
            UnavailableError: `central_away` also when there is none.
        """
        try:
            if self._connection is None and connect:
                self._connection = psycopg.connect(**self._dsn.parameters, autocommit=True)
                self._connection.prepare_threshold = 2
            if self._connection is None:
                raise UnavailableError("central_away", where=self._dsn.shown)
            yield self._connection
        except (psycopg.Error, UnicodeEncodeError) as error:
            if self._connection is not None and self._connection.closed:
                self.close()
            known = failure(error, self._dsn.shown)
            if known is None:
                raise
            raise known from error

    def close(self) -> None:
        """Let it go; harmless when there is none."""
        with self._closing:
            link, self._connection = self._connection, None
            if link is not None:
                with contextlib.suppress(psycopg.Error):
                    link.close()

    def cut(self) -> None:
        """From any thread: both directions of the socket end, which wakes whoever waits for it."""
        with self._closing:
            link = self._connection
            if link is None:
                return
            with (
                contextlib.suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(link.fileno())) as same,
            ):
                same.shutdown(socket.SHUT_RDWR)


class PostgresCentral:
    """The centre over psycopg. After a call that ended with `central_away` say `hello` again."""

    def __init__(self, dsn: Dsn, stream: str = "hcmc") -> None:
        """Remember where to connect; nothing is opened yet."""
        self._dsn = dsn
        self._stream = stream
        self._line = Line(dsn)
        self._bell = Bell()
        self._install: UUID | None = None
        self._heard: tuple[Connection, str] | None = None
        self._told = False

    def hello(self, console: ConsoleIdentity) -> Hello:
        """See `sync_ports.Central`."""
        with self._line.use(connect=True) as link:
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
            incarnation, last, agency, _role, min_version, clock, taken, step, speaks_from = (
                row or ()
            )
            if step < STEP:
                raise UnavailableError("central_older", where=self._dsn.shown)
            if speaks_from > STEP:
                raise UnavailableError("central_newer", where=self._dsn.shown)
            self._install = console.install_id
            self._listen(link, agency)
            return Hello(
                stream=self._stream,
                incarnation=incarnation,
                last=last,
                agency=agency,
                login=link.info.user,
                min_console_version=min_version,
                clock_at=from_ms(clock),
                code_taken=taken,
            )

    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        """See `sync_ports.Central`."""
        if len(events) > MOST_PUSHED:
            raise ValueError(len(events))
        if any(event.stream != self._stream for event in events):
            raise EventRefusedError("event_refused", cause="stream")
        with self._line.use() as link:
            rows = link.execute(
                "select id, seq, hlc from hotline.push_events(%s, %s::jsonb)",
                (self._stream, push_json(events)),
            ).fetchall()
        return tuple(Accepted(event_id, seq, hlc) for event_id, seq, hlc in rows)

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        """See `sync_ports.Central`."""
        with self._line.use() as link:
            rows = link.execute(
                "select * from hotline.pull_events(%s, %s, %s, %s)",
                (self._stream, self._install, after, limit),
            ).fetchall()
        return tuple(numbered(row, self._stream) for row in rows)

    def id_at(self, position: int) -> UUID | None:
        """See `sync_ports.Central`."""
        with self._line.use() as link:
            row = link.execute("select hotline.id_at(%s, %s)", (self._stream, position)).fetchone()
        return None if row is None else row[0]

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """See `sync_ports.Central`."""
        with self._line.use() as link:
            rows = link.execute(
                "select * from hotline.history_events(%s, %s)", (self._stream, list(request_ids))
            ).fetchall()
        return tuple(numbered(row, self._stream).event for row in rows)

    def wait(self, timeout_s: float) -> bool:
        """See `sync_ports.Central`."""
        deadline = time.monotonic() + timeout_s
        with self._line.use() as link, selectors.DefaultSelector() as ready:
            ready.register(link.pgconn.socket, selectors.EVENT_READ)
            ready.register(self._bell.ear, selectors.EVENT_READ)
            while True:
                link.pgconn.consume_input()
                while link.pgconn.notifies() is not None:
                    self._told = True
                if self._told:
                    self._told = False
                    return True
                if self._bell.rang():
                    return False
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    return False

    def wake(self) -> None:
        """See `sync_ports.Central`."""
        self._bell.ring()

    def break_off(self) -> None:
        """See `sync_ports.Central`; a connection that is being made ends by its own time-out."""
        self._line.cut()

    def close(self) -> None:
        """See `sync_ports.Central`; `hello` opens anew."""
        self._line.close()

    # --- inside

    def _listen(self, link: Connection, agency: str | None) -> None:
        """Once for each connection and agency."""
        channel = f"hotline:{self._stream}" + (f":{agency}" if agency else "")
        if self._heard is None or self._heard[0] is not link:
            # A notification may come while something else is asked.
            link.add_notify_handler(self._notice)
        if self._heard != (link, channel):
            link.execute("unlisten *")
            link.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            self._heard = (link, channel)

    def _notice(self, _notification: psycopg.Notify) -> None:
        self._told = True
