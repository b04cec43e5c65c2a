"""The one connection of a thread, whose failures become our error codes."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import set_json_loads

from console.domain.errors import UnavailableError
from console.store.central.connection.address import Dsn
from console.store.central.connection.event_json import read_json
from console.store.central.connection.failures import failure

type Connection = psycopg.Connection[tuple[Any, ...]]


class Line:
    """The connection of one thread, opened when first needed and dropped when found dead."""

    def __init__(self, dsn: Dsn) -> None:
        """Keep the address; nothing is opened yet."""
        self._dsn = dsn
        self._closing = threading.Lock()
        self._connection: Connection | None = None

    @contextmanager
    def use(self, *, connect: bool = False) -> Iterator[Connection]:
        """The connection; errors of psycopg inside are raised as our codes.

        Args:
            connect: open it if there is none.

        Raises:
            UnavailableError: `central_away` also when there is none.
        """
        try:
            if self._connection is None and connect:
                self._connection = psycopg.connect(**self._dsn.parameters, autocommit=True)
                self._connection.prepare_threshold = 2
                set_json_loads(read_json, self._connection)
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
        """Close it; harmless if there is none."""
        with self._closing:
            link, self._connection = self._connection, None
            if link is not None:
                with contextlib.suppress(psycopg.Error):
                    link.close()

    def change(self, dsn: Dsn) -> None:
        """Use another address or person from the next connection on, and end the present one; from
        any thread.
        """
        self._dsn = dsn
        self.cut()

    def cut(self) -> None:
        """Shut down the socket both ways, which wakes a waiting thread; from any thread."""
        with self._closing:
            link = self._connection
            if link is None:
                return
            with (
                contextlib.suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(link.fileno())) as same,
            ):
                same.shutdown(socket.SHUT_RDWR)


class Statements:
    """Base of the statements by subject over one line."""

    def __init__(self, dsn: Dsn, stream: str) -> None:
        """Keep the address; nothing is opened yet."""
        self._dsn = dsn
        self._stream = stream
        self._line = Line(dsn)
        self._install: UUID | None = None

    def connect(self) -> None:
        """Open the line without a seat's `hello`, for a command that only asks.

        Raises:
            UnavailableError: `central_away` and the like.
        """
        with self._line.use(connect=True):
            pass

    def use(self, dsn: Dsn) -> None:
        """Use another person's login; call `hello` again. From any thread."""
        self._dsn = dsn
        self._line.change(dsn)

    def close(self) -> None:
        """Let the connection go; harmless when there is none."""
        self._line.close()

    def _row(self, call: LiteralString, *values: object) -> tuple[Any, ...] | None:
        """The one row of a function's answer."""
        with self._line.use() as link:
            return link.execute(call, values).fetchone()

    def _rows(self, call: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a function's answer."""
        with self._line.use() as link:
            return link.execute(call, values).fetchall()
