"""The desk: what a person at this seat works with. Screens and verbs get this and nothing deeper.

`do` sends a command through its handler on the writer thread and publishes what it changed
after the commit;
`ask` puts a question to the read side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from console.domain.actors import Actor
from console.domain.catalogue import Catalogue
from console.domain.commands import Command
from console.domain.live import RequestsChanged
from console.services.bus import Bus
from console.services.dispatch import Setting, dispatch
from console.services.ports import Clock, Done, Files, Places, Queries, Store, Telephony


@dataclass(slots=True)
class Desk:
    """Everything a seat needs, wired by `bootstrap.py`.

    Attributes:
        actor: who works here now; replaced on hand-over.
        telephony: None when the seat has no line.
    """

    store: Store
    bus: Bus
    clock: Clock
    catalogue: Catalogue
    places: Places
    files: Files
    actor: Actor
    telephony: Telephony | None = None

    async def do(self, command: Command, *, actor: Actor | None = None) -> Done:
        """Run a command; returns when it is on disk.

        Raises:
            RefusedError: the rules forbid the step; nothing was stored.
            InputError: a value is wrong; nothing was stored.
            UnavailableError: the disk refused; nothing was stored.
        """
        setting = self._setting(actor)
        done = await self.store.write(lambda uow: dispatch(command, uow, setting))
        self._tell(done)
        return done

    def do_now(self, command: Command, *, actor: Actor | None = None) -> Done:
        """The same, blocking; for command-line verbs."""
        setting = self._setting(actor)
        done = self.store.write_now(lambda uow: dispatch(command, uow, setting))
        self._tell(done)
        return done

    async def ask[T](self, question: Callable[[Queries], T]) -> T:
        """Put a question to the read side."""
        return await self.store.ask(question)

    def _setting(self, actor: Actor | None) -> Setting:
        return Setting(
            actor=actor or self.actor,
            now=self.clock(),
            catalogue=self.catalogue,
            places=self.places,
        )

    def _tell(self, done: Done) -> None:
        changed: frozenset[UUID] = frozenset(e.request_id for e in done.events)
        if changed:
            self.bus.publish(RequestsChanged(changed))
        for event in done.live:
            self.bus.publish(event)
