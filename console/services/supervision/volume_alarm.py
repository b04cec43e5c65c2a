"""The alarm when volumes leave the forecast band: a burst pipe, a storm, or a dead line.

Each minute it compares the current hour and the last one with the forecast: calls, requests, and
requests of each service group. Each series alarms once an hour, even after a restart, because an
alarm is a line of the audit.
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
"""Least surplus for an alarm: three calls at night are no burst."""
LEAST_EXPECTED = 8.0
"""Below this expectation, no calls at all are no surprise."""


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """An alarm of the current hour or the last one.

    Attributes:
        series: as in `VolumeLeftBand`.
        above: True for more than the band allows, False for fewer.
    """

    series: str
    hour: datetime
    above: bool


def active_alarms(queries: "Queries", now: datetime) -> tuple[ActiveAlarm, ...]:
    """Alarms of this hour and the last, newest first, read from the audit."""
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
    """Compares volumes with the forecast, which it renews each hour."""

    def __init__(self, desk: "Desk") -> None:
        """Work through this desk."""
        self._desk = desk
        self._hour: datetime | None = None
        self._models: dict[str, Forecast] = {}

    async def look(self) -> tuple[VolumeLeftBand, ...]:
        """Check now; store and publish new alarms."""
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
    """Identifies an alarm within its series: the hour and the side."""
    return _key_of(alarm.hour, alarm.above)


def _key_of(hour: datetime, above: bool) -> str:
    return f"{hour:%Y-%m-%dT%H}{'+' if above else '-'}"
