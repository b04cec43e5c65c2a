"""Notices: people of the switchboard issue, change and end them; callers' places are matched.

They are events, so that other seats get them through the centre. Each step is also a line of the
seat's audit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from console.domain.desk.notices import Fit, Notice, Where, checked, concerned, ended, fit, running
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import NoticesChanged
from console.domain.requests.commands import ChangeNotice, EndNotice, IssueNotice, TellNotice
from console.domain.requests.events import Fact, NoticeChanged, NoticeIssued, NoticeTold
from console.domain.time_zone import CITY
from console.services.handling import Context, Done, stamp
from console.services.people.actors import entry_of
from console.services.ports.places import Places
from console.services.ports.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class MatchingNotice:
    """A notice that concerns a place, and how certain that is."""

    notice: Notice
    fit: Fit
    soon: bool


def matching_notices(
    notices: Iterable[Notice], where: Where, now: datetime, group: str | None = None
) -> tuple[MatchingNotice, ...]:
    """The notices for a caller from this place.

    Current ones before future ones, certain before possible, then those about the caller's kind of
    trouble.
    """
    found = [
        MatchingNotice(notice, how, notice.is_soon(now))
        for notice in notices
        if notice.is_told(now) and (how := fit(notice.said, where)) is not None
    ]

    def order(told: MatchingNotice) -> tuple[bool, bool, bool, datetime]:
        about = bool(group) and told.notice.said.group == group
        return told.soon, told.fit is Fit.MAYBE, not about, told.notice.over_at

    return tuple(sorted(found, key=order))


def where_of(
    places: Places, *, pin: tuple[float, float] | None, wards: tuple[str, ...] = ()
) -> Where:
    """A place for notices: the ward under the pin, else the wards of the words."""
    under = places.ward_at(*pin) if pin is not None else None
    return Where(pin, (under.code,) if under is not None else wards)


# --- handlers


def issue_notice(cmd: IssueNotice, uow: UnitOfWork, context: Context) -> Done:
    """Issue a notice.

    Raises:
        InputError: as in `checked`; `unknown_group`.
        RefusedError: `notice_exists`.
    """
    if uow.notice(cmd.notice_id) is not None:
        raise RefusedError("notice_exists")
    return _said(cmd, _checked(cmd.said, context), uow, context, "notice_issued")


def change_notice(cmd: ChangeNotice, uow: UnitOfWork, context: Context) -> Done:
    """Change words, area or period.

    Raises:
        InputError: as in `checked`; `unknown_group`.
        RefusedError: `no_such_notice`, `notice_ended`, `notice_changed_meanwhile`.
    """
    now = running(uow.notice(cmd.notice_id), context.now)
    if cmd.seen is not None and cmd.seen != now.version:
        raise RefusedError("notice_changed_meanwhile", by=now.changed_by)
    said = _checked(cmd.said, context)
    whole = {each.name: getattr(said, each.name) for each in fields(said)}
    return _said(cmd, NoticeChanged(**whole), uow, context, "notice_changed")


def end_notice(cmd: EndNotice, uow: UnitOfWork, context: Context) -> Done:
    """End it before its time.

    Raises:
        RefusedError: `no_such_notice`, `notice_ended`, `reason_needed`.
    """
    fact = ended(uow.notice(cmd.notice_id), cmd.reason, context.now)
    return _said(cmd, fact, uow, context, "notice_ended")


def tell_notice(cmd: TellNotice, uow: UnitOfWork, context: Context) -> Done:
    """Count a caller whose question it answered; also just after its end.

    Raises:
        RefusedError: `no_such_notice`.
    """
    if uow.notice(cmd.notice_id) is None:
        raise RefusedError("no_such_notice")
    fact = NoticeTold(channel=cmd.channel, contact_id=cmd.contact_id)
    events = stamp((fact,), cmd.notice_id, uow, context)
    uow.append(events)
    return Done(events=events, live=(NoticesChanged(),))


def _checked(said: NoticeIssued, context: Context) -> NoticeIssued:
    """The checked notice, with the wards its areas reach and the agencies it concerns today."""
    good = checked(said, context.now, frozenset(context.catalogue.wards))
    if good.group is not None and good.group not in context.catalogue.groups:
        raise InputError("unknown_group", group=good.group)
    reached = {code for ring in good.areas for code in context.places.wards_touching(ring)}
    good = replace(good, touched=tuple(sorted(reached)))
    today = context.now.astimezone(CITY).date()
    agencies = concerned(good, context.catalogue.agencies.values(), today)
    return replace(good, agencies=agencies)


def _said(
    cmd: IssueNotice | ChangeNotice | EndNotice,
    fact: Fact,
    uow: UnitOfWork,
    context: Context,
    act: str,
) -> Done:
    events = stamp((fact,), cmd.notice_id, uow, context)
    uow.append(events)
    notice = uow.notice(cmd.notice_id)
    title = notice.said.title if notice else ""
    uow.audit(entry_of(context.actor, context.now, act, title, str(cmd.notice_id)))
    return Done(events=events, live=(NoticesChanged(),))
