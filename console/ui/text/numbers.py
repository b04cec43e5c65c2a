"""Numbers as people type and see them: the number of a request in any spelling, a citizen's
telephone number for whoever may see it.
"""

from dataclasses import dataclass

from console.domain.actors import Actor
from console.domain.errors import InputError
from console.domain.requests import numbering
from console.services.people.number_masking import masked
from console.ui.text import formats
from console.ui.text.error_sentences import sentence


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """What somebody typed that is meant as the number of a request.

    Attributes:
        digits: the eleven digits; "" when one of them must be wrong.
        problem: the sentence then, with what to do.
        near: numbers that differ by one slip: one digit, or two neighbours swapped.
    """

    digits: str
    problem: str = ""
    near: tuple[str, ...] = ()


def typed_number(text: str) -> TypedNumber | None:
    """The number in a text that is nothing else; None for words, and while digits are missing."""
    try:
        return TypedNumber(numbering.parse(text))
    except InputError as error:
        if error.code != "wrong_check_digit":
            return None
        return TypedNumber("", sentence(error), numbering.slips(text))


def number_for(actor: Actor, e164: str | None) -> str:
    """A citizen's number in the call, message or callback at hand: whole for those who talk to
    citizens, masked for those who only look.
    """
    return formats.phone_number(e164) if actor.talks_to_citizens else masked(e164)
