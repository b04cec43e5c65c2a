"""Numbers as people type and see them: request numbers in any notation, and citizens' telephone
numbers, masked or not.
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
    """Typed text that is meant as a request number.

    Attributes:
        digits: the eleven digits; "" if one of them is wrong.
        problem: a sentence with what to do if one is wrong.
        near: valid numbers that differ by one typing error: one digit, or two swapped neighbours.
    """

    digits: str
    problem: str = ""
    near: tuple[str, ...] = ()


def typed_number(text: str) -> TypedNumber | None:
    """The request number in a text without anything else; None for words or missing digits."""
    try:
        return TypedNumber(numbering.parse(text))
    except InputError as error:
        if error.code != "wrong_check_digit":
            return None
        return TypedNumber("", sentence(error), numbering.likely_typos(text))


def number_for(actor: Actor, e164: str | None) -> str:
    """A citizen's number in a call, message or callback: in full for those who talk to citizens,
    masked for those who only look.
    """
    return formats.phone_number(e164) if actor.talks_to_citizens else masked(e164)
