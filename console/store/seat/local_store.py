"""The local store of one seat: a writer thread, reader threads, one SQLite file in the profile.

`LocalStore` implements the port `Store`. Everything acknowledged is on disk (`synchronous=FULL`).
The network is not involved.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError, UnavailableError
from console.domain.requests import numbering
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.projection.rebuild import SLICE_S, Rebuilt, Tell, rebuild
from console.store.projection.search_rebuild import drop_unfinished
from console.store.queries.reports.call_blocks import block_rows
from console.store.queries.sql_queries import SqlQueries
from console.store.schema.steps import VERSION
from console.store.seat import checks, reader_audit
from console.store.seat.profile_lock import ProfileLock
from console.store.seat.pruning import was_pruned
from console.store.seat.upgrade import migrate
from console.store.sqlite.cipher import held, prepare
from console.store.sqlite.engine import expected_failure, reader_engine, snapshot, writer_engine
from console.store.sqlite.group_commit import Save
from console.store.sqlite.maintenance import Maintenance
from console.store.sqlite.readers import Readers
from console.store.sqlite.writer import Writer
from console.store.tables import audit_chain
from console.store.tables.meta import set_value, value_of
from console.store.writing.report_blocks import BlockCounting
from console.store.writing.unit_of_work import SqlUnitOfWork

FILE_NAME = "store.sqlite3"


def _nobody() -> None:
    """Stands in until a link to the centre listens."""


class LocalStore:
    """The store of one profile; only one process can have it open for writing."""

    def __init__(
        self,
        profile: Path,
        catalogue: Catalogue,
        *,
        console_code: int = 1,
        readers: int = 2,
        read_only: bool = False,
        encrypted: bool = False,
    ) -> None:
        """Open, make or migrate `<profile>/store.sqlite3` and start the threads.

        Args:
            profile: folder of this seat, made when missing.
            catalogue: names for the search, radius and window of duplicates.
            console_code: 0-999, the middle of this console's request numbers.
            readers: number of threads that answer questions.
            read_only: only answer questions, next to another process that writes; takes no lock.
            encrypted: for a new store; an existing one stays as it is.

        Raises:
            UnavailableError: `profile_in_use`, `store_newer`, `store_older` (for reading only),
                `store_read_only`, `store_damaged`, `disk_full`, `store_failed`, `store_missing`
                (read_only without a file), `store_key_wrong`, and those of `cipher.prepare`.
        """
        self.path = profile / FILE_NAME
        self._profile = profile
        self._catalogue = catalogue
        self._console_code = console_code
        self._closing = threading.Lock()
        self._closed = False
        self._central = False
        self.unsent_added: Callable[[], None] = _nobody
        """Called on the writer's thread after a commit that left something for the centre."""
        try:
            with contextlib.ExitStack() as opened:
                self._readers, self._writer = self._open(
                    opened, profile, readers, read_only=read_only, encrypted=encrypted
                )
                self._opened = opened.pop_all()
        except BaseException as error:
            if (known := expected_failure(error)) is not None:
                raise known from error
            raise
        self._threads: list[Writer | Readers] = [self._readers]
        if self._writer is not None:
            self._threads.append(self._writer)
        for each in self._threads:
            each.start()

    # --- the port

    async def write[T](self, work: Callable[[UnitOfWork], T], *, priority: int = 0) -> T:
        """Run `work` in one transaction on the writer's thread; returns once the commit is on disk.

        Cancelling works only while it is still queued; once begun it runs to its end.

        Args:
            work: called with the unit of work; what it raises rolls everything back.
            priority: 0 for people, 1 for sync, 2 for housekeeping.

        Raises:
            UnavailableError: `disk_full`, `store_read_only`, `store_failed`, `store_damaged`,
                `store_closed`; nothing was stored.
            InputError: `text_not_storable` (half a character); nothing was stored.
        """
        return await asyncio.wrap_future(self._submit(work, priority))

    async def ask[T](self, question: Callable[[Queries], T]) -> T:
        """Run a question on a reader's thread, in one snapshot."""
        return await asyncio.wrap_future(self._submit_question(question))

    def write_now[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """The same as `write`, but blocking; for the command line."""
        return self._submit(work, 0).result()

    def ask_now[T](self, question: Callable[[Queries], T]) -> T:
        """The same as `ask`, but blocking; for the command line."""
        return self._submit_question(question).result()

    def close(self) -> None:
        """Finish what is queued, checkpoint and close; harmless if called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        for each in self._threads:
            each.stop()
        for each in self._threads:
            each.join()
        self._opened.close()

    # --- beside the port

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the projections are made with."""
        return self._catalogue

    @property
    def console_code(self) -> int:
        """The middle of this console's request numbers."""
        return self._console_code

    @property
    def central(self) -> bool:
        """Whether a centre is configured; only then can a request be "not synchronised"."""
        return self._central

    @property
    def maintenance(self) -> Maintenance:
        """What the writer's thread does while nobody saves."""
        return self._on_writer().maintenance

    def set_central(self, configured: bool) -> None:
        """Store whether a centre is configured."""
        self.run_on_writer(
            lambda connection: set_value(connection, "central", "1" if configured else "0")
        )
        self._central = configured

    def is_only_at_centre(self, number: str) -> bool:
        """Whether only the centre still has the request with this number, in any spelling."""
        try:
            digits = numbering.parse(number)
        except InputError:
            return False
        return self.run_on_reader(lambda connection: was_pruned(connection, digits))

    def verify(self, *, every: bool = False) -> str:
        """Check the store on a reader's thread; returns the first problem, or "".

        Args:
            every: check all requests (minutes for a million), else the newest.
        """

        def first_problem(connection: Connection) -> str:
            return next(checks.problems(connection, self._catalogue, every=every), "")

        return self.run_on_reader(first_problem)

    def first_broken_audit_line(self) -> int | None:
        """The first audit line that was altered or is missing; None if there is none."""
        return self.run_on_reader(audit_chain.first_broken)

    def audit_head(self) -> tuple[int, str]:
        """How many lines the audit has, and the hash of the last."""
        return self.run_on_reader(audit_chain.head)

    def chain_reader_lines(self) -> int:
        """Add audit lines that read-only processes left to the chain; returns how many; blocking.

        Raises:
            UnavailableError: as a save.
        """
        return reader_audit.take_in(self._profile, self.run_on_writer)

    def count_report_blocks(self, now: datetime, most: int | None = None) -> int:
        """Count past months, so that reports need not read them each time; blocking, half a second
        for fifteen thousand requests.

        Args:
            most: how many blocks to count now, newest first; None = all.

        Returns:
            How many blocks of thirty days were counted.
        """
        return BlockCounting(self.run_on_reader, self.run_on_writer, block_rows).run(now, most)

    def rebuild(self, tell: Tell = lambda _done, _all: None, slice_s: float = SLICE_S) -> Rebuilt:
        """Correct all projections from the events, and say what differed; blocking.

        Args:
            tell: called with requests done and requests in all; what it raises ends the rebuild,
                and what was corrected until then stays.
            slice_s: how long it holds the writer at a time; saves go on in between.
        """
        return rebuild(self.run_on_writer, self.run_on_reader, self._catalogue, tell, slice_s)

    def run_on_reader[T](self, reading: Callable[[Connection], T]) -> T:
        """Run a query on a reader's thread; blocking."""
        return self._readers.ask(reading).result()

    def run_on_writer[T](self, work: Callable[[Connection], T], *, priority: int = 2) -> T:
        """Run work in one transaction on the writer's thread; blocking."""
        return self._on_writer().run(work, priority).result()

    # --- to the threads

    def _submit[T](self, work: Callable[[UnitOfWork], T], priority: int) -> Future[T]:
        unsent: list[bool] = []

        def in_transaction(connection: Connection) -> T:
            uow = SqlUnitOfWork(connection, self._catalogue, self._console_code)
            result = work(uow)
            uow.finish()
            unsent.append(uow.has_unsent)
            return result

        def after() -> None:
            if unsent == [True]:
                self.unsent_added()

        save = Save(in_transaction, after)
        self._on_writer().save(save, priority)
        return save.future

    def _submit_question[T](self, question: Callable[[Queries], T]) -> Future[T]:
        return self._readers.ask(
            lambda connection: question(SqlQueries(connection, self._catalogue, self._central))
        )

    def _on_writer(self) -> Writer:
        if self._writer is None:
            if self._closed:
                raise UnavailableError("store_closed")
            raise UnavailableError("store_read_only", cause="opened for reading")
        return self._writer

    # --- opening and closing

    def _open(
        self,
        opened: contextlib.ExitStack,
        profile: Path,
        readers: int,
        *,
        read_only: bool,
        encrypted: bool,
    ) -> tuple[Readers, Writer | None]:
        """Open everything; `opened` closes it again, last opened first."""
        if not read_only:
            try:
                profile.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise UnavailableError("store_read_only", cause=str(error.strerror)) from error
            opened.callback(ProfileLock(profile).release)
        if encrypted:
            prepare(self.path)
        opened.enter_context(held(self.path))
        writer = None if read_only else Writer(self.path, self._open_writer)
        if writer is not None:
            opened.callback(writer.dispose)
        elif not self.path.exists():
            raise UnavailableError("store_missing", profile=str(profile))
        engine = reader_engine(self.path, readers)
        opened.callback(engine.dispose)
        with snapshot(engine) as connection:
            self._load_settings(connection)
        return Readers(engine, readers), writer

    def _open_writer(self) -> Engine:
        _keep_private(self.path)
        engine = writer_engine(self.path)
        try:
            migrate(engine, self.path)
        except BaseException:
            engine.dispose()
            raise
        drop_unfinished(engine)
        return engine

    def _load_settings(self, connection: Connection) -> None:
        version = connection.exec_driver_sql("pragma user_version").scalar_one()
        if version != VERSION:
            code = "store_newer" if version > VERSION else "store_older"
            raise UnavailableError(code, found=version, known=VERSION)
        self._central = value_of(connection, "central") == "1"


def _keep_private(path: Path) -> None:
    """Let only the owner read the store's files, whatever the folder allows."""
    with contextlib.suppress(OSError):  # opening it will say what is wrong
        path.touch(mode=0o600)
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        with contextlib.suppress(OSError):
            each.chmod(0o600)
