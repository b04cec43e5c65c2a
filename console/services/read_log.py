"""Which requests a person had open, as lines of the audit."""

from datetime import datetime, timedelta

from console.domain.actors import Actor
from console.services.accounts import entry_of
from console.services.ports import Clock, Store

_AGAIN = timedelta(minutes=15)
"""Whoever looks at the same request again so soon still reads it the first time."""


class ReadLog:
    """Notes each reading once in a quarter of an hour."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Nothing was read yet."""
        self._store, self._clock = store, clock
        self._seen: dict[tuple[str, str], datetime] = {}

    async def read(self, actor: Actor, number: str) -> None:
        """A request (its number as spoken) stood before this person.

        Raises:
            UnavailableError: the audit cannot be written.
        """
        now, key = self._clock(), (actor.user, number)
        if (before := self._seen.get(key)) is not None and now - before < _AGAIN:
            return
        entry = entry_of(actor, now, "request_read", number)
        await self._store.write(lambda uow: uow.audit(entry), priority=1)
        self._seen = {k: at for k, at in self._seen.items() if now - at < _AGAIN} | {key: now}
