"""The desk: what a person at this seat works with. Screens and verbs get this and nothing deeper.

`do` runs a command through its handler on the writer thread and publishes the changes after the
commit. `ask` asks the read side.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import UnavailableError
from console.domain.live_events import PersonChanged, RequestsChanged, StepTaken
from console.domain.reports.forecast import Staffing
from console.domain.requests.commands import Command
from console.domain.requests.decide.undo import to_take_back
from console.services.handling import Context, Dispatch, Done
from console.services.people.accounts import Accounts, LocalAccounts
from console.services.people.number_masking import LocalNumberGate, NumberGate
from console.services.people.presence import NoPresence, Presence
from console.services.people.reading_log import ReadingLog
from console.services.ports.central.draft_copies import DraftTakeover
from console.services.ports.central.older_history import OlderHistory
from console.services.ports.central.sync import RemoteFiles
from console.services.ports.clock import Clock
from console.services.ports.files import Files
from console.services.ports.places import Places
from console.services.ports.preferences import SharedPreferences
from console.services.ports.recordings import CentralRecordings, Recordings
from console.services.ports.seat_data import SeatData
from console.services.ports.store.queries import Queries
from console.services.ports.store.store import Store
from console.services.ports.telephony import Telephony
from console.services.runtime.bus import Bus

_EMBEDDED: Any = None
"""Stands in a field until `__post_init__` puts the adapter of the embedded mode there."""


@dataclass(slots=True)
class Desk:
    """Everything a seat needs, built by `console/assembly/core.py`.

    Attributes:
        actor: who works here now; replaced on hand-over.
        dispatch: runs a command through its handler (`dispatch.py`); passed in, because
            `dispatch.py` knows every subject and the subjects know the desk.
        telephony: None when the seat has no line.
        remote_files: other seats' files; None without a centre.
        older: history that only the centre still keeps; None without a centre.
        staffing: the service level that operators are counted for.
        recordings: where recorded calls are read; None when none is configured.
        central_recordings: recordings that other seats sent to the centre; None without one.
        draft_takeover: forms left at seats that are gone; None without a centre.
        shared_preferences: carries people's preferences to other seats; None without a centre.
        back_up: copies the whole profile into a new file and reports bytes done and bytes in all.
            Returns a message for the person, "" when everything was whole. None without a profile.
        data: imports and the rebuild of this seat's tables; None without a profile.
        accounts, numbers, reading_log, presence: those of the embedded mode unless others are
            passed in.
    """

    store: Store
    bus: Bus
    clock: Clock
    catalogue: Catalogue
    places: Places
    files: Files
    actor: Actor
    dispatch: Dispatch
    telephony: Telephony | None = None
    remote_files: RemoteFiles | None = None
    older: OlderHistory | None = None
    accounts: Accounts = _EMBEDDED
    numbers: NumberGate = _EMBEDDED
    reading_log: ReadingLog = _EMBEDDED
    presence: Presence = field(default_factory=NoPresence)
    shared_preferences: SharedPreferences | None = None
    back_up: Callable[[Path, Callable[[int, int], None]], str] | None = None
    data: SeatData | None = None
    staffing: Staffing = field(default_factory=Staffing)
    recordings: Recordings | None = None
    central_recordings: CentralRecordings | None = None
    draft_takeover: DraftTakeover | None = None

    def __post_init__(self) -> None:
        """Fill in the embedded mode's adapters where none were passed."""
        if self.accounts is _EMBEDDED:
            self.accounts = LocalAccounts(self.store, self.catalogue, self.clock)
        if self.numbers is _EMBEDDED:
            self.numbers = LocalNumberGate(self.store, self.clock)
        if self.reading_log is _EMBEDDED:
            self.reading_log = ReadingLog(self.store, self.clock)

    def seat(self, actor: Actor) -> None:
        """Somebody else works here from now on; publishes `PersonChanged`."""
        self.actor = actor
        self.bus.publish(PersonChanged(actor.user, actor.name))

    async def do(self, command: Command, *, actor: Actor | None = None) -> Done:
        """Run a command; returns once it is on disk.

        Raises:
            RefusedError: the rules forbid the step. Nothing was stored.
            InputError: a value is wrong. Nothing was stored.
            UnavailableError: the disk refused. Nothing was stored.
        """
        context = self._context(actor)
        done = await self.store.write(lambda uow: self.dispatch(command, uow, context))
        self._tell(done)
        return done

    def do_now(self, command: Command, *, actor: Actor | None = None) -> Done:
        """Like `do`, but blocking; for command-line verbs."""
        context = self._context(actor)
        done = self.store.write_now(lambda uow: self.dispatch(command, uow, context))
        self._tell(done)
        return done

    async def ask[T](self, question: Callable[[Queries], T]) -> T:
        """Ask the read side."""
        return await self.store.ask(question)

    async def file(self, sha256: str) -> Path | None:
        """Path of a stored file. A file of another seat is fetched from the centre first.

        Returns:
            None when it is neither here nor available now.
        """
        here = self.files.path(sha256)
        if here is not None or self.remote_files is None:
            return here
        coming = asyncio.wrap_future(self.remote_files.fetch(sha256))
        try:
            # Others may wait for the same file: one caller that leaves must not cancel the fetch.
            return await asyncio.shield(coming)
        except UnavailableError:
            return None

    def _context(self, actor: Actor | None) -> Context:
        return Context(
            actor=actor or self.actor,
            now=self.clock(),
            catalogue=self.catalogue,
            places=self.places,
        )

    def _tell(self, done: Done) -> None:
        changed: frozenset[UUID] = frozenset(e.request_id for e in done.events)
        if changed:
            self.bus.publish(RequestsChanged(changed))
        if (step := to_take_back(done.events)) is not None:
            self.bus.publish(StepTaken(step, done.number or ""))
        for event in done.live:
            self.bus.publish(event)
