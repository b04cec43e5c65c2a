"""The local store of one seat: a writer thread, reader threads, one SQLite file in the profile.

`LocalStore` implements the port `Store`. Everything acknowledged is on disk (`synchronous=FULL`).
The network is not involved.
"""

import asyncio
import contextlib
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

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
from console.store.sqlite import maintenance
from console.store.sqlite.cipher import database_errors, held, prepare
from console.store.sqlite.engine import (
    checkpoint,
    expected_failure,
    reader_engine,
    snapshot,
    writer_engine,
)
from console.store.sqlite.group_commit import MOST, Save
from console.store.sqlite.maintenance import Maintenance
from console.store.tables import audit_chain
from console.store.tables.meta import set_value, value_of
from console.store.writing.report_blocks import BlockCounting
from console.store.writing.unit_of_work import SqlUnitOfWork

log = logging.getLogger(__name__)

FILE_NAME = "store.sqlite3"


def _nobody() -> None:
    """Stands in until a link to the centre listens."""


@dataclass(order=True, slots=True)
class _Job:
    priority: int
    n: int
    run: Callable[[], None] = field(compare=False)
    save: Save[Any] | None = field(default=None, compare=False)


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
        self._numbers = itertools.count()
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._questions: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._stopped = False
        self._central = False
        self.unsent_added: Callable[[], None] = _nobody
        """Called on the writer's thread after a commit that left something for the centre."""
        self.tidying = Maintenance(self.path)
        self._lock = None if read_only else self._take(profile)
        self._writer: Engine | None = None
        self._held = contextlib.ExitStack()
        try:
            if encrypted:
                prepare(self.path)
            self._held.enter_context(held(self.path))
            if not read_only:
                self._writer = self._open_writer()
            elif not self.path.exists():
                raise UnavailableError("store_missing", profile=str(profile))
            self._reader = reader_engine(self.path, readers)
            self._load_settings()
        except BaseException as error:
            self._let_go()
            if (known := expected_failure(error)) is not None:
                raise known from error
            raise
        self._threads = [
            threading.Thread(target=self._read, name=f"store-reader-{n}", daemon=True)
            for n in range(readers)
        ]
        if not read_only:
            self._threads.append(
                threading.Thread(target=self._write, name="store-writer", daemon=True)
            )
        for thread in self._threads:
            thread.start()

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
        self._jobs.put(_Job(9, next(self._numbers), self._stop_writing))
        for _ in self._threads:
            self._questions.put(None)
        for thread in self._threads:
            thread.join()
        self._let_go()

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

    def set_central(self, configured: bool) -> None:
        """Store whether a centre is configured."""
        self.run_on_writer(
            lambda connection: set_value(connection, "central", "1" if configured else "0")
        )
        self._central = configured

    def let_go(self, number: str) -> bool:
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

        return self._submit_reading(first_problem).result()

    def first_broken_audit_line(self) -> int | None:
        """The first audit line that was altered or is missing; None if there is none."""
        return self._submit_reading(audit_chain.first_broken).result()

    def audit_head(self) -> tuple[int, str]:
        """How many lines the audit has, and the hash of the last."""
        return self._submit_reading(audit_chain.head).result()

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
        return self._submit_reading(reading).result()

    def run_on_writer[T](self, work: Callable[[Connection], T], *, priority: int = 2) -> T:
        """Run work in one transaction on the writer's thread; blocking."""
        future: Future[T] = Future()
        self._put_job(lambda: self._transact(work, future), priority)
        return future.result()

    # --- the writer thread

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
        self._put_job(lambda: self._save((save,)), priority, save)
        return save.future

    def _put_job(
        self, run: Callable[[], None], priority: int, save: Save[Any] | None = None
    ) -> None:
        with self._closing:
            if self._closed:
                raise UnavailableError("store_closed")
            if self._lock is None:
                raise UnavailableError("store_read_only", cause="opened for reading")
            self._jobs.put(_Job(priority, next(self._numbers), run, save))

    def _with_others(self, first: _Job) -> tuple[Save[Any], ...]:
        """The save and the next queued ones of the same priority, which share its commit."""
        found = [first.save] if first.save is not None else []
        while found and len(found) < MOST:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job.save is None or job.priority != first.priority:
                self._jobs.put(job)
                break
            found.append(job.save)
        return tuple(found)

    def _save(self, saves: Sequence[Save[Any]]) -> None:
        running = [save for save in saves if save.begin()]
        if not running:
            return
        try:
            if self._writer is None:
                self._writer = self._open_writer()
            with self._writer.begin() as connection:
                for save in running:
                    (save.run if len(running) == 1 else save.run_in_savepoint)(connection)
        except BaseException as error:  # noqa: BLE001  (it is the waiters')
            told = self._explained(error)
            for save in running:
                save.future.set_exception(told)
            return
        for save in running:
            save.committed(self._explained)

    def _transact[T](self, work: Callable[[Connection], T], future: Future[T]) -> None:
        # From here on it cannot be cancelled: the work is done or rolled back as a whole.
        if not future.set_running_or_notify_cancel():
            return
        try:
            if self._writer is None:
                self._writer = self._open_writer()
            with self._writer.begin() as connection:
                result = work(connection)
        except BaseException as error:  # noqa: BLE001  (it is the waiter's)
            future.set_exception(self._explained(error))
            return
        future.set_result(result)

    def _explained(self, error: BaseException) -> BaseException:
        known = expected_failure(error)
        if known is None:
            return error
        known.__cause__ = error
        if known.code == "store_failed" and self._writer is not None:
            # After a failed fsync a later one may lie, so drop the connection and its cache.
            log.error("the store failed and is opened again: %s", known)
            self._writer.dispose()
            self._writer = None
        return known

    def _write(self) -> None:
        rest_s = maintenance.IDLE_S
        while not self._stopped:
            try:
                job = self._jobs.get(timeout=rest_s if self.tidying.owed else None)
            except queue.Empty:
                rest_s = self.tidying.when_idle(self._writer)
                continue
            together = self._with_others(job)
            if len(together) > 1:
                self._save(together)
            else:
                job.run()
            self.tidying.after(self._writer, max(1, len(together)), priority=job.priority)
            rest_s = maintenance.IDLE_S

    def _stop_writing(self) -> None:
        self._stopped = True
        if self._writer is not None:
            with contextlib.suppress(*database_errors("Error", DBAPIError)):
                checkpoint(self._writer)

    # --- the reader threads

    def _submit_question[T](self, question: Callable[[Queries], T]) -> Future[T]:
        return self._submit_reading(
            lambda connection: question(SqlQueries(connection, self._catalogue, self._central))
        )

    def _submit_reading[T](self, reading: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                with snapshot(self._reader) as connection:
                    result = reading(connection)
            except BaseException as error:  # noqa: BLE001  (it is the asker's)
                known = expected_failure(error)
                if known is not None:
                    known.__cause__ = error
                future.set_exception(known or error)
                return
            future.set_result(result)

        with self._closing:
            if self._closed:
                raise UnavailableError("store_closed")
            self._questions.put(answer)
        return future

    def _read(self) -> None:
        while (answer := self._questions.get()) is not None:
            answer()

    # --- opening and closing

    def _take(self, profile: Path) -> ProfileLock:
        try:
            profile.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UnavailableError("store_read_only", cause=str(error.strerror)) from error
        return ProfileLock(profile)

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

    def _load_settings(self) -> None:
        with snapshot(self._reader) as connection:
            version = connection.exec_driver_sql("pragma user_version").scalar_one()
            if version != VERSION:
                code = "store_newer" if version > VERSION else "store_older"
                raise UnavailableError(code, found=version, known=VERSION)
            self._central = value_of(connection, "central") == "1"

    def _let_go(self) -> None:
        for engine in (getattr(self, "_reader", None), self._writer):
            if engine is not None:
                engine.dispose()
        self._held.close()
        if self._lock is not None:
            self._lock.release()


def _keep_private(path: Path) -> None:
    """Let only the owner read the store's files, whatever the folder allows."""
    with contextlib.suppress(OSError):  # opening it will say what is wrong
        path.touch(mode=0o600)
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        with contextlib.suppress(OSError):
            each.chmod(0o600)
