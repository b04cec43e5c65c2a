"""A citizen's wish about their own data: see, correct or delete it; and the clocks of such a wish.

The register ("Yêu cầu của chủ thể dữ liệu", Law 91/2025) stands apart: each wish has events under
its own id and the dates that the city's rule of that day set. It is answered, may be extended once,
and ends done or refused with a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.actors import Actor, leads
from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.city_rules import WishRule, in_force
from console.domain.clocks import working_time
from console.domain.errors import InputError, RefusedError
from console.domain.privacy.person import Person
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.states import Channel
from console.domain.text.cleaning import clean, clean_line
from console.domain.time_zone import CITY

KINDS = ("view", "correct", "copy", "withdraw", "restrict", "object", "delete")
"""See, correct, have a copy, withdraw consent, restrict, object, delete."""
OPEN, DONE, REFUSED = "open", "done", "refused"
TEXT_LIMIT, REASON_LIMIT, NAME_LIMIT = 2000, 500, 120
OLDEST = timedelta(days=366)
"""A letter older than this is taken for a typing error in the date."""


@dataclass(frozen=True, slots=True)
class WishStep:
    """Who did what."""

    at: datetime
    actor: str
    kind: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish as its events describe it.

    Attributes:
        state: open, done, refused.
        due_at: when it must be done; an extension moves it.
    """

    id: UUID
    said: w.WishReceived
    state: str
    due_at: datetime
    answered_at: datetime | None = None
    extended: bool = False
    steps: tuple[WishStep, ...] = ()

    @property
    def person(self) -> Person:
        """The person whose data it is about."""
        return Person(self.said.phones, self.said.emails)

    @property
    def is_open(self) -> bool:
        """Whether we still owe something."""
        return self.state == OPEN

    @property
    def next_due_at(self) -> datetime:
        """The next date owed: first the answer, then the wish itself."""
        return self.due_at if self.answered_at else min(self.said.answer_due_at, self.due_at)

    def is_late(self, now: datetime) -> bool:
        """Whether that date has passed."""
        return self.is_open and now > self.next_due_at


def fold_wishes(events: Iterable[e.StoredEvent]) -> tuple[Wish, ...]:
    """The wishes that these events make, in order of arrival; the first of two endings counts."""
    found: dict[UUID, Wish] = {}
    for event in {each.id: each for each in events}.values():
        wish = found.get(event.request_id)
        if isinstance(event.fact, w.WishReceived):
            if wish is None:
                found[event.request_id] = Wish(
                    event.request_id,
                    event.fact,
                    OPEN,
                    event.fact.due_at,
                    steps=(WishStep(event.at, event.actor, "wish_received", event.fact.text),),
                )
        elif wish is not None and wish.is_open:
            found[wish.id] = _stepped(wish, event)
    return tuple(sorted(found.values(), key=lambda each: (each.said.came_at, each.id)))


def _stepped(wish: Wish, event: e.StoredEvent) -> Wish:
    def step(kind: str, said: str) -> tuple[WishStep, ...]:
        return (*wish.steps, WishStep(event.at, event.actor, kind, said))

    match event.fact:
        case w.WishAnswered(text=text) if wish.answered_at is None:
            return replace(wish, answered_at=event.at, steps=step("wish_answered", text))
        case w.WishExtended(due_at=due, reason=reason) if not wish.extended:
            later = max(due, wish.due_at)
            return replace(wish, due_at=later, extended=True, steps=step("wish_extended", reason))
        case w.WishDone(text=text):
            answered = wish.answered_at or event.at
            return replace(wish, state=DONE, answered_at=answered, steps=step("wish_done", text))
        case w.WishRefused(reason=reason):
            answered = wish.answered_at or event.at
            return replace(
                wish, state=REFUSED, answered_at=answered, steps=step("wish_refused", reason)
            )
    return wish


# --- steps


def require_keeper(actor: Actor) -> None:
    """Refuse anybody but supervisors and administrators, who keep the register.

    Raises:
        RefusedError: `role_may_not`.
    """
    if not leads(actor):
        raise RefusedError("role_may_not", role=actor.role.value, action="KeepWishes")


