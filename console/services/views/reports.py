"""Values of reports: tallies from the store, and the finished report."""

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
"""All reports, in display order."""

type Cell = str | int | float | None
type Kind = Literal["text", "count", "share", "hours", "seconds", "rank", "time"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the city that a report covers.

    Attributes:
        agencies: codes; empty = all.
        services: codes; empty = all.
    """

    agencies: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(slots=True)
class AgencyTally:
    """An agency's assignments of a period, counted as `AGENCY` of the store defines."""

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
    """Requests received in a period by several keys; each dict has the same sum."""

    channel: dict[str, int]
    service: dict[str, int]
    ward: dict[str, int]
    hour: dict[int, int]


@dataclass(frozen=True, slots=True)
class ReporterTally:
    """One citizen's verified reports.

    Attributes:
        phone: E.164; never shown in full.
        name: only with the citizen's consent.
    """

    phone: str
    reports: int
    name: str | None


@dataclass(frozen=True, slots=True)
class ReporterCount:
    """The citizens with the most verified reports, and the totals."""

    most: tuple[ReporterTally, ...]
    citizens: int
    reports: int


@dataclass(frozen=True, slots=True)
class CallTally:
    """Figures of a period's calls besides `CallFigures`.

    Attributes:
        answered_within: seconds -> calls answered within that time.
        talk_s, wrap_up_s: seconds of talk and wrap-up of all answered calls.
        judged: answered callers whose seven days have passed.
        first_contact: those of them who did not call again within seven days.
    """

    answered_within: dict[int, int]
    talk_s: float
    wrap_up_s: float
    first_contact: int
    judged: int
    by_hour: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the figures are based on.

    Attributes:
        last_seq: the centre's number up to which this seat has pulled; None without a centre.
        unsent: events of this seat that the centre does not have.
        released: requests that this seat pruned, so they are not counted.
    """

    central: bool
    last_seq: int | None
    unsent: int
    released: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: code for machines, words for people.

    Attributes:
        drill: whether the number opens the requests it counts.
    """

    code: str
    vi: str
    en: str
    kind: Kind = "count"
    drill: bool = False


type Rows = tuple[tuple[Cell, ...], ...]
type Part = tuple[str, tuple[Column, ...], Rows, tuple[str, ...]]
"""A table of a report: name, columns, rows, a key for each row."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report, to be printed, exported or sealed.

    Attributes:
        keys: one for each row, for drilling down; "" = the whole city.
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
    """A report sealed as it was, chained to the one sealed before.

    Attributes:
        body: its canonical JSON; `digest` is its sha256, printed on paper.
        seal: sha256 over the previous seal and this digest.
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
