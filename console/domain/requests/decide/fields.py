"""Judges changes to what was recorded: fields of the request, and answers to what its kind of
trouble asks.
"""

from console.domain.actors import Actor, leads
from console.domain.errors import ConflictError, InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.answers import (
    code_of,
    field_of,
    left_behind,
    missing,
    value_of,
    with_changes,
)
from console.domain.requests.decide import checks as check
from console.domain.requests.decide.rules import Rules
from console.domain.requests.fold.fields import reader_of
from console.domain.requests.request import Request
from console.domain.states import Priority, Role
from console.domain.text.cleaning import clean_line

ANSWER_LIMIT = 200


def change(cmd: c.ChangeFields, request: Request, actor: Actor, rules: Rules) -> tuple[e.Fact, ...]:
    """Set fields. A field that another console changed since the actor looked is a conflict.

    To settle a disputed field, give it the value to keep, even the present one. A change of service
    drops the answers that the new service does not ask for; they stay in the history.

    Raises:
        RefusedError: `wrong_state`, `role_may_not`, `text_needed`, `text_too_long`.
        InputError: `unknown_field`, `bad_value`, `unknown_service`, `impossible_coordinates`,
            `attribute_needed`.
        ConflictError: `changed_meanwhile`, with both values.
    """
    if not leads(actor):
        check.is_open(request)
    wished = {name: value for name, _, value in cmd.changes}
    service = str(wished.get("service_code") or request.service_code)
    new: dict[str, object] = {}
    old: dict[str, object] = {}
    for name, seen, wanted in cmd.changes:
        value = _value(name, wanted, service, request, rules)
        here = value_of(request, name)
        if value == here and name not in request.conflicts:
            continue
        if actor.role is Role.SYSTEM and name == "address_string":
            # The address stays as the caller said it: no geocoder overwrites it.
            raise RefusedError("role_may_not", role=actor.role.value, action=name)
        if seen != here and not _both_empty(seen, here):
            said = _label(name, service, rules)
            raise ConflictError("changed_meanwhile", field=said, theirs=here, yours=value)
        new[name], old[name] = value, here
    check.place(
        *(new.get(axis, getattr(request, axis)) for axis in ("lat", "long"))  # type: ignore[arg-type]
    )
    if not new:
        return ()
    _with_answers(new, old, request, rules)
    return (e.FieldsChanged(set=new, old=old, reason=check.optional(cmd.reason)),)


def _with_answers(
    new: dict[str, object], old: dict[str, object], request: Request, rules: Rules
) -> None:
    """Drop what another service does not ask, and refuse to leave required answers open."""
    service = rules.catalogue.services.get(str(new.get("service_code", request.service_code)))
    if service is None:
        return
    if service.code != request.service_code:
        for code, said in left_behind(request.attributes, service, rules.catalogue):
            new.setdefault(field_of(code), None)
            old.setdefault(field_of(code), said)
    if "service_code" in request.conflicts:
        return  # whoever settles a dispute takes one of the two services as it is
    attributes = with_changes(request.attributes, new.items())
    if lacking := missing(service, attributes, request):
        raise InputError("attribute_needed", attribute=", ".join(lacking))


def _both_empty(seen: object, here: object) -> bool:
    """A form shows a missing value as an empty text."""
    return seen in (None, "") and here in (None, "")


def _label(name: str, service: str, rules: Rules) -> str:
    """What the message calls the field: a question by its wording, any other field by its code."""
    code = code_of(name)
    return name if code is None else rules.catalogue.question(code, service) or code


def _value(name: str, value: object, service: str, request: Request, rules: Rules) -> object:
    """The new value of a field, parsed and checked."""
    if (read := reader_of(name)) is None:
        raise InputError("unknown_field", field=name)
    if (code := code_of(name)) is not None:
        _check_asked(name, code, service, request, rules)
    try:
        found = read(value)
    except ValueError:
        wrong = "impossible_coordinates" if name in ("lat", "long") else "bad_value"
        said = _label(name, service, rules)
        raise InputError(wrong, field=said, value=str(value)[:40]) from None
    if name == "service_code":
        return rules.catalogue.service(str(found)).code
    if name == "description":
        return check.text_of(str(found))
    if code is not None:
        return _line(str(found or ""))
    if isinstance(found, str) and not isinstance(found, Priority):
        return check.optional(found)
    return found


def _line(text: str) -> str | None:
    said = clean_line(text, ANSWER_LIMIT + 1)
    if len(said) > ANSWER_LIMIT:
        raise RefusedError("text_too_long", limit=ANSWER_LIMIT)
    return said or None


def _check_asked(name: str, code: str, service: str, request: Request, rules: Rules) -> None:
    """An answer must belong to a question of the service. An answer left from another service may
    also be corrected, or chosen in a dispute.
    """
    asking = rules.catalogue.services.get(service)
    if asking is not None and any(each.code == code for each in asking.attributes):
        return
    stands = code in dict(request.attributes) and rules.catalogue.question(code) is not None
    if not stands and name not in request.conflicts:
        raise InputError("unknown_field", field=name)
