"""Quality of the hotline's own work: which calls are reviewed, how a score is computed, who holds a
case. Values in, values out.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.reports.figures import Period
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import apply
from console.domain.requests.request import Request
from console.domain.states import Role, State
from console.domain.time_zone import CITY

MAY_SCORE = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that review and score calls; their remarks go to their workstations only."""
EACH = 5
"""Calls of each operator that are reviewed in a period."""
LEAST_TALK_S = 20
"""A shorter call says nothing about how somebody works."""
MOST_MARK = 2
"""A criterion is missed (0), met in part (1) or met (2)."""
AGAIN = timedelta(days=7)
"""A second call from the same person within this time means the first call did not help."""
SAME_PLACE_M = 50
SAME_TROUBLE = timedelta(days=30)
"""The same trouble, this near and this soon after closing, was not fixed."""
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class CallCandidate:
    """A call that may be chosen.

    Attributes:
        operator: the extension; where the exchange knows people, the person's own.
        recorded: whether the exchange recorded it.
    """

    pbx: str
    call_id: str
    operator: str
    at: datetime
    talk_s: float
    recorded: bool


def seed_of(period: Period) -> str:
    """The seed of the choice, printed with it, so anybody can draw the same sample again."""
    since, until = (f"{at.astimezone(CITY):%Y%m%dT%H%M}" for at in (period.since, period.until))
    return f"{since}-{until}"


def sampled(
    calls: Iterable[CallCandidate], seed: str, each: int = EACH
) -> tuple[CallCandidate, ...]:
    """This many calls of each operator, chosen by SHA-256 of the seed and the call: random, but the
    same every time, and nobody picks them. Recorded calls only, if there are any.
    """
    long = [call for call in calls if call.talk_s >= LEAST_TALK_S]
    if recorded := [call for call in long if call.recorded]:
        long = recorded
    drawn: dict[str, list[tuple[str, CallCandidate]]] = {}
    for call in long:
        lot = hashlib.sha256(f"{seed}|{call.pbx}|{call.call_id}".encode()).hexdigest()
        drawn.setdefault(call.operator, []).append((lot, call))
    return tuple(
        call
        for operator in sorted(drawn)
        for _, call in sorted(drawn[operator], key=lambda pair: pair[0])[:each]
    )


def score_of(marks: Mapping[str, int], sheet: Sequence[str]) -> float:
    """Share of the points of a sheet, 0 to 1.

    Raises:
        ValueError: a criterion has no mark or an invalid one.
    """
    points = [marks.get(code, -1) for code in sheet]
    if not points or any(not 0 <= point <= MOST_MARK for point in points):
        raise ValueError("a sheet is marked whole")
    return sum(points) / (MOST_MARK * len(points))


# --- who holds a case


SWITCHBOARD, CALLBACK, CITIZEN = "switchboard", "callback", "citizen"


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody held a case.

    Attributes:
        who: `switchboard`, `callback` (the result must be told), `citizen` (we asked for more), or
            an agency's code.
        until: None while they hold it.
    """

    who: str
    since: datetime
    until: datetime | None


def holders(request: Request) -> frozenset[str]:
    """Who holds the case as it stands: nobody once it is closed, sometimes several agencies."""
    if request.is_closed:
        return frozenset()
    if request.state is State.NEED_INFO:
        return frozenset({CITIZEN})
    if agencies := frozenset(a.agency for a in request.assignments if a.is_open):
        return agencies
    return frozenset({CALLBACK if request.state is State.RESOLVED else SWITCHBOARD})


def held(history: Iterable[StoredEvent]) -> tuple[Held, ...]:
    """Who held a case from when to when, in order of taking it.

    Args:
        history: the request's events in fold order.
    """
    request: Request | None = None
    since: dict[str, datetime] = {}
    found: list[Held] = []
    for event in history:
        request = apply(request, event)
        now = holders(request) if request.number else frozenset()
        for who in [each for each in since if each not in now]:
            began = since.pop(who)
            # The clocks of two workstations may differ a little: no one holds a case for a negative
            # time.
            found += [Held(who, began, max(began, event.at))]
        for who in now - since.keys():
            since[who] = event.at
    found += [Held(who, at, None) for who, at in since.items()]
    return tuple(sorted(found, key=lambda one: (one.since, one.who)))


def totals(parts: Iterable[Held], now: datetime) -> dict[str, timedelta]:
    """How long each held it in all, in order of first taking it."""
    found: dict[str, timedelta] = {}
    for part in parts:
        length = (part.until or now) - part.since
        found[part.who] = found.get(part.who, timedelta(0)) + length
    return found
