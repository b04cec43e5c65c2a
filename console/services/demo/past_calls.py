"""The demo's calls of the last weeks, for the forecast and the report on quality."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from console.domain.ids import uuid7
from console.domain.time_zone import CITY
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord

BATCH = 100
EXTENSIONS = ("101", "102", "103", "104")
_BY_HOUR = (1, 1, 0, 0, 0, 1, 2, 5, 8, 8, 7, 5, 4, 5, 7, 7, 6, 5, 4, 3, 3, 2, 2, 1)
"""Calls of each hour of the city's day."""
_LOST = 0.05
"""Share of calls whose caller gives up while it rings."""


def kept_calls(now: datetime, days: int) -> Iterator[Callable[[UnitOfWork], None]]:
    """The calls in batches for the writer thread, one transaction each, oldest first."""
    calls = list(past_calls(now, days))
    for first in range(0, len(calls), BATCH):
        part = calls[first : first + BATCH]

        def keep(uow: UnitOfWork, part: list[CallRecord] = part) -> None:
            for call in part:
                uow.save_call(call)

        yield keep


def past_calls(now: datetime, days: int, seed: int = 1022) -> Iterator[CallRecord]:
    """The calls of this many days, up to the last full hour; the same seed gives the same calls.

    They use a random generator of their own, so the demo's requests do not depend on them.
    """
    chance = Random(seed)  # noqa: S311 - a story, not a secret
    first = (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    for n in range(days * 24):
        hour = first + timedelta(hours=n)
        usual = _BY_HOUR[hour.astimezone(CITY).hour]
        for place in range(max(0, round(chance.gauss(usual, usual**0.5)))):
            offered_at = hour + timedelta(seconds=chance.randrange(3600))
            yield _call(f"demo-past-{n}-{place}", offered_at, chance)


def _call(call_id: str, offered_at: datetime, chance: Random) -> CallRecord:
    call = CallRecord(
        pbx="sim",
        call_id=call_id,
        state="done",
        offered_at=offered_at,
        contact_id=uuid7(),
        phone=f"+849000{chance.randrange(2000):05d}",
        queue="1022",
    )
    if chance.random() < _LOST:
        gave_up_at = offered_at + timedelta(seconds=chance.randrange(20, 90))
        return replace(call, state="settled", lost_as="abandoned", ended_at=gave_up_at)
    answered_at = offered_at + timedelta(seconds=chance.choice((3, 5, 7, 9, 12, 22, 41)))
    ended_at = answered_at + timedelta(seconds=chance.randrange(60, 360))
    return replace(
        call,
        operator=chance.choice(EXTENSIONS),
        answered_at=answered_at,
        ended_at=ended_at,
        wrapped_at=ended_at + timedelta(seconds=chance.randrange(15, 70)),
    )
