"""The texts of a report in one language: names, numbers, and the explanation under its figures."""

from datetime import timedelta

from console.domain.catalogue.catalogue import Catalogue
from console.domain.reports import figures, forecast, quality
from console.domain.reports.figures import Period
from console.domain.time_zone import CITY
from console.services.reports import words
from console.services.views.reports import Coverage, Report, Scope
from console.services.wording.labels import CHANNELS
from console.services.wording.sentences import fill, moment


class ReportTexts:
    """Texts of one catalogue in one language."""

    def __init__(self, catalogue: Catalogue, *, english: bool) -> None:
        """Use these names and this language."""
        self._catalogue = catalogue
        self.english = english

    def pair(self, pair: tuple[str, str]) -> str:
        """The right one of (Vietnamese, English)."""
        return pair[self.english]

    def label(self, code: str, text: str) -> tuple[str, str]:
        """A line under a report: its label and its text."""
        return self.pair(words.LABELS[code]), text

    # --- numbers

    def signed(self, share: float) -> str:
        """`+4,5` for 0.045."""
        text = f"{share * 100:+.1f}".replace("-", "\N{MINUS SIGN}")
        return text if self.english else text.replace(".", ",")

    def whole(self, number: int) -> str:
        """`1.851`."""
        text = f"{number:,}"
        return text if self.english else text.replace(",", ".")

    # --- names

    def channel(self, code: str) -> str:
        """The name of a channel."""
        return self.pair(CHANNELS[code]) if code in CHANNELS else code

    def group(self, code: str) -> str:
        """The name of a service group."""
        group = self._catalogue.groups.get(code)
        return code if group is None else self.pair((group.name, group.name_en))

    def ward(self, code: str) -> str:
        """The name of a ward."""
        ward = self._catalogue.wards.get(code)
        return ward.name if ward else code or self.pair(("chưa rõ", "unknown"))

    # --- the explanation

    def explanation(
        self, report: Report, sample: str, coverage: Coverage
    ) -> tuple[tuple[str, str], ...]:
        """The lines under a report: formula, period, rules, sample, coverage, scope."""
        formula = fill(
            self.pair(words.FORMULAS[report.name]),
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
        versions = (figures.VERSION, self._catalogue.version, self._clocks(report.period))
        return (
            self.label("formula", formula),
            self.label("period", self._period(report.period)),
            self.label("rule_version", "; ".join(map(str, versions))),
            self.label("sample", sample),
            self.label("coverage", self._covers(coverage)),
            *self._scope(report.scope),
        )

    def _clocks(self, period: Period) -> str:
        """The clock rules in force in the period; several when they changed within it."""
        first = period.since.astimezone(CITY).date()
        # The end is exclusive: the last day of a period that ends at midnight is the day before.
        last = (period.until - timedelta(microseconds=1)).astimezone(CITY).date()
        codes = [
            rules.code
            for rules in self._catalogue.clocks
            if rules.valid_from <= last and (rules.valid_to is None or rules.valid_to >= first)
        ]
        return ", ".join(codes) or "—"

    def _period(self, period: Period) -> str:
        since, until, cut = (moment(at) for at in (period.since, period.until, period.cut))
        return self.pair(
            (
                f"từ {since} đến trước {until}, chốt lúc {cut}",
                f"from {since} to before {until}, judged at {cut}",
            )
        )

    def _covers(self, coverage: Coverage) -> str:
        values = {
            "seq": coverage.last_seq,
            "unsent": coverage.unsent,
            "released": coverage.released,
        }
        said = fill(self.pair(words.COVERAGE["central" if coverage.central else "alone"]), values)
        if coverage.released:
            said += fill(self.pair(words.COVERAGE["released"]), values)
        return said

    def _scope(self, scope: Scope) -> tuple[tuple[str, str], ...]:
        if not (scope.agencies or scope.services):
            return ()
        agencies = [self._catalogue.agency(code).name for code in scope.agencies]
        services = [self._catalogue.service(code).name for code in scope.services]
        return (self.label("scope", ", ".join([*agencies, *services])),)
