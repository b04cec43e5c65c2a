"""The link to the centre: a thread that pushes, pulls and reports its state.

Nobody waits for it: a save wakes it and goes on. Failures are logged, counted and retried; people
only see the status line.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.live_events import AccountSeen, RequestsChanged
from console.services.ports.central.sync import (
    Central,
    ConsoleIdentity,
    Hello,
    SequenceGapError,
    SyncStore,
)
from console.sync.clock import CorrectedClock
from console.sync.drafts import DraftCopies
from console.sync.initial_load import InitialLoad
from console.sync.pull import Puller
from console.sync.rejoin import rejoin
from console.sync.sender import EventSender
from console.sync.shared_rows import SharedRows
from console.sync.single_round import feed_of, greet
from console.sync.status import LinkStatus
from console.sync.timed_centre import CallTimer, timed_centre
from console.sync.times import LinkCounts, LinkTimes

log = logging.getLogger(__name__)

PROJECTED = 50
"""Requests folded for the centre in one go, so that a save never waits long."""
CLOSE_S = 0.1
"""A greeting that took longer says little about the clocks."""


class CentralLink:
    """Keeps one workstation and the centre in step; `start`, `wake` and `stop` may come from any
    thread.

    Attributes:
        initial_load: how a new workstation starts; without it, it reads the stream from the first
            event.
        drafts: copies of half-typed forms, for a workstation of the switchboard.
    """

    def __init__(
        self,
        central: Central,
        store: SyncStore,
        identity: ConsoleIdentity,
        publish: Callable[[object], None],
        clock: CorrectedClock,
        *,
        catalogue: Catalogue | None = None,
        times: LinkTimes | None = None,
        shared: SharedRows | None = None,
    ) -> None:
        """Nothing runs until `start`.

        Args:
            catalogue: with one, this console also folds for the centre's own lists.
            publish: gets `LinkChanged` and `RequestsChanged`, on the link's own threads.
            clock: gets the centre's time.
            shared: contacts and messages of the switchboard, for a workstation of it.
        """
        self._timer = CallTimer()
        self._central = timed_centre(central, self._timer)
        self._store = store
        self.identity = identity
        self._publish = publish
        self._clock = clock
        self._catalogue = catalogue
        self._project_at = self._prune_at = 0.0
        self._times = times or LinkTimes()
        self._puller = Puller(store)
        self._shared = shared
        self.initial_load: InitialLoad | None = None
        self.drafts: DraftCopies | None = None
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._seen: AccountSeen | None = None
        self.counted = LinkCounts()
        stopping = self._stopping.is_set
        self._status = LinkStatus(
            store,
            publish,
            stopping,
            waiting_rows=lambda: shared.waiting_count() if shared is not None else 0,
            to_fetch=lambda: self.initial_load.left() if self.initial_load is not None else 0,
        )
        self._sender = EventSender(
            self._central, store, self._times, self._status, self.counted, stopping
        )
        self._threads = [
            threading.Thread(target=self._run, name="sync", daemon=True),
            threading.Thread(target=self._watch, name="sync-watch", daemon=True),
        ]

    def start(self) -> None:
        """Connect and keep following."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something was saved: send it now. Returns at once."""
        self._woken.set()
        self._central.wake()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End both threads; what is unsent stays in the outbox.

        Returns:
            False when one of them is still stuck in a call after this time.
        """
        self._stopping.set()
        self.wake()
        end = time.monotonic() + timeout_s
        # A push under way may finish; a line that hangs must not keep us.
        self._threads[0].join(timeout_s / 3)
        if self._threads[0].is_alive():
            self._central.break_off()
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    # --- the thread

    def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            before = self.counted.connects
            try:
                self._serve()
            except UnavailableError as error:
                if error.code == "store_closed":
                    break
                self._failed(error.code, error)
            except SequenceGapError as error:
                # Nothing of it was stored; the next greeting compares the histories.
                log.warning("%s", error)
                self._failed("central_hole", error)
            except ConsoleError as error:
                self._failed(error.code, error)
            except Exception as error:
                log.exception("the link to the centre failed")
                self._failed("central_failed", error)
            finally:
                self._let_go()
            attempt = 0 if self.counted.connects > before else attempt + 1
            self._rest(self._pause(attempt))

    def _let_go(self) -> None:
        try:
            self._central.close()
        except Exception:
            log.exception("closing the link to the centre failed")

    def _failed(self, code: str, error: BaseException) -> None:
        if self._stopping.is_set():
            return
        self.counted.failures += 1
        if self.counted.last_failure != code:
            log.info("the centre is away: %s", error)
        self.counted.last_failure = code
        params = error.params if isinstance(error, ConsoleError) else {}
        self._status.tell("down", code, {**params, "error": type(error).__name__})

    def _pause(self, attempt: int) -> float:
        """Grows with each attempt, with some chance, so that a hundred consoles do not come back at
        once.
        """
        times = self._times
        most = min(times.longest, times.first * 2.0 ** min(attempt + 1, 10))
        return random.uniform(times.first, max(times.first, most))  # noqa: S311

    def _rest(self, seconds: float) -> None:
        """Wait before the next attempt; saves meanwhile only change the number shown."""
        end = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := end - time.monotonic()) > 0:
            if self._woken.wait(left):
                self._woken.clear()
                self._status.tell_again()

    # --- while it is up

    def _serve(self) -> None:
        hello = self._greet()
        self.counted.connects += 1
        again = rejoin(self._central, self._store, hello)
        self.counted.rewound += again
        if not self._begun(hello):
            return
        if self._shared is not None and hello.agency is None:
            self._shared.begin(hello.incarnation, self._timer.timed)
        if self.drafts is not None:
            self.drafts.begin()
        self._sender.begin()
        greeted = time.monotonic()
        self.counted.last_failure = ""
        while not self._stopping.is_set():
            self._woken.clear()
            late = time.monotonic() - greeted > self._times.greet
            if late or self._central.account_changed():
                # Before the round, which asks for what only some roles may see.
                hello, greeted = self._greet(), time.monotonic()
            self._round(hello)
            if not self._interrupted():
                self._fold_for_the_centre(hello)
            self._prune()
            rest = 0.0 if self._interrupted() else self._sender.let_others_know()
            if not self._fetched() and not self._interrupted():
                self._central.wait(rest)

    def _begun(self, hello: Hello) -> bool:
        """A new workstation stores the list of requests; False when it stops before that is
        done.
        """
        if self.initial_load is None:
            return True
        timed, stopping = self._timer.timed, self._stopping.is_set
        return self.initial_load.begin(hello, self._clock(), timed, stopping)

    def _fetched(self) -> bool:
        """A new workstation fetches what it keeps, a few requests between the rounds."""
        if self.initial_load is None:
            return False
        came = self.initial_load.some(self._timer.timed, self._interrupted)
        self._changed(came)
        return bool(came)

    def _prune(self) -> None:
        """Now and then, when there is nothing else to do."""
        if time.monotonic() < self._prune_at:
            return
        while not self._interrupted():
            if not self._store.prune(self._clock()):
                self._prune_at = time.monotonic() + self._times.prune
                break

    def _interrupted(self) -> bool:
        """Whether there is something better to do than rest."""
        return self._woken.is_set() or self._stopping.is_set()

    def _fold_for_the_centre(self, hello: Hello) -> None:
        """Outside every urgent path, and at a random moment so that not all consoles do it at
        once.
        """
        if self._catalogue is None or hello.agency is not None:
            return
        if time.monotonic() < self._project_at:
            return
        try:
            while not self._interrupted():
                if self._central.project(self._catalogue, PROJECTED) < PROJECTED:
                    break
        except UnavailableError as error:
            if error.code != "central_denied":
                raise
            self._catalogue = None  # an auditor's login reads only
        self._project_at = time.monotonic() + random.uniform(0.5, 2) * self._times.project  # noqa: S311

    def _greet(self) -> Hello:
        """Greet the centre and compare clocks; a second time when connecting took long."""
        try:
            heard = greet(self._hello, self._clock)
            if heard.took_s > CLOSE_S:
                heard = greet(self._hello, self._clock)
            self._look_at_account(heard.hello)
        except UnavailableError as error:
            # Elsewhere "denied" means that this role may not ask; here it means the login itself.
            if error.code == "central_denied" and self._seen and not self._stopping.is_set():
                self._publish(replace(self._seen, role=None))
            raise
        self._clock.centre_is_ahead(heard.ahead)
        self._store.remember(heard.hello, round(heard.ahead / timedelta(milliseconds=1)))
        warning = heard.warning(self.identity)
        self._status.standing = ("up", "", {}) if warning is None else ("warn", *warning)
        return feed_of(heard.hello)

    def _look_at_account(self, hello: Hello) -> None:
        """Publish the centre's view of the account, so that the window can check who sits here.

        Raises:
            UnavailableError: `central_denied`: the login moved to another agency, whose events are
                not for this workstation.
        """
        before, self._seen = self._seen, AccountSeen(hello.login, hello.role, hello.agency)
        self._publish(self._seen)
        if before is not None and before.agency != hello.agency:
            self._seen = before
            raise UnavailableError("central_denied", where="")

    def _hello(self) -> Hello:
        return self._central.hello(self.identity)

    def _round(self, hello: Hello) -> None:
        """Send what is unsent, fetch what is new, report the state."""
        if self.identity.version >= hello.min_console_version:
            self._changed(self._sender.send())
        pulled = self._puller.pull_all(
            self._central,
            hello.incarnation,
            told=lambda batch: self._changed(batch.requests),
            stopping=self._stopping.is_set,
        )
        self.counted.pulled += pulled.events
        if self._shared is not None and hello.agency is None:
            self._shared.round(hello.role, self._timer.timed, self._stopping.is_set)
        if self.drafts is not None and hello.agency is None:
            self.drafts.round(hello.role, self._timer.timed)
        self._status.tell_standing()

    def _changed(self, requests: frozenset[UUID]) -> None:
        if requests:
            self._publish(RequestsChanged(requests))

    # --- the second thread

    def _watch(self) -> None:
        """Watch for a call that hangs: report it in time, and in the end break it off."""
        times = self._times
        while not self._stopping.wait(min(0.5, times.told / 2)):
            busy_s = self._timer.busy_s
            try:
                if busy_s > times.hang:
                    self._central.break_off()
                if busy_s > times.slow:
                    self._status.tell("down", "central_slow", {})
                elif busy_s > times.told:
                    self._status.tell_again()
            except Exception:
                log.exception("watching the link failed")
