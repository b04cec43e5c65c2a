"""Fields that two people changed at the same time: both values as people read them, and the command
that keeps one. No widget.
"""

from dataclasses import dataclass
from datetime import datetime

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.answers import value_of
from console.domain.requests.commands import ChangeFields
from console.domain.requests.request import Dispute, Request
from console.domain.states import Priority
from console.services.wording.sentences import changed_field
from console.ui.text import words

PIN = ("lat", "long")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values.

    Attributes:
        text: as people read it.
        by: the person and workstation; "" for the first report.
        at: when it was written; None for the first report.
        stands: it is the value in force.
        changes: what `ChangeFields` needs to keep it.
    """

    text: str
    by: str
    at: datetime | None
    stands: bool
    changes: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in dispute: the value in force first, then the others."""

    field: str
    label: str
    sides: tuple[Side, ...]


def conflicts_of(request: Request, catalogue: Catalogue) -> tuple[Conflict, ...]:
    """The fields in dispute, by name; latitude and longitude count as one."""
    fields = request.conflicts
    pinned = [f for f in PIN if f in fields]
    found = [_conflict(request, (f,), catalogue) for f in fields if f not in PIN]
    if pinned:
        found.append(_conflict(request, PIN, catalogue))
    return tuple(found)


def keep(request: Request, side: Side) -> ChangeFields:
    """The command behind **Giữ giá trị này**."""
    return ChangeFields(request_id=request.id, changes=side.changes)


def _conflict(request: Request, fields: tuple[str, ...], catalogue: Catalogue) -> Conflict:
    mine = tuple(value_of(request, f) for f in fields)
    stamp = next((s for s in request.stamps if s.field in fields), None)
    standing = Side(
        text=value_text(fields, mine, catalogue),
        by=_by(stamp.actor, stamp.workstation, catalogue) if stamp else "",
        at=stamp.at if stamp else None,
        stands=True,
        changes=_changes(request, fields, mine),
    )
    lost: dict[tuple[object, ...], Side] = {}
    for dispute in (d for d in request.disputes if d.field in fields):
        values = tuple(_value(request, f, dispute) for f in fields)
        lost[values] = Side(
            text=value_text(fields, values, catalogue),
            by=_by(dispute.actor, dispute.workstation, catalogue),
            at=dispute.at,
            stands=False,
            changes=_changes(request, fields, values),
        )
    lost.pop(mine, None)
    label = label_of(fields, catalogue, request.service_code)
    return Conflict(fields[0], label[:1].upper() + label[1:], (standing, *lost.values()))


def label_of(fields: tuple[str, ...], catalogue: Catalogue, service: str) -> str:
    """The name of a field (or of a pin's two) inside a sentence; a question as this service's form
    words it.
    """
    if len(fields) > 1:
        return words.pin()
    return changed_field(fields[0], catalogue, words.lang(), service)


def _value(request: Request, field: str, dispute: Dispute) -> object:
    """The field's value on the losing side; for a pin, the same person's other half."""
    same = (
        d.value for d in request.disputes if d.field == field and d.event_id == dispute.event_id
    )
    return next(same, value_of(request, field))


def _changes(
    request: Request, fields: tuple[str, ...], values: tuple[object, ...]
) -> tuple[tuple[str, object, object], ...]:
    """Only what is in dispute; the half of a pin that both agree on is left out."""
    return tuple(
        (field, value_of(request, field), value)
        for field, value in zip(fields, values, strict=True)
        if field in request.conflicts
    )


def _by(user: str, workstation: str, catalogue: Catalogue) -> str:
    account = catalogue.accounts.get(user)
    name = account.name if account is not None else user
    if not name:
        return ""
    return f"{name} ({workstation})" if workstation else name


def value_text(fields: tuple[str, ...], values: tuple[object, ...], catalogue: Catalogue) -> str:
    """The value of a field, or of a pin's two, as people read it."""
    if len(fields) > 1:
        numbers = [v for v in values if isinstance(v, float | int)]
        return ", ".join(f"{n:.5f}" for n in numbers) or words.nothing()
    value = values[0]
    if value is None or value == "":
        return words.nothing()
    match fields[0]:
        case "service_code":
            service = catalogue.services.get(str(value))
            return service.name if service is not None else str(value)
        case "ward_code":
            ward = catalogue.wards.get(str(value))
            return ward.name if ward is not None else str(value)
        case "priority":
            return words.priority(Priority(str(value)))
        case _:
            return str(value)
