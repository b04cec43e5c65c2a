"""Answers to what a kind of trouble asks (the plate of a bus, the number of a lamp). They are
fields that change one by one: `attributes.plate` next to `description`.
"""

import re
from collections.abc import Iterable

from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.requests.request import Request

PREFIX = "attributes."
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,60}")

type Pairs = tuple[tuple[str, str], ...]


def field_of(code: str) -> str:
    """The field that holds the answer to this question."""
    return PREFIX + code


def code_of(field: str) -> str | None:
    """The question whose answer this field holds; None for any other field."""
    code = field.removeprefix(PREFIX)
    return code if code != field and _CODE.fullmatch(code) else None


def value_of(request: Request, field: str) -> object:
    """The value of a changeable field; None for a question without an answer."""
    if (code := code_of(field)) is not None:
        return dict(request.attributes).get(code)
    return getattr(request, field)


def answered(attributes: Pairs, code: str, value: str | None) -> Pairs:
    """The answers with this one in its place; a new one goes last, None removes it."""
    if value is None:
        return tuple(pair for pair in attributes if pair[0] != code)
    if any(known == code for known, _ in attributes):
        return tuple((known, value if known == code else said) for known, said in attributes)
    return (*attributes, (code, value))


def labelled(request: Request, catalogue: Catalogue) -> Pairs:
    """The answers with the wording of their questions; those without a question are left out."""
    words = ((catalogue.question(c, request.service_code), said) for c, said in request.attributes)
    return tuple((label, said) for label, said in words if label is not None)


def left_behind(attributes: Pairs, service: Service, catalogue: Catalogue) -> Pairs:
    """The answers to drop when a request moves to this service: those to questions it does not ask.
    Entries that no service asks for, such as the flag of a pin outside the city, are not answers
    and stay.
    """
    asked = {each.code for each in service.attributes}
    return tuple(
        (code, said)
        for code, said in attributes
        if code not in asked and catalogue.question(code) is not None
    )


def missing(service: Service, attributes: Pairs, before: Request) -> tuple[str, ...]:
    """Labels of required questions that this change would leave open. A question that was open
    before and is still asked by the same service may stay open.
    """
    there, had = dict(attributes), dict(before.attributes)
    other = service.code != before.service_code
    return tuple(
        each.label
        for each in service.attributes
        if each.required and not there.get(each.code) and (other or had.get(each.code))
    )


def with_changes(attributes: Pairs, changes: Iterable[tuple[str, object]]) -> Pairs:
    """The answers after these (field, value) pairs of a change; other fields are ignored."""
    for field, value in changes:
        if (code := code_of(field)) is not None:
            attributes = answered(attributes, code, str(value) if value else None)
    return attributes
