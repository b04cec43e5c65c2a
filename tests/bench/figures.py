"""The figures of a benchmark: samples and their goals, printed as a table."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figure:
    """One measured value.

    Attributes:
        goal: p99 must stay below it, in the same unit; None = only shown.
        slow: what was slowest, for the reader.
    """

    what: str
    goal: float | None = None
    unit: str = "ms"
    samples: list[float] = field(default_factory=list)
    slow: str = ""

    def part(self, share: float) -> float:
        """The sample below which this share of all samples lies."""
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal or a sample."""
        if self.goal is None or not self.samples:
            return None
        return self.part(0.99) < self.goal


def timed_ms(start: float) -> float:
    """Milliseconds since this reading of `time.perf_counter`."""
    return (time.perf_counter() - start) * 1000


def print_table(figures: Sequence[Figure]) -> bool:
    """Print all figures next to their goals; return whether every goal is met."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"\n{os.cpu_count()} cores, load {load}")
    print(f"{'':4} {'':50} {'n':>5} {'p50':>8} {'p90':>8} {'p99':>8} {'max':>8} {'goal':>7}")
    for each in figures:
        word = {True: "ok", False: "MISS", None: ""}[each.met]
        if not each.samples:
            print(f"{'-':4} {each.what:50} not measured {each.slow}")
            continue
        cells = " ".join(f"{each.part(share):8.1f}" for share in (0.5, 0.9, 0.99, 1.0))
        goal = "" if each.goal is None else f"{each.goal:7g}"
        print(f"{word:4} {each.what:50} {len(each.samples):5} {cells} {goal:>7} {each.unit}")
        if each.slow:
            print(f"{'':5}{each.slow}")
    return all(each.met is not False for each in figures)
