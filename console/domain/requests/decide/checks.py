"""Checks that several decisions share: states, reasons, texts, photos."""

from console.domain.errors import InputError, RefusedError
from console.domain.requests.request import Request
from console.domain.states import State
from console.domain.text.cleaning import clean

DESCRIPTION_LIMIT = 4000
REASON_LIMIT = 1000
MEDIA_LIMIT = 10
"""Files that one step may add."""


def in_state(request: Request, *allowed: State) -> None:
    """Refuse the step in any other state.

    Raises:
        RefusedError: `wrong_state`.
    """
    if request.state not in allowed:
        raise RefusedError("wrong_state", state=request.state.value, number=request.number)


def is_open(request: Request) -> None:
    """Refuse the step on a request that has ended.

    Raises:
        RefusedError: `wrong_state`.
    """
    in_state(request, *(s for s in State if s is not State.DRAFT and not _ended(s)))


def _ended(state: State) -> bool:
    return state in (State.CLOSED, State.REJECTED, State.MERGED, State.CANCELLED)


def reason(text: str | None) -> str:
    """The reason, cleaned.

    Raises:
        RefusedError: `reason_needed`, `text_too_long`.
    """
    return _said(text, "reason_needed", REASON_LIMIT)


def text_of(text: str | None, limit: int = DESCRIPTION_LIMIT) -> str:
    """The text, cleaned, which must not be empty.

    Raises:
        RefusedError: `text_needed`, `text_too_long`.
    """
    return _said(text, "text_needed", limit)


def optional(text: str | None, limit: int = REASON_LIMIT) -> str | None:
    """The text, cleaned; None when nothing is left.

    Raises:
        RefusedError: `text_too_long`.
    """
    said = clean(text or "", limit + 1)
    if len(said) > limit:
        raise RefusedError("text_too_long", limit=limit)
    return said or None


def _said(text: str | None, missing: str, limit: int) -> str:
    said = optional(text, limit)
    if said is None:
        raise RefusedError(missing)
    return said


def media(files: tuple[str, ...]) -> tuple[str, ...]:
    """Files without repeats.

    Raises:
        RefusedError: `too_many`.
    """
    different = tuple(dict.fromkeys(files))
    if len(different) > MEDIA_LIMIT:
        raise RefusedError("too_many", limit=MEDIA_LIMIT, given=len(different))
    return different


def place(lat: float | None, long: float | None) -> None:
    """Both coordinates or none, on the earth.

    Raises:
        InputError: `impossible_coordinates`.
    """
    if lat is None and long is None:
        return
    if lat is None or long is None or not (abs(lat) <= 90 and abs(long) <= 180):
        raise InputError("impossible_coordinates", lat=lat, long=long)
