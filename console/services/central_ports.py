"""What screens and verbs may ask the centre itself, when it is reachable (issue 3, points 6 and 8).

Blocking, each method may raise `UnavailableError` (`central_away`); the caller owns the thread.
"""

from dataclasses import dataclass
from typing import Protocol

from console.services.views import RequestRow


@dataclass(frozen=True, slots=True)
class Unmasked:
    """One reporter of a request, in full; `n` is the place in the order they reported."""

    n: int
    name: str | None
    phone: str | None
    email: str | None


class CentralHistory(Protocol):
    """Requests that the seat no longer keeps."""

    def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Requests with all these words, newest first; accents are optional."""

    def find_number(self, number: str) -> RequestRow | None:
        """The request with this number of eleven digits."""

    def find_caller(self, phone: str) -> tuple[RequestRow, ...]:
        """What this number (E.164) reported, newest first, at most 200; a logged act."""
