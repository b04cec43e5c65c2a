"""Builds reports: asks the store, judges by `domain/reports`, adds the explanation.

A report is a value: window, command line and seal all use the same one. An officer gets only the
agency's own rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError, RefusedError
from console.domain.reports import figures, forecast
from console.domain.reports.figures import Period
from console.domain.reports.forecast import Staffing
from console.domain.states import Role
from console.services.ports.store.queries import Queries
from console.services.reports import words
from console.services.reports.call_centre import call_centre
from console.services.reports.forecast import outlook
from console.services.reports.quality import quality_report
from console.services.reports.shift import HANDOVER_COLUMNS, PEOPLE_COLUMNS, shift_parts
from console.services.reports.texts import ReportTexts
from console.services.views.reports import (
    NAMES,
    AgencyTally,
    Cell,
    Column,
    Part,
    Report,
    Rows,
    Scope,
)
from console.services.wording.sentences import fill

OFFICERS = frozenset({"slow-agencies", "volumes"})
_STAFFING = Staffing()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a report is asked about, of which store, and when."""

    period: Period
    scope: Scope
    queries: Queries
    now: datetime


class ReportBuilder:
    """Builds reports of one catalogue, in one language, for one person."""

    def __init__(
        self,
        catalogue: Catalogue,
        actor: Actor,
        lang: str = "vi",
        staffing: Staffing = _STAFFING,
    ) -> None:
        """Use these for all reports."""
        self._staffing = staffing
        self._catalogue = catalogue
        self._actor = actor
        self._english = lang == "en"
        self._texts = ReportTexts(catalogue, english=self._english)

    def report(
        self, name: str, period: Period, scope: Scope, queries: Queries, now: datetime
    ) -> Report:
        """The report of this name, on a reader thread.

        Raises:
            InputError: `unknown_report`, `unknown_agency`, `unknown_service`.
            RefusedError: `role_may_not`.
        """
        asked = _Asked(period, self.allowed(name, scope), queries, now)
        build: dict[str, Callable[[_Asked], Report]] = {
            "slow-agencies": self._slow_agencies,
            "active-reporters": self._active_reporters,
            "volumes": self._volumes,
            "call-centre": self._call_centre,
            "shift": self._shift,
            "quality": self._quality,
            "forecast": self._forecast,
        }
        return build[name](asked)

    def allowed(self, name: str, scope: Scope) -> Scope:
        """The scope that this person may see.

        Raises:
            InputError: `unknown_report`, `unknown_agency`, `unknown_service`.
            RefusedError: `role_may_not`.
        """
        if name not in NAMES:
            raise InputError("unknown_report", report=name)
        for code in scope.agencies:
            self._catalogue.agency(code)
        for code in scope.services:
            self._catalogue.service(code)
        if self._actor.role is not Role.OFFICER:
            return scope
        if name not in OFFICERS or self._actor.agency is None:
            raise RefusedError("role_may_not", role=self._actor.role.value, action=f"report {name}")
        return Scope((self._actor.agency,), scope.services)

    # --- tables

    def _table(
        self,
        asked: _Asked,
        name: str,
        columns: tuple[Column, ...],
        rows: Rows,
        keys: Iterable[str] | None = None,
    ) -> Report:
        """A table; without `keys` its rows are numbered."""
        title = self._texts.pair(words.TITLES[name])
        known = tuple(map(str, range(len(rows)))) if keys is None else tuple(keys)
        return Report(name, title, asked.period, asked.now, columns, rows, known, (), asked.scope)

    def _tables(self, asked: _Asked, parts: Iterable[Part]) -> tuple[Report, ...]:
        return tuple(self._table(asked, *part) for part in parts)

    def _explained(
        self,
        asked: _Asked,
        table: Report,
        sample: tuple[str, str] | str,
        parts: tuple[Report, ...] = (),
        *more: tuple[str, str],
    ) -> Report:
        """The report: a table with its explanation and further tables."""
        said = sample if isinstance(sample, str) else self._texts.pair(sample)
        lines = self._texts.explanation(table, said, asked.queries.coverage())
        return replace(table, words=(*lines, *more), parts=parts)

    def _named(self, name: str, table: Report) -> Report:
        return replace(table, name=name, title=self._texts.pair(words.TITLES[name]))

    # --- the reports

    def _slow_agencies(self, asked: _Asked) -> Report:
        tallies = asked.queries.agency_tallies(asked.period, asked.scope)
        earlier = asked.queries.agency_tallies(asked.period.before(), asked.scope)
        shares = {
            code: (_share_of(t), t.on_time + t.late + t.open_overdue) for code, t in tallies.items()
        }
        places = figures.ranks(shares)
        order = sorted(
            tallies,
            key=lambda code: (places.get(code, 1 << 30), -tallies[code].open_overdue, code),
        )
        rows = tuple(
            self._agency_row(code, tallies[code], places.get(code), earlier.get(code), asked.period)
            for code in order
        )
        received = sum(t.received for t in tallies.values())
        judged = sum(n for _, n in shares.values())
        sample = (
            f"{received} phân công, {judged} đã đến lúc xét, "
            f"{len(places)} / {len(tallies)} đơn vị đủ mẫu",
            f"{received} assignments, {judged} judged, "
            f"{len(places)} of {len(tallies)} agencies with a large enough sample",
        )
        table = self._table(asked, "slow-agencies", words.AGENCY_COLUMNS, rows, order)
        return self._explained(asked, table, sample, (self._totals(asked),))

    def _agency_row(
        self,
        code: str,
        tally: AgencyTally,
        place: int | None,
        earlier: AgencyTally | None,
        period: Period,
    ) -> tuple[Cell, ...]:
        agency = self._catalogue.agencies.get(code)
        share = _share_of(tally)
        was = _share_of(earlier) if earlier else None
        age = None
        if tally.oldest_due_ms is not None:
            age = round((period.cut.timestamp() - tally.oldest_due_ms / 1000) / 86_400, 1)
        values: dict[str, Cell] = {
            "rank": place,
            "agency": agency.name if agency else code,
            "oldest_days": age,
            "on_time_share": share,
            "median_h": figures.percentile(tally.tenths, 50),
            "p90_h": figures.percentile(tally.tenths, 90),
            "trend": None if share is None or was is None else round((share - was) * 100, 1),
        }
        return tuple(
            values[c.code] if c.code in values else getattr(tally, c.code)
            for c in words.AGENCY_COLUMNS
        )

    def _totals(self, asked: _Asked) -> Report:
        found = asked.queries.totals(asked.period, asked.scope)
        row: tuple[Cell, ...] = (found.received, found.handled, found.open, found.late)
        return self._table(asked, "totals", words.TOTAL_COLUMNS, (row,), ("",))

    def _active_reporters(self, asked: _Asked) -> Report:
        found = asked.queries.active_reporters(asked.period)
        rows: list[tuple[Cell, ...]] = []
        for who in found.most:
            place = 1 + sum(other.reports > who.reports for other in found.most)
            # The last three digits tell two citizens apart and identify nobody.
            rows.append((place, who.name or f"••• {who.phone[-3:]}", who.reports))
        sample = (
            f"{found.reports} phản ánh được xác minh của {found.citizens} người dân",
            f"{found.reports} verified reports by {found.citizens} citizens",
        )
        keys = (who.phone for who in found.most)
        table = self._table(asked, "active-reporters", words.REPORTER_COLUMNS, tuple(rows), keys)
        return self._explained(asked, table, sample)

    def _volumes(self, asked: _Asked) -> Report:
        totals = self._totals(asked)
        sample = (f"{totals.rows[0][0]} phản ánh", f"{totals.rows[0][0]} requests")
        parts = self._volume_parts(asked)
        return self._explained(asked, self._named("volumes", totals), sample, parts)

    def _volume_parts(self, asked: _Asked) -> tuple[Report, ...]:
        found = asked.queries.volumes(asked.period, asked.scope)
        groups: dict[str, int] = {}
        for code, n in found.service.items():
            service = self._catalogue.services.get(code)
            group = service.group if service else code
            groups[group] = groups.get(group, 0) + n
        hours = {f"{hour:02d}": found.hour.get(hour, 0) for hour in range(24)}
        parts: list[Part] = []
        for name, counted, label in (
            ("channel", found.channel, self._texts.channel),
            ("group", groups, self._texts.group),
            ("ward", found.ward, self._texts.ward),
            ("hour", hours, lambda hour: f"{hour}:00"),
        ):
            every = sum(counted.values())
            order = sorted(counted, key=lambda k: (-counted[k], k)) if name != "hour" else [*hours]
            rows: Rows = tuple(
                (label(key), counted[key], figures.share(counted[key], every)) for key in order
            )
            parts.append((name, words.volume_columns(words.TITLES[name]), rows, tuple(order)))
        return self._tables(asked, parts)

    def _call_centre(self, asked: _Asked) -> Report:
        made = call_centre(asked.period, asked.queries, english=self._english)
        sample = (f"{made.offered} cuộc gọi đến", f"{made.offered} calls offered")
        table = self._table(asked, "call-centre", words.CALL_COLUMNS, made.rows, made.keys)
        return self._explained(asked, table, sample, self._tables(asked, made.parts))

    def _shift(self, asked: _Asked) -> Report:
        calls = call_centre(asked.period, asked.queries, english=self._english)
        found = shift_parts(asked.period, asked.queries, self._catalogue, english=self._english)
        parts = (
            self._table(asked, "shift-people", PEOPLE_COLUMNS, found.people),
            self._table(asked, "shift-handover", HANDOVER_COLUMNS, found.handovers),
            self._table(asked, "call-centre", words.CALL_COLUMNS, calls.rows, calls.keys),
            *self._volume_parts(asked)[:2],
        )
        totals = self._totals(asked)
        received = totals.rows[0][0]
        sample = (
            f"{received} phản ánh, {calls.offered} cuộc gọi",
            f"{received} requests, {calls.offered} calls",
        )
        head = asked.queries.audit_head(asked.period.cut)
        said = "—"
        if head is not None:
            said = fill(self._texts.pair(words.HEAD), {"n": head[0], "hash": head[1]})
        audit = self._texts.label("audit", said)
        return self._explained(asked, self._named("shift", totals), sample, parts, audit)

    def _quality(self, asked: _Asked) -> Report:
        made = quality_report(asked.period, asked.queries, self._catalogue, english=self._english)
        table = self._table(asked, "quality", words.QUALITY_COLUMNS, made.rows, made.keys)
        said = fill(
            self._texts.pair(words.SEED),
            {"drawn": made.drawn, "seed": made.seed, "scored": made.scored},
        )
        return self._explained(asked, table, said, self._tables(asked, made.parts))

    def _forecast(self, asked: _Asked) -> Report:
        texts = self._texts
        made = outlook(asked.period, asked.queries, asked.now, self._catalogue, self._staffing)
        part = self._table(
            asked, "forecast-requests", words.FORECAST_REQUEST_COLUMNS, made.requests, made.keys
        )
        table = self._table(asked, "forecast", words.FORECAST_COLUMNS, made.calls, made.keys)
        how = words.MEASURED if made.measured else words.ASSUMED
        said = fill(texts.pair(words.HISTORY), {
            "calls": made.weeks[0], "calls_growth": texts.signed(made.growth[0]),
            "requests": made.weeks[1], "requests_growth": texts.signed(made.growth[1]),
            "handle": round(made.handle_s),
            "measured": fill(texts.pair(how), {"n": texts.whole(made.measured)}),
        })  # fmt: skip
        for known, series in zip(made.known, words.SERIES, strict=True):
            if not known:
                missing = {"least": forecast.LEAST_WEEKS, "series": texts.pair(series)}
                said += fill(texts.pair(words.NO_HISTORY), missing)
        level = self._staffing.level
        wanted = {"percent": f"{level.percent:g}", "s": f"{level.within_s:g}"}
        return self._explained(
            asked,
            table,
            (f"{len(made.keys)} giờ", f"{len(made.keys)} hours"),
            (part,),
            texts.label("history", said),
            texts.label("level", fill(texts.pair(words.LEVEL), wanted)),
        )


def _share_of(tally: AgencyTally) -> float | None:
    return figures.on_time_share(tally.on_time, tally.late, tally.open_overdue)
