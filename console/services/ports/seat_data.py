"""Port of bringing data into this seat, and of making its tables anew from the events."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class DataKind(StrEnum):
    """What can be brought in."""

    REQUESTS = "requests"
    WARDS = "wards"
    STREETS = "streets"
    ASSETS = "assets"
    BASEMAP = "basemap"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `every` (bytes or things), rows read and refused so far."""

    done: int
    every: int
    rows: int = 0
    refused: int = 0


type Tell = Callable[[Progress], None]
"""Hears now and then how far it is, on the working thread. What it raises ends the work: of a
history what was stored stays and the next run goes on behind it, of a rebuild what was made right;
all else is as it was before.
"""


@dataclass(frozen=True, slots=True)
class DataFinding:
    """One thing of the file with something to say.

    Attributes:
        where: line of the file, or the thing's code.
        why: in words.
        refused: it is not taken; else it is, and somebody should look.
    """

    where: str
    why: str
    detail: str = ""
    refused: bool = True


@dataclass(frozen=True, slots=True)
class DataReport:
    """What an import did, or would do.

    Attributes:
        taken: things that are good; of a history rows that were not here before.
        known: rows that are here already.
        findings: the first of what there is to say, at most `MOST_FINDINGS`.
        side_file: where all refused rows stand with their reasons.
        unused: columns that mean nothing to us.
        done_before: the whole file was brought in by an earlier run.
    """

    kind: DataKind
    dry_run: bool
    taken: int
    refused: int
    known: int = 0
    findings: tuple[DataFinding, ...] = ()
    side_file: Path | None = None
    unused: tuple[str, ...] = ()
    done_before: bool = False


MOST_FINDINGS = 500


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild came to: requests, events, and wrong rows that are right now, by table."""

    requests: int
    events: int
    changed: dict[str, int]


class SeatData(Protocol):
    """Every method blocks and is called on a thread of its own; only an administrator may.

    Raises:
        RefusedError: `role_may_not`.
        InputError: the file is none of this kind.
        UnavailableError: it cannot be read, or the disk refused.
    """

    def look(self, kind: DataKind, source: Path, tell: Tell) -> DataReport:
        """Read the file and say what would come of it; nothing is written into the seat."""

    def bring(self, kind: DataKind, source: Path, licence: str, tell: Tell) -> DataReport:
        """Bring the file in; a line of the audit."""

    def rebuild(self, tell: Tell) -> RebuildReport:
        """Make every table anew from the events, in one transaction; saves wait meanwhile."""
