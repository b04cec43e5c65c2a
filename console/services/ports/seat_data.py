"""Port of imports into this seat, and of the rebuild of its tables from the events."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class DataKind(StrEnum):
    """Kinds of data that can be imported."""

    REQUESTS = "requests"
    WARDS = "wards"
    STREETS = "streets"
    ASSETS = "assets"
    BASEMAP = "basemap"


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress: `done` of `every` (bytes or items), rows read and refused so far."""

    done: int
    every: int
    rows: int = 0
    refused: int = 0


type Tell = Callable[[Progress], None]
"""Receives the progress now and then, on the working thread. An exception from it ends the work.

Committed rows of a history stay and the next run continues after them; tables that a rebuild has
corrected stay; everything else is as before.
"""


@dataclass(frozen=True, slots=True)
class DataFinding:
    """A remark on one item of the file.

    Attributes:
        where: line of the file, or code of the item.
        why: in words.
        refused: whether it was not imported; otherwise it was, and somebody should check it.
    """

    where: str
    why: str
    detail: str = ""
    refused: bool = True


@dataclass(frozen=True, slots=True)
class DataReport:
    """What an import did, or would do.

    Attributes:
        taken: valid items; for a history, new rows.
        known: rows that were here already.
        findings: the first remarks, at most `MOST_FINDINGS`.
        side_file: all refused rows with their reasons.
        unused: unknown columns.
        done_before: whether an earlier run imported the whole file.
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
    """Result of a rebuild: requests, events, and corrected rows by table."""

    requests: int
    events: int
    changed: dict[str, int]


class SeatData(Protocol):
    """Only an administrator may use it. Every method blocks, so it runs on a separate thread.

    Raises:
        RefusedError: `role_may_not`.
        InputError: the file is not of this kind.
        UnavailableError: it cannot be read, or the disk refused.
    """

    def look(self, kind: DataKind, source: Path, tell: Tell) -> DataReport:
        """Dry run: read the file and report what an import would do."""

    def bring(self, kind: DataKind, source: Path, licence: str, tell: Tell) -> DataReport:
        """Import the file, with a line of the audit."""

    def rebuild(self, tell: Tell) -> RebuildReport:
        """Rebuild every table from the events, in one transaction; saves wait meanwhile."""
