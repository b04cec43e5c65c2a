"""Audit lines for reading: which requests and which callers' histories a person had open."""

from datetime import datetime, timedelta

from console.domain.actors import Actor
from console.domain.requests.numbering import spoken
from console.services.people.actors import entry_of
from console.services.people.number_masking import masked
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.views.calls import CallerCard

MOST_NAMED = 12
"""Most requests of a caller that one line names: as many as the form shows."""
_AGAIN = timedelta(minutes=15)
"""Opening the same request again within this time counts as the same reading."""


class ReadingLog:
    """Records each reading once in a quarter of an hour for each person."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Start with an empty memory."""
        self._store, self._clock = store, clock
        self._seen: dict[tuple[str, str], datetime] = {}

    async def read(self, actor: Actor, number: str) -> None:
        """This person has a request open (its number as spoken).

        Raises:
            UnavailableError: the audit cannot be written.
        """
        await self._note(actor, number, "request_read", number)

    async def caller(self, actor: Actor, card: CallerCard) -> None:
        """This person sees what is known of a caller; without anything known, no line.

        Raises:
            UnavailableError: the audit cannot be written.
        """
        if card.phone is not None and (card.requests or card.contacts):
            numbers = [spoken(row.number) for row in card.requests[:MOST_NAMED]]
            subject = masked(card.phone)
            await self._note(actor, card.phone, "caller_read", subject, ", ".join(numbers))

    async def _note(
        self, actor: Actor, what: str, act: str, subject: str, detail: str = ""
    ) -> None:
        now, key = self._clock(), (actor.user, what)
        if (before := self._seen.get(key)) is not None and now - before < _AGAIN:
            return
        entry = entry_of(actor, now, act, subject, detail)
        await self._store.write(lambda uow: uow.audit(entry), priority=1)
        self._seen = {k: at for k, at in self._seen.items() if now - at < _AGAIN} | {key: now}
