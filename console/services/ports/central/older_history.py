"""What screens ask the centre itself, when it is reachable (issue 3, points 6 and 8)."""

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
    """Requests that the seat no longer keeps; each method may raise `UnavailableError`
    (`central_away`, `central_denied`).
    """

    async def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Requests with all these words, newest first; accents are optional."""

    async def find_number(self, number: str) -> RequestRow | None:
        """The request with this number of eleven digits."""

    async def find_caller(self, phone: str) -> tuple[RequestRow, ...]:
        """What this number (E.164) reported, newest first, at most 200; a logged act."""

    async def detail(self, request_id: UUID) -> RequestDetail | None:
        """One of them with its history; a logged act, since it names who reported."""


class UnreachableHistory:
    """`OlderHistory` of a seat whose settings name a centre that nothing follows yet: nobody has
    signed in, or the address cannot be used.
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
