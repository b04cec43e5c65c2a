"""Ports of recordings: the exchange's own files, and this seat's copies."""

from dataclasses import dataclass
from typing import Protocol

from console.services.records import CallRecord


class RecordingSource(Protocol):
    """Reads the exchange's recordings; every method blocks."""

    def place(self, leg: str) -> str:
        """The place to store with the call; "" when the leg cannot be part of a name."""

    def size(self, leg: str) -> int:
        """Current size in bytes; -1 without a file."""

    def read(self, leg: str) -> bytes:
        """The content.

        Raises:
            OSError: it cannot be read.
        """


class RecordingCopies(Protocol):
    """This seat's encrypted copies; every method blocks."""

    def put(self, name: str, data: bytes) -> str:
        """Store a copy; returns the place for `get`."""

    def holds(self, place: str) -> bool:
        """Whether this place is one of these copies."""

    def get(self, place: str) -> bytes:
        """The content.

        Raises:
            OSError: it is missing or damaged.
        """

    def drop(self, place: str) -> int:
        """Delete a copy; returns the bytes freed."""


class CentralRecordings(Protocol):
    """Recordings that other seats sent to the centre."""

    async def recording(self, pbx: str, call_id: str) -> bytes | None:
        """The verified content, with a line of the centre's audit; None without one.

        Raises:
            UnavailableError: `central_away`.
        """


@dataclass(frozen=True, slots=True)
class Recordings:
    """How this seat handles recordings.

    Attributes:
        vault: copies of this seat's own calls; None = the exchange's files are played.
        extension: of this seat, which identifies its own calls.
        days: retention time; 0 = for ever.
    """

    source: RecordingSource
    vault: RecordingCopies | None = None
    extension: str = ""
    days: int = 0

    def keeps(self, call: CallRecord) -> bool:
        """Whether this seat stores the call's recording; with copies, only one seat does."""
        return self.vault is None or not self.extension or call.operator == self.extension
