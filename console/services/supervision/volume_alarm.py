"""The alarm when today leaves the band: a burst pipe, a storm, or a line that is dead.

Each minute the hour that runs, and the one just over, are held against what the forecast says of
them: calls, requests, and requests of each field. Each series is told once an hour, also across a
restart, because what was told is a line of the audit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.domain.live_events import VolumeLeftBand
from console.domain.reports.forecast import Forecast, hour_of
from console.domain.states import Role
from console.services.people.actors import entry_of, system_actor
from console.services.reports.forecast import by_groups, models
from console.services.views.audit import AuditFilter

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.store.queries import Queries
    from console.services.ports.store.unit_of_work import UnitOfWork

CALLS = "calls"
ACT = "volume_alarm"
_HOUR = timedelta(hours=1)
LEAST_MORE = 5
"""So many more than expected, at least: three calls at night are no burst."""
LEAST_EXPECTED = 8.0
"""Where fewer are expected nobody wonders that none came."""


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """An alarm that was told of the hour that runs, or of the one just over.

    Attributes:
        series: as of `VolumeLeftBand`.
        above: more than the band allows, else fewer.
    """

    series: str
    hour: datetime
    above: bool


def active_alarms(queries: "Queries", now: datetime) -> tuple[ActiveAlarm, ...]:
    """What was told of this hour and the last, newest first; the audit remembers it, so that a page
    opened afterwards has it too.
    """
    hour = hour_of(now)
    keys = {
        _key_of(each, above): (each, above)
        for each in (hour, hour - _HOUR)
        for above in (True, False)
    }
    lines = queries.audit_lines(AuditFilter(since=hour - _HOUR, act=ACT, side="access"))
    return tuple(
        ActiveAlarm(line.subject, *keys[line.detail]) for line in lines if line.detail in keys
    )


class VolumeWatch:
    """Keeps the forecast of the hour; a new hour makes a new one."""

    def __init__(self, desk: "Desk") -> None:
        """Nothing is asked yet."""
        self._desk = desk
        self._hour: datetime | None = None
        self._models: dict[str, Forecast] = {}

    async def look(self) -> tuple[VolumeLeftBand, ...]:
        """Judge now, write down and publish what is new."""
        desk = self._desk
        if desk.actor.role is Role.OFFICER:
            return ()
        now = desk.clock()
        found = await desk.ask(lambda q: self._judged(q, now))
        if found:
            actor = system_actor(desk.actor.workstation)
            entries = [entry_of(actor, now, ACT, a.series, _key(a)) for a in found]

            def write(uow: "UnitOfWork") -> None:
                for entry in entries:
                    uow.audit(entry)

            await desk.store.write(write, priority=2)
        for alarm in found:
            desk.bus.publish(alarm)
        return found

    def _judged(self, queries: "Queries", now: datetime) -> tuple[VolumeLeftBand, ...]:
        hour = hour_of(now)
        if hour != self._hour:
            calls, groups = models(queries, hour - _HOUR, self._desk.catalogue)
            self._models = {CALLS: calls, **groups}
            self._hour = hour
        found = [*self._of_hour(queries, hour - _HOUR, hour), *self._of_hour(queries, hour, now)]
        if not found:
            return ()
        since = AuditFilter(since=hour - _HOUR, act=ACT, side="access")
        told = {(line.subject, line.detail) for line in queries.audit_lines(since)}
        return tuple(a for a in found if (a.series, _key(a)) not in told)

    def _of_hour(
        self, queries: "Queries", hour: datetime, until: datetime
    ) -> Iterator[VolumeLeftBand]:
        over = until - hour >= _HOUR
        came = {CALLS: queries.hourly_calls(hour, until).get(hour, 0)}
        by_group = by_groups(queries.hourly_requests(hour, until), self._desk.catalogue)
        came |= {group: counts.get(hour, 0) for group, counts in by_group.items()}
        for series, model in self._models.items():
            if not model.known:
                continue
            expected, number = model.expect(hour), came.get(series, 0)
            if number > expected.high and number - expected.expected >= LEAST_MORE:
                yield VolumeLeftBand(series, hour, number, expected.expected, expected.high, over)
            elif over and number < expected.low and expected.expected >= LEAST_EXPECTED:
                yield VolumeLeftBand(series, hour, number, expected.expected, expected.low, over)


def _key(alarm: VolumeLeftBand) -> str:
    """What makes an alarm the same one: its hour and its side."""
    return _key_of(alarm.hour, alarm.above)


def _key_of(hour: datetime, above: bool) -> str:
    return f"{hour:%Y-%m-%dT%H}{'+' if above else '-'}"
