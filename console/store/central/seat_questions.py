"""What the window asks the centre besides events: who else has a request open, a reporter's number,
older requests.

It has a thread and a connection of its own, so neither the window nor the events wait for it.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from uuid import UUID

from console.domain.actors import Actor
from console.domain.errors import ConsoleError, InputError, RefusedError, UnavailableError
from console.services.people.number_masking import NumberGate
from console.services.people.presence import Viewer
from console.services.ports.central.sync import ConsoleIdentity
from console.services.ports.preferences import Preferences, from_text
from console.services.views.requests import RequestDetail, RequestRow
from console.store.central.seat_link import PostgresCentral
from console.store.queries.requests import detail_of

log = logging.getLogger(__name__)

TRY_AGAIN_S = 5.0
"""How long to wait after a failed connection; questions fail at once meanwhile."""
REASON = "xem số điện thoại"
"""The reason in the centre's audit for **Hiện số**."""

type _Work = Callable[[], None]


class SeatQuestions:
    """`Presence`, `NumberGate` and older requests over one connection in a thread of its own."""

    def __init__(
        self, central: PostgresCentral, identity: ConsoleIdentity, numbers: NumberGate
    ) -> None:
        """Nothing runs until `start`.

        Args:
            central: used by nobody else.
            identity: the seat's, the same as in the sync link's `hello`.
            numbers: the seat's own gate, which writes the seat's audit.
        """
        self._central = central
        self._identity = identity
        self._numbers = numbers
        self._asked: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._connected = False
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="central-seat", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End the thread and abort what it is doing.

        Returns:
            False if it has not ended after this time.
        """
        self._asked.put(None)
        self._central.break_off()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # --- presence

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        """See `Presence`."""
        await self._told(request_id, actor, here=True)

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        """See `Presence`."""
        await self._told(request_id, actor, here=False)

    async def others(self, request_id: UUID, actor: Actor) -> tuple[Viewer, ...]:  # noqa: ARG002
        """See `Presence`."""
        try:
            return await self.ask(lambda central: central.viewers(request_id))
        except ConsoleError:
            return ()

    async def _told(self, request_id: UUID, actor: Actor, *, here: bool) -> None:
        name, where = actor.name or actor.user, actor.workstation
        try:
            await self.ask(lambda c: c.announce(request_id, name, where, here=here))
        except ConsoleError as error:
            log.debug("presence: %s", error)

    # --- a reporter's number

    async def reveal(self, request_id: UUID, place: int, actor: Actor) -> str:
        """See `NumberGate`: first the centre's audit, then the seat's, then the number.

        Without the centre the seat's audit is enough, because citizens must be called back. For a
        request that this seat no longer stores, the centre answers. An officer gets only the
        centre's answer, because the centre knows who agreed to be called by the agency.

        Raises:
            RefusedError: also `too_many_unmasked`.
        """
        try:
            known = await self.ask(lambda central: central.unmask(request_id, REASON))
        except UnavailableError as error:
            if error.code != "central_away" or not actor.may_see_reporter:
                raise
            known = ()
        if not actor.may_see_reporter:
            agreed = next((each.phone for each in known if each.phone), None)
            if agreed is None:
                raise RefusedError("number_not_shown", role=actor.role.value)
            return agreed
        try:
            return await self._numbers.reveal(request_id, place, actor)
        except InputError:
            phone = next((each.phone for each in known if each.n == place), None)
            if phone is None:
                raise
            return phone

    # --- what a person likes

    async def fetch(self, user: str) -> Preferences | None:
        """See `SharedPreferences`."""
        try:
            text = await self.ask(lambda central: central.likes(user))
        except ConsoleError as error:
            log.debug("likes: %s", error)
            return None
        return from_text(text) if text else None

    async def keep(self, user: str, liked: Preferences) -> None:
        """See `SharedPreferences`."""
        text = liked.to_text()
        try:
            await self.ask(lambda central: central.keep_likes(user, liked.at_ms, text))
        except ConsoleError as error:
            log.debug("likes: %s", error)

    # --- older history

    async def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Requests at the centre with all these words, newest first.

        Raises:
            UnavailableError: `central_away`.
        """
        return await self.ask(lambda central: central.search(text, limit))

    async def find_number(self, number: str) -> RequestRow | None:
        """The request at the centre with this number of eleven digits.

        Raises:
            UnavailableError: `central_away`.
        """
        return await self.ask(lambda central: central.find_number(number))

    async def find_caller(self, phone: str) -> tuple[RequestRow, ...]:
        """Requests reported from this number (E.164), newest first; a logged act.

        Raises:
            UnavailableError: `central_away`.
        """
        return await self.ask(lambda central: central.find_caller(phone))

    async def detail(self, request_id: UUID) -> RequestDetail | None:
        """A request at the centre with its history; a logged act.

        Raises:
            UnavailableError: `central_away`.
        """
        events = await self.ask(lambda central: central.history([request_id]))
        return detail_of(events, synced=True)

    # --- what seats left that are gone

    async def take_draft(self, draft_id: UUID) -> dict[str, object] | None:
        """See `DraftTakeover`."""
        return await self.ask(lambda central: central.take_draft(draft_id))

    # --- recordings of other seats

    async def recording(self, pbx: str, call_id: str) -> bytes | None:
        """See `CentralRecordings`."""
        return await self.ask(lambda central: central.recording(pbx, call_id))

    # --- inside, and for whoever else has something to ask

    async def ask[T](self, question: Callable[[PostgresCentral], T]) -> T:
        """Ask on this thread's connection; any question may be sent twice.

        Raises:
            UnavailableError: `central_away`.
        """
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(self._answer(question))
            except UnavailableError as error:
                self._connected = self._connected and error.code != "central_away"
                future.set_exception(error)
            except BaseException as error:  # noqa: BLE001 - whoever asked gets it
                future.set_exception(error)

        self._asked.put(work)
        return await asyncio.wrap_future(future)

    def _answer[T](self, question: Callable[[PostgresCentral], T]) -> T:
        """Ask; if a working line fails, ask once more: the server may have closed it, or somebody
        else has signed in here. So any question may be sent twice.
        """
        was_good = self._connected
        self._connect()
        try:
            return question(self._central)
        except UnavailableError as error:
            if not was_good or error.code != "central_away":
                raise
        self._connected = False
        self._connect()
        return question(self._central)

    def _connect(self) -> None:
        if self._connected:
            return
        if time.monotonic() < self._not_before:
            raise UnavailableError("central_away", where="")
        try:
            self._central.hello(self._identity)
        except UnavailableError:
            self._not_before = time.monotonic() + TRY_AGAIN_S
            raise
        self._connected = True

    def _run(self) -> None:
        while (work := self._asked.get()) is not None:
            work()
        self._central.close()
        while not self._asked.empty():  # those who still wait get an error
            if (left := self._asked.get()) is not None:
                self._not_before, self._connected = float("inf"), False
                left()
