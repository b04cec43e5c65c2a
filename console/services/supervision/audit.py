"""The audit: who read or changed what. Reading the audit is a line of the audit itself.

A request that a person has open for two seconds counts as read (`people/reading_log.py`). Shown
numbers, played recordings, monitored calls and exports write their lines where they happen.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.domain.actors import Actor
from console.domain.errors import RefusedError
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.people.actors import entry_of
from console.services.reports.files import Sheet
from console.services.views.audit import AuditFilter, AuditLine
from console.services.views.reports import Cell
from console.services.wording.people import AUDIT_COLUMNS
from console.services.wording.sentences import act_name, moment, role_name, wish_name

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.store.unit_of_work import UnitOfWork

MAY_READ = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})
MOST_LINES = 100_000


def require_reader(actor: Actor) -> None:
    """Refuse a person who may not read the audit.

    Raises:
        RefusedError: `role_may_not`.
    """
    if actor.role not in MAY_READ:
        raise RefusedError("role_may_not", role=actor.role.value, action="ReadAudit")


def record_reading(desk: "Desk", wanted: AuditFilter, uow: "UnitOfWork", form: str = "") -> None:
    """Record that this person reads or exports the audit; on the writer thread, before it is shown.

    Raises:
        RefusedError: `role_may_not`.
    """
    require_reader(desk.actor)
    act = "audit_exported" if form else "audit_read"
    said = " ".join(each for each in (form, filter_text(wanted)) if each)
    uow.audit(entry_of(desk.actor, desk.clock(), act, wanted.request, said))


def filter_text(wanted: AuditFilter) -> str:
    """The filter as one line of the audit."""
    said = {
        "from": _stamp(wanted.since),
        "to": _stamp(wanted.until),
        "person": wanted.person,
        "act": wanted.act,
        "side": wanted.side or "",
    }
    return " ".join(f"{key}={value}" for key, value in said.items() if value)


async def read(desk: "Desk", wanted: AuditFilter, limit: int = 500) -> tuple[AuditLine, ...]:
    """The lines; a record of this reading is on disk first.

    Raises:
        RefusedError: `role_may_not`.
        UnavailableError: the audit cannot be written, so it is not shown either.
    """
    await desk.store.write(lambda uow: record_reading(desk, wanted, uow))
    return await desk.ask(lambda q: q.audit_lines(wanted, limit))


async def export_lines(
    desk: "Desk", wanted: AuditFilter, form: str, limit: int = MOST_LINES
) -> tuple[AuditLine, ...]:
    """The lines for a file; a record of this export is on disk first.

    Raises:
        RefusedError, UnavailableError: as in `read`.
    """
    await desk.store.write(lambda uow: record_reading(desk, wanted, uow, form))
    return await desk.ask(lambda q: q.audit_lines(wanted, limit))


def sheet(lines: Sequence[AuditLine], *, english: bool = False) -> Sheet:
    """The lines as a sheet of an exported file."""
    head = tuple(pair[english] for pair in AUDIT_COLUMNS)
    name = "Audit" if english else "Nhật ký"
    rows = [_cells(each, english) for each in lines]
    return Sheet(name, head, rows, (18, 20, 16, 16, 34, 18, 60))


def _cells(line: AuditLine, english: bool) -> tuple[Cell, ...]:
    lang = "en" if english else "vi"
    return (
        moment(line.at),
        line.actor,
        role_name_of(line.role, lang),
        line.workstation,
        act_name(line.act, lang),
        subject_words(line, lang),
        detail_words(line, lang),
    )


_SAID = {
    "from": ("từ", "from"),
    "to": ("đến", "to"),
    "person": ("người", "person"),
    "act": ("việc", "act"),
    "side": ("phía", "side"),
}
_SIDES = {"access": ("xem, đọc", "reading"), "change": ("sửa", "changes")}
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::\d\d)?)?\b")
_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def detail_words(line: AuditLine, lang: str) -> str:
    """The detail for people: filters in the page's words, dates as the city writes them, no ids."""
    if line.act not in ("audit_read", "audit_exported"):
        return _for_people(line.detail)
    return " ".join(_filter_word(*each.partition("=")[::2], lang) for each in line.detail.split())


def subject_words(line: AuditLine, lang: str) -> str:
    """What the act was done to, for people."""
    if line.act.startswith("wish_"):
        return wish_name(line.subject, lang)
    return _for_people(line.subject)


def _filter_word(key: str, value: str, lang: str) -> str:
    english = lang == "en"
    if key == "act":
        value = act_name(value, lang)
    elif key == "side" and value in _SIDES:
        value = _SIDES[value][english]
    name = _SAID[key][english] if key in _SAID else key
    return f"{name} {_for_people(value)}".strip()


def _for_people(text: str) -> str:
    return _ISO.sub(_day, _ID.sub("", text)).strip()


def _day(found: re.Match[str]) -> str:
    year, month, day, time = found.groups()
    return f"{time or ''} {day}/{month}/{year}".strip()


def role_name_of(role: str, lang: str) -> str:
    """The name of a role; an unknown role of a newer console stays as it is."""
    return role_name(Role(role), lang) if role in Role else role


def _stamp(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(CITY):%Y-%m-%dT%H:%M}"
