"""Makes reports: asks the store, judges by `domain.figures`, puts the words under them.

A report is a value: window, command line and seal show the same one. An officer gets his agency's
lines only (SECURITY.md 11).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError, RefusedError
from console.domain.reports import figures, forecast, quality
from console.domain.reports.figures import Period
from console.domain.reports.forecast import Staffing
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.ports.store.queries import Queries
from console.services.reports import words
from console.services.reports.call_centre import call_centre
from console.services.reports.forecast import outlook
from console.services.reports.quality import quality_report
from console.services.reports.shift import HANDOVER_COLUMNS, PEOPLE_COLUMNS, shift_parts
from console.services.views.reports import NAMES, AgencyTally, Cell, Column, Coverage, Report, Scope
from console.services.wording.labels import CHANNELS
from console.services.wording.sentences import fill, moment

OFFICERS = frozenset({"slow-agencies", "volumes"})
_STAFFING = Staffing()


class ReportBuilder:
    """Makes reports of one catalogue, in one language, for one person."""

    def __init__(
        self,
        catalogue: Catalogue,
        actor: Actor,
        lang: str = "vi",
        staffing: Staffing = _STAFFING,
    ) -> None:
        """Keep what all reports share."""
        self._staffing = staffing
        self._catalogue = catalogue
        self._actor = actor
        self._english = lang == "en"

    def report(
        self, name: str, period: Period, scope: Scope, queries: Queries, now: datetime
    ) -> Report:
        """The report of this name, on a reader thread.

        Raises:
            InputError: `unknown_report`, `unknown_agency`, `unknown_service`.
            RefusedError: `role_may_not`.
        """
        scope = self.allowed(name, scope)
        make: dict[str, Callable[[Period, Scope, Queries, datetime], Report]] = {
            "slow-agencies": self._slow_agencies,
            "active-reporters": self._active_reporters,
            "volumes": self._volumes,
            "call-centre": self._call_centre,
            "shift": self._shift,
            "quality": self._quality,
            "forecast": self._forecast,
        }
        return make[name](period, scope, queries, now)

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

    # --- the reports

    def _slow_agencies(
        self, period: Period, scope: Scope, queries: Queries, now: datetime
    ) -> Report:
        tallies = queries.agency_tallies(period, scope)
        earlier = queries.agency_tallies(period.before(), scope)
        shares = {
            code: (_share_of(t), t.on_time + t.late + t.open_overdue) for code, t in tallies.items()
        }
        places = figures.ranks(shares)
        order = sorted(
            tallies,
            key=lambda code: (places.get(code, 1 << 30), -tallies[code].open_overdue, code),
        )
        rows = tuple(
            self._agency_row(code, tallies[code], places.get(code), earlier.get(code), period)
            for code in order
        )
        judged = sum(n for _, n in shares.values())
        sample = self._text(
            f"{sum(t.received for t in tallies.values())} phân công, {judged} đã đến lúc xét, "
            f"{len(places)} / {len(tallies)} đơn vị đủ mẫu",
            f"{sum(t.received for t in tallies.values())} assignments, {judged} judged, "
            f"{len(places)} of {len(tallies)} agencies with a large enough sample",
        )
        plain = self._part(
            "slow-agencies", period, now, words.AGENCY_COLUMNS, rows, tuple(order), scope
        )
        city = self._totals(period, scope, queries, now)
        return self._made(plain, sample, queries.coverage(), (city,))

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

    def _totals(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        found = queries.totals(period, scope)
        row: tuple[Cell, ...] = (found.received, found.handled, found.open, found.late)
        return self._part("totals", period, now, words.TOTAL_COLUMNS, (row,), ("",), scope)

    def _active_reporters(
        self, period: Period, scope: Scope, queries: Queries, now: datetime
    ) -> Report:
        found = queries.active_reporters(period)
        rows = []
        for who in found.most:
            place = 1 + sum(other.reports > who.reports for other in found.most)
            # The last three digits tell two citizens apart and name nobody.
            rows.append((place, who.name or f"••• {who.phone[-3:]}", who.reports))
        sample = self._text(
            f"{found.reports} phản ánh được xác minh của {found.citizens} người dân",
            f"{found.reports} verified reports by {found.citizens} citizens",
        )
        keys = tuple(who.phone for who in found.most)
        plain = self._part(
            "active-reporters", period, now, words.REPORTER_COLUMNS, tuple(rows), keys, scope
        )
        return self._made(plain, sample, queries.coverage())

    def _volumes(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        totals = self._totals(period, scope, queries, now)
        parts = self._volume_parts(period, scope, queries, now)
        sample = self._text(f"{totals.rows[0][0]} phản ánh", f"{totals.rows[0][0]} requests")
        return self._made(self._named("volumes", totals), sample, queries.coverage(), parts)

    def _volume_parts(
        self, period: Period, scope: Scope, queries: Queries, now: datetime
    ) -> tuple[Report, ...]:
        found = queries.volumes(period, scope)
        groups: dict[str, int] = {}
        for code, n in found.service.items():
            service = self._catalogue.services.get(code)
            group = service.group if service else code
            groups[group] = groups.get(group, 0) + n
        hours = {f"{hour:02d}": found.hour.get(hour, 0) for hour in range(24)}
        parts = []
        for name, counted, label in (
            ("channel", found.channel, self._channel),
            ("group", groups, self._group),
            ("ward", found.ward, self._ward),
            ("hour", hours, lambda hour: f"{hour}:00"),
        ):
            every = sum(counted.values())
            order = sorted(counted, key=lambda k: (-counted[k], k)) if name != "hour" else [*hours]
            rows: tuple[tuple[Cell, ...], ...] = tuple(
                (label(key), counted[key], figures.share(counted[key], every)) for key in order
            )
            columns = words.volume_columns(words.TITLES[name])
            parts.append(self._part(name, period, now, columns, rows, tuple(order), scope))
        return tuple(parts)

    def _call_centre(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        made = call_centre(period, queries, english=self._english)
        parts = tuple(
            self._part(name, period, now, columns, rows, keys, scope)
            for name, columns, rows, keys in made.parts
        )
        sample = self._text(f"{made.offered} cuộc gọi đến", f"{made.offered} calls offered")
        plain = self._part(
            "call-centre", period, now, words.CALL_COLUMNS, made.rows, made.keys, scope
        )
        return self._made(plain, sample, queries.coverage(), parts)

    def _shift(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        calls = call_centre(period, queries, english=self._english)
        volumes = self._volume_parts(period, scope, queries, now)[:2]
        figures_of_calls = self._part(
            "call-centre", period, now, words.CALL_COLUMNS, calls.rows, calls.keys, scope
        )
        totals = self._totals(period, scope, queries, now)
        sample = self._text(
            f"{totals.rows[0][0]} phản ánh, {calls.offered} cuộc gọi",
            f"{totals.rows[0][0]} requests, {calls.offered} calls",
        )
        found = shift_parts(period, queries, self._catalogue, english=self._english)
        people, handovers = (
            self._part(name, period, now, columns, rows, tuple(map(str, range(len(rows)))), scope)
            for name, columns, rows in (
                ("shift-people", PEOPLE_COLUMNS, found.people),
                ("shift-handover", HANDOVER_COLUMNS, found.handovers),
            )
        )
        parts = (people, handovers, figures_of_calls, *volumes)
        made = self._made(self._named("shift", totals), sample, queries.coverage(), parts)
        head = queries.audit_head(period.cut)
        said = "—"
        if head is not None:
            said = fill(self._pair(words.HEAD), {"n": head[0], "hash": head[1]})
        return _with_words(made, (self._pair(words.LABELS["audit"]), said))

    def _quality(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        made = quality_report(period, queries, self._catalogue, english=self._english)
        parts = tuple(
            self._part(name, period, now, columns, rows, keys, scope)
            for name, columns, rows, keys in made.parts
        )
        plain = self._part(
            "quality", period, now, words.QUALITY_COLUMNS, made.rows, made.keys, scope
        )
        said = fill(
            self._pair(words.SEED), {"drawn": made.drawn, "seed": made.seed, "scored": made.scored}
        )
        return self._made(plain, said, queries.coverage(), parts)

    def _forecast(self, period: Period, scope: Scope, queries: Queries, now: datetime) -> Report:
        made = outlook(period, queries, now, self._catalogue, self._staffing)
        part = self._part(
            "forecast-requests", period, now, words.FORECAST_REQUEST_COLUMNS, made.requests,
            made.keys, scope,
        )  # fmt: skip
        plain = self._part(
            "forecast", period, now, words.FORECAST_COLUMNS, made.calls, made.keys, scope
        )
        sample = self._text(f"{len(made.keys)} giờ", f"{len(made.keys)} hours")
        report = self._made(plain, sample, queries.coverage(), (part,))
        how = words.MEASURED if made.measured else words.ASSUMED
        said = fill(self._pair(words.HISTORY), {
            "calls": made.weeks[0], "calls_growth": self._signed(made.growth[0]),
            "requests": made.weeks[1], "requests_growth": self._signed(made.growth[1]),
            "handle": round(made.handle_s),
            "measured": fill(self._pair(how), {"n": self._whole(made.measured)}),
        })  # fmt: skip
        for known, series in zip(made.known, words.SERIES, strict=True):
            if not known:
                missing = {"least": forecast.LEAST_WEEKS, "series": self._pair(series)}
                said += fill(self._pair(words.NO_HISTORY), missing)
        level = self._staffing.level
        wanted = {"percent": f"{level.percent:g}", "s": f"{level.within_s:g}"}
        return _with_words(
            report,
            (self._pair(words.LABELS["history"]), said),
            (self._pair(words.LABELS["level"]), fill(self._pair(words.LEVEL), wanted)),
        )

    # --- words

    def _signed(self, share: float) -> str:
        """`+4,5` of 0.045."""
        text = f"{share * 100:+.1f}".replace("-", "\N{MINUS SIGN}")
        return self._text(text.replace(".", ","), text)

    def _whole(self, number: int) -> str:
        """`1.851`."""
        text = f"{number:,}"
        return self._text(text.replace(",", "."), text)

    def _made(
        self, plain: Report, sample: str, coverage: Coverage, parts: tuple[Report, ...] = ()
    ) -> Report:
        """The report with the words that belong under it."""
        name, period, scope = plain.name, plain.period, plain.scope
        formula = fill(
            self._pair(words.FORMULAS[name]),
            {
                "least": figures.LEAST_SAMPLE,
                "silent": figures.SILENT_HOURS,
                "weeks": forecast.WEEKS,
                "each": quality.EACH,
                "talk": quality.LEAST_TALK_S,
                "metres": quality.SAME_PLACE_M,
                "days": quality.SAME_TROUBLE.days,
            },
        )
        said = (
            (self._pair(words.LABELS["formula"]), formula),
            (self._pair(words.LABELS["period"]), self._period(period)),
            (
                self._pair(words.LABELS["rule_version"]),
                f"{figures.VERSION}; {self._catalogue.version}; {self._clocks(period)}",
            ),
            (self._pair(words.LABELS["sample"]), sample),
            (self._pair(words.LABELS["coverage"]), self._covers(coverage)),
            *self._scope_words(scope),
        )
        return replace(plain, words=said, parts=parts)

    def _named(self, name: str, table: Report) -> Report:
        return replace(table, name=name, title=self._pair(words.TITLES[name]))

    def _part(
        self,
        name: str,
        period: Period,
        now: datetime,
        columns: tuple[Column, ...],
        rows: tuple[tuple[Cell, ...], ...],
        keys: tuple[str, ...],
        scope: Scope,
    ) -> Report:
        title = self._pair(words.TITLES[name])
        return Report(name, title, period, now, columns, rows, keys, (), scope)

    def _clocks(self, period: Period) -> str:
        """The clock rules in force in the period: several where they changed in its midst."""
        first = period.since.astimezone(CITY).date()
        # The end is not of the period: of one that ends at midnight the day before is its last.
        last = (period.until - timedelta(microseconds=1)).astimezone(CITY).date()
        codes = [
            rules.code
            for rules in self._catalogue.clocks
            if rules.valid_from <= last and (rules.valid_to is None or rules.valid_to >= first)
        ]
        return ", ".join(codes) or "—"

    def _period(self, period: Period) -> str:
        since, until, cut = (moment(at) for at in (period.since, period.until, period.cut))
        return self._text(
            f"từ {since} đến trước {until}, chốt lúc {cut}",
            f"from {since} to before {until}, judged at {cut}",
        )

    def _covers(self, coverage: Coverage) -> str:
        values = {
            "seq": coverage.last_seq,
            "unsent": coverage.unsent,
            "released": coverage.released,
        }
        said = fill(self._pair(words.COVERAGE["central" if coverage.central else "alone"]), values)
        if coverage.released:
            said += fill(self._pair(words.COVERAGE["released"]), values)
        return said

    def _scope_words(self, scope: Scope) -> tuple[tuple[str, str], ...]:
        if not (scope.agencies or scope.services):
            return ()
        agencies = [self._catalogue.agency(code).name for code in scope.agencies]
        services = [self._catalogue.service(code).name for code in scope.services]
        return ((self._pair(words.LABELS["scope"]), ", ".join([*agencies, *services])),)

    def _channel(self, code: str) -> str:
        return self._pair(CHANNELS[code]) if code in CHANNELS else code

    def _group(self, code: str) -> str:
        group = self._catalogue.groups.get(code)
        if group is None:
            return code
        return group.name_en if self._english else group.name

    def _ward(self, code: str) -> str:
        ward = self._catalogue.wards.get(code)
        return ward.name if ward else code or self._text("chưa rõ", "unknown")

    def _pair(self, pair: tuple[str, str]) -> str:
        return pair[1] if self._english else pair[0]

    def _text(self, vietnamese: str, english: str) -> str:
        return english if self._english else vietnamese


def _share_of(tally: AgencyTally) -> float | None:
    return figures.on_time_share(tally.on_time, tally.late, tally.open_overdue)


def _with_words(report: Report, *more: tuple[str, str]) -> Report:
    return replace(report, words=(*report.words, *more))
