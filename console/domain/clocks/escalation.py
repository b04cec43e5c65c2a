"""Who is warned when a clock runs: at 50 %, 75 % and 100 % of it and one day after its end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.catalogue.city_rules import ContactPoint
from console.domain.states import Role

LEVELS = ("half", "three_quarters", "due", "day_late")
"""Codes of the thresholds, in order: 50 %, 75 %, 100 % and one day late."""
CLOCKS = ("forward", "acknowledge", "resolve", "callback")

_SWITCHBOARD = frozenset({Role.OPERATOR, Role.SUPERVISOR})
_AGENCY = frozenset({Role.OFFICER})
_LEAD = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: this clock of this request at this agency passed this threshold.

    Attributes:
        agency: "" for the clocks of the switchboard.
        level: 1 to 4, the position in `LEVELS` plus one.
        due_at: end of the clock; a clock that was moved warns again.
    """

    request_id: UUID
    number: str
    agency: str
    clock: str
    level: int
    due_at: datetime

    @property
    def code(self) -> str:
        """`half`, `three_quarters`, `due` or `day_late`."""
        return LEVELS[self.level - 1]


def recipients(clock: str, level: int) -> frozenset[Role]:
    """The roles that receive a warning.

    The switchboard's own clocks warn operators and supervisors from half time on. An agency's
    clocks warn its officers, and from the end of the clock the supervisor too.
    """
    if clock in ("forward", "callback"):
        return _SWITCHBOARD
    return _AGENCY if level < 3 else _AGENCY | _LEAD


def point_is_warned(point: ContactPoint, warned: Warned) -> bool:
    """Whether this contact point is warned.

    At an agency `officer` is the person working on the case and `supervisor` the head, who is
    warned once the clock has ended. At the switchboard they are the shift's desk and its lead.
    """
    if point.agency:
        heard = point.role is Role.OFFICER or warned.level >= 3
        return warned.agency == point.agency and heard
    role = Role.OPERATOR if point.role is Role.OFFICER else Role.SUPERVISOR
    return role in recipients(warned.clock, warned.level)


def person_is_warned(warned: Warned, role: Role, agency: str | None) -> bool:
    """Whether this person is warned; an officer hears of the own agency only."""
    if role is Role.ADMINISTRATOR:
        role = Role.SUPERVISOR
    if role not in recipients(warned.clock, warned.level):
        return False
    return role is not Role.OFFICER or warned.agency == agency
