"""Reminds an agency of a waiting request: a supervisor's note in the history that officers read."""

from uuid import UUID

from console.domain.errors import RefusedError
from console.domain.requests.commands import AddNote
from console.domain.text.cleaning import clean

REMINDER_LIMIT = 1000
"""Characters."""


def reminder(request_id: UUID, words: str) -> AddNote:
    """The note with this text.

    Raises:
        RefusedError: `text_needed`, `text_too_long`.
    """
    text = clean(words, REMINDER_LIMIT + 1)
    if not text:
        raise RefusedError("text_needed")
    if len(text) > REMINDER_LIMIT:
        raise RefusedError("text_too_long", limit=REMINDER_LIMIT)
    return AddNote(request_id=request_id, text=text)
