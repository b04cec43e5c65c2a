"""What adapters of recordings fill: where the exchange's are read, where this seat's copies lie."""

from dataclasses import dataclass
from typing import Protocol

from console.services.records import CallRecord


class RecordingSource(Protocol):
    """Where the exchange's recordings can be read; every call blocks."""

    def place(self, leg: str) -> str:
        """What is kept with the call; "" when the leg can be no part of a name."""

    def size(self, leg: str) -> int:
        """Bytes there now; -1 while there is nothing."""

    def read(self, leg: str) -> bytes:
        """The content.

        Raises:
            OSError: it cannot be read.
        """


class RecordingCopies(Protocol):
    """This seat's encrypted copies; every call blocks."""

    def put(self, name: str, data: bytes) -> str:
        """Keep it; what `get` finds it by."""

    def holds(self, place: str) -> bool:
        """Whether this is a place of ours."""

    def get(self, place: str) -> bytes:
        """The content again.

        Raises:
            OSError: it is gone, or not what was put there.
        """

    def drop(self, place: str) -> int:
        """Delete it; bytes that were freed."""


class CentralRecordings(Protocol):
    """Recordings that other seats sent to the centre."""

    async def recording(self, pbx: str, call_id: str) -> bytes | None:
        """The content, whole and verified; a line of the centre's audit. None when it has none.

        Raises:
            UnavailableError: `central_away`.
        """


@dataclass(frozen=True, slots=True)
class Recordings:
    """What this seat knows of recordings.

    Attributes:
        vault: keeps copies of this seat's own calls; None = they are played where they lie.
        extension: of this seat; its operator's calls are its own.
        days: how long they are kept; 0 = for ever.
    """

    source: RecordingSource
    vault: RecordingCopies | None = None
    extension: str = ""
    days: int = 0

    def keeps(self, call: CallRecord) -> bool:
        """Whether this seat keeps the call's recording: with copies, one seat does."""
        return self.vault is None or not self.extension or call.operator == self.extension
