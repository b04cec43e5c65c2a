"""What reports are made of: counted rows from the store, and the finished report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from console.domain.reports.figures import Period

NAMES = (
    "slow-agencies",
    "active-reporters",
    "volumes",
    "call-centre",
    "shift",
    "quality",
    "forecast",
)
"""The reports that there are, in the order in which they are offered."""

type Cell = str | int | float | None
type Kind = Literal["text", "count", "share", "hours", "seconds", "rank", "time"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the city a report is about.

    Attributes:
        agencies: codes; empty = all.
        services: codes; empty = all.
    """

    agencies: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(slots=True)
class AgencyTally:
    """An agency's assignments of a period, counted as `report_queries.AGENCY` defines."""

    received: int = 0
    on_time: int = 0
    late: int = 0
    open_ok: int = 0
    open_overdue: int = 0
    oldest_due_ms: int | None = None
    withdrawn: int = 0
    returned: int = 0
    extended: int = 0
    bounced: int = 0
    reopened: int = 0
    not_satisfied: int = 0
    silent: int = 0
    carried: int = 0
    tenths: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Totals:
    """A period's requests: received = handled + open; late are those any agency was late with."""

    received: int
    open: int
    late: int

    @property
    def handled(self) -> int:
        """Reported done by every agency, or ended, at the cut."""
        return self.received - self.open


@dataclass(frozen=True, slots=True)
class Volumes:
    """Requests received in a period, by what they are; each dict sums to the same number."""

    channel: dict[str, int]
    service: dict[str, int]
    ward: dict[str, int]
    hour: dict[int, int]


@dataclass(frozen=True, slots=True)
class ReporterTally:
    """One citizen's verified reports.

    Attributes:
        phone: E.164; shown in full to nobody.
        name: only where the citizen agreed to be named.
    """

    phone: str
    reports: int
    name: str | None


@dataclass(frozen=True, slots=True)
class ReporterCount:
    """Citizens by verified reports, most first, of so many citizens with so many reports."""

    most: tuple[ReporterTally, ...]
    citizens: int
    reports: int


@dataclass(frozen=True, slots=True)
class CallTally:
    """What `CallFigures` does not say of a period's calls.

    Attributes:
        answered_within: seconds -> calls answered within so many.
        talk_s, wrap_up_s: seconds talked, and after the talks, all answered calls.
        first_contact, judged: answered callers who did not call again within seven days, of those
            for whom seven days have passed.
    """

    answered_within: dict[int, int]
    talk_s: float
    wrap_up_s: float
    first_contact: int
    judged: int
    by_hour: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the figures rest on.

    Attributes:
        last_seq: the centre's number up to which this seat knows; None without a centre.
        unsent: events of this seat that the centre has not.
        released: requests that this seat gave back to the centre, so they are not counted.
    """

    central: bool
    last_seq: int | None
    unsent: int
    released: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: code for machines, words for people.

    Attributes:
        drill: the number opens the requests that it counts.
    """

    code: str
    vi: str
    en: str
    kind: Kind = "count"
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: what is printed, exported and sealed.

    Attributes:
        key: of each row, for drilling down; "" = the whole city.
        words: (label, text) pairs printed under it: formula, period, rule version, sample.
        parts: further tables of the same report, such as the city's totals.
        coverage: of the figures; part of what is sealed.
    """

    name: str
    title: str
    period: Period
    made_at: datetime
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    scope: Scope = field(default_factory=Scope)
    parts: tuple["Report", ...] = ()

    def row(self, key: str) -> Mapping[str, Cell]:
        """A row by its key, by column code."""
        codes = [c.code for c in self.columns]
        return dict(zip(codes, self.rows[self.keys.index(key)], strict=True))


@dataclass(frozen=True, slots=True)
class SealedReport:
    """A report kept as it was, chained to the one sealed before.

    Attributes:
        body: its canonical JSON; `digest` is its sha256, printed on paper.
        seal: sha256 over the seal before and this digest.
    """

    n: int
    at: datetime
    by: str
    name: str
    since: datetime
    until: datetime
    digest: str
    seal: str
    body: str
