"""What a person reads when a step did not happen."""

from console.domain.errors import ConsoleError
from console.services import wording


def sentence(error: ConsoleError) -> str:
    """What happened and what to do, in one sentence."""
    return wording.say(error)


def reply_sentence(why: str, detail: str = "") -> str:
    """The same for a refusal of the line."""
    return wording.say(ConsoleError(why or "line_refused", detail=detail))