def rule_of(kind: str, rules: Sequence[WishRule], at: datetime) -> WishRule:
    """The city's rule for this kind on that day; the newer of two.

    Raises:
        InputError: `no_wish_rule`.
    """
    day = at.astimezone(CITY).date()
    fits = [r for r in rules if kind in r.wishes and in_force(r.valid_from, r.valid_to, day)]
    if not fits:
        raise InputError("no_wish_rule", wish=kind)
    return max(fits, key=lambda r: r.valid_from)


@dataclass(frozen=True, slots=True)
class WishForm:
    """What is written down of a wish; `came_at` is when it reached us, None = now."""

    wish: str
    person: Person
    channel: Channel
    came_at: datetime | None = None
    name: str = ""
    text: str = ""


def taken_down(form: WishForm, actor: Actor, catalogue: Catalogue, now: datetime) -> w.WishReceived:
    """The new wish with its dates.

    Raises:
        RefusedError: `role_may_not`.
        InputError: `unknown_wish`, `wish_in_the_future`, `not_reachable`, `no_wish_rule`.
    """
    require_keeper(actor)
    if form.wish not in KINDS:
        raise InputError("unknown_wish", wish=form.wish, known=", ".join(KINDS))
    if not form.person.keys:
        raise InputError("not_reachable", said="")
    came = form.came_at or now
    if not now - OLDEST < came <= now:
        raise InputError("wish_in_the_future", at=came)
    rule, calendar = rule_of(form.wish, catalogue.wishes, came), catalogue.calendar
    return w.WishReceived(
        wish=form.wish,
        channel=form.channel,
        came_at=came,
        answer_due_at=working_time.end_of_working_day(came, rule.answer_days, calendar),
        due_at=working_time.end_of_working_day(came, rule.done_days, calendar),
        phones=form.person.phones,
        emails=form.person.emails,
        name=clean_line(form.name, NAME_LIMIT),
        text=clean(form.text, TEXT_LIMIT),
        rule=f"{rule.code}@{rule.valid_from.isoformat()}",
    )


def answered(wish: Wish, actor: Actor, text: str) -> w.WishAnswered:
    """The citizen was told that the wish arrived.

    Raises:
        RefusedError: `role_may_not`, `wish_over`, `wish_answered`.
    """
    _open(wish, actor)
    if wish.answered_at is not None:
        raise RefusedError("wish_answered")
    return w.WishAnswered(text=clean(text, TEXT_LIMIT))


def extended(wish: Wish, actor: Actor, catalogue: Catalogue, now: datetime, reason: str
             ) -> w.WishExtended:  # fmt: skip
    """The extension: once, before the date has passed, counted from the first date.

    Raises:
        RefusedError: `role_may_not`, `wish_over`, `wish_extended`, `wish_late`.
        InputError: `reason_needed`, `no_wish_rule`.
    """
    _open(wish, actor)
    if wish.extended:
        raise RefusedError("wish_extended")
    if now > wish.due_at:
        raise RefusedError("wish_late")
    rule = rule_of(wish.said.wish, catalogue.wishes, wish.said.came_at)
    due = working_time.end_of_working_day(wish.due_at, rule.extension_days, catalogue.calendar)
    return w.WishExtended(due_at=due, reason=_reason(reason))


def done(wish: Wish, actor: Actor, text: str) -> w.WishDone:
    """The wish was carried out.

    Raises:
        RefusedError: `role_may_not`, `wish_over`.
    """
    _open(wish, actor)
    return w.WishDone(text=clean(text, TEXT_LIMIT))


def refused(wish: Wish, actor: Actor, reason: str) -> w.WishRefused:
    """The wish is refused.

    Raises:
        RefusedError: `role_may_not`, `wish_over`.
        InputError: `reason_needed`.
    """
    _open(wish, actor)
    return w.WishRefused(reason=_reason(reason))


def _open(wish: Wish, actor: Actor) -> None:
    require_keeper(actor)
    if not wish.is_open:
        raise RefusedError("wish_over")


def _reason(said: str) -> str:
    if not (reason := clean_line(said, REASON_LIMIT)):
        raise InputError("reason_needed")
    return reason
