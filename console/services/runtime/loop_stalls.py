"""How long the window's event loop kept people waiting: counted while it runs, read by `doctor`."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FILE = "stalls.json"
LIMIT_MS = 50
_LONGEST_MS = 2000


@dataclass(slots=True)
class LoopStalls:
    """Counts late turns of the loop by whole milliseconds; two seconds is the most it counts.

    Attributes:
        since: when counting began.
        worst_ms: the longest wait, not capped.
    """

    since: datetime
    worst_ms: float = 0.0
    _counts: list[int] = field(default_factory=lambda: [0] * (_LONGEST_MS + 1))

    def add(self, late_ms: float) -> None:
        """Count one turn that was this late."""
        self._counts[min(_LONGEST_MS, max(0, int(late_ms)))] += 1
        self.worst_ms = max(self.worst_ms, late_ms)

    def summary(self, now: datetime) -> "StallSummary":
        """The figures so far."""
        turns = sum(self._counts)
        behind, p99 = 0, 0
        for late, many in enumerate(self._counts):
            behind += many
            if behind * 100 >= turns * 99:
                p99 = late
                break
        over = sum(self._counts[LIMIT_MS + 1 :])
        hours = (now - self.since).total_seconds() / 3600
        return StallSummary(now.isoformat(), round(hours, 2), turns, p99, over, self.worst_ms)


@dataclass(frozen=True, slots=True)
class StallSummary:
    """Figures of one run of the window.

    Attributes:
        at: end of counting, ISO 8601.
        over: turns that were more than 50 ms late.
    """

    at: str
    hours: float
    turns: int
    p99_ms: int
    over: int
    worst_ms: float

    def write(self, folder: Path) -> None:
        """Write it where `doctor` reads it; on a full disk only the figures are lost."""
        part = folder / f"{FILE}.part"
        try:
            part.write_text(json.dumps(asdict(self)), "utf-8")
            part.replace(folder / FILE)
        except OSError:
            part.unlink(missing_ok=True)


def read(folder: Path) -> StallSummary | None:
    """Figures of the window that ran here last; None without one."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        made = StallSummary(**found)
        datetime.fromisoformat(made.at).astimezone(UTC)
    except (OSError, ValueError, TypeError):
        return None
    return made
