"""What screens ask the centre directly, while it is reachable."""

from dataclasses import dataclass
from typing import NoReturn, Protocol
from uuid import UUID

from console.domain.errors import UnavailableError
from console.services.views.requests import RequestDetail, RequestRow


@dataclass(frozen=True, slots=True)
class Unmasked:
    """One reporter of a request, in full; `n` is the place in the order they reported."""

    n: int
    name: str | None
    phone: str | None
    email: str | None


class OlderHistory(Protocol):
    """Requests that only the centre still has.

    Each method may raise `UnavailableError` (`central_away`, `central_denied`).
    """

    async def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Requests with all these words, newest first; accents are optional."""

    async def find_number(self, number: str) -> RequestRow | None:
        """The request with this number of eleven digits."""

    async def find_caller(self, phone: str) -> tuple[RequestRow, ...]:
        """Requests of this number (E.164), newest first, at most 200; the centre logs the act."""

    async def detail(self, request_id: UUID) -> RequestDetail | None:
        """One request with its history; the centre logs the act, because it names the reporters."""


class UnreachableHistory:
    """`OlderHistory` of a seat that is not connected to its centre yet.

    Nobody has signed in, or the address in the settings cannot be used.
    """

    async def search(self, text: str, limit: int = 50) -> NoReturn:  # noqa: ARG002
        """Nobody answers."""
        raise UnavailableError("central_away", where="")

    async def find_number(self, number: str) -> NoReturn:  # noqa: ARG002
        """Nobody answers."""
        raise UnavailableError("central_away", where="")

    async def find_caller(self, phone: str) -> NoReturn:  # noqa: ARG002
        """Nobody answers."""
        raise UnavailableError("central_away", where="")

    async def detail(self, request_id: UUID) -> NoReturn:  # noqa: ARG002
        """Nobody answers."""
        raise UnavailableError("central_away", where="")
