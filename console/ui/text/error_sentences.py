"""Sentences that a person reads when a step failed."""

from console.domain.errors import ConsoleError
from console.services.wording import sentences as wording
from console.ui.text import words


def sentence(error: ConsoleError) -> str:
    """What happened and what to do, in one sentence."""
    return wording.say(error, words.lang())


def reply_sentence(why: str, detail: str = "") -> str:
    """The same for a refusal by the telephone line."""
    return wording.sentence(why or "line_refused", {"detail": detail}, words.lang())
