"""A live call and an operator as the window shows them, folded from the exchange's events.

The state follows the exchange, never our own click.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.calls import STALE_RING
from console.domain.ids import contact_uuid
from console.domain.live_events import CallEvent
from console.domain.states import Channel
from console.domain.text.phone import normalise
from console.ui.text import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """A live call as the window shows it.

    Attributes:
        state: waiting | ringing | dialling | talking | done.
        number_text: formatted; `Số ẩn` if withheld.
        offered_at, answered_at: by this seat's clock, so that timers do not jump when the
            exchange's clock is off.
        hold_unknown: it was on hold when the link was lost, and nothing says whether it still is.
        recording: on | muted | off | unknown.
        mine: it rings at this seat or is connected to it.
        asked: whom this seat consults while the caller waits, else ""; `asked_state` is ringing |
            talking; `question`: id of the phone's own consultation call, "" if the line makes it.
        people: everybody in the conference, the caller included; else empty.
        digits: keys that the caller pressed.
        taken_by: the person who claimed it, at `taken_at`; else "".
        position: in its queue, from 1; 0 when it waits in none.
        ref: the reference passed to `dial`, else "".
        uncertain: not confirmed by the exchange since the link to it was lost.
    """

    call_id: str
    pbx: str
    state: str
    phone: str | None
    number_text: str
    name: str | None
    queue: str | None
    direction: str
    offered_at: datetime
    answered_at: datetime | None = None
    held: bool = False
    hold_unknown: bool = False
    recording: str = "off"
    operator: str | None = None
    mine: bool = False
    asked: str = ""
    asked_state: str = ""
    question: str = ""
    people: tuple[str, ...] = ()
    digits: str = ""
    taken_by: str = ""
    taken_at: datetime | None = None
    position: int = 0
    ref: str = ""
    end_reason: str = ""
    uncertain: bool = False
    more: dict[str, object] = field(default_factory=dict)

    @property
    def contact_id(self) -> UUID:
        """Id of the contact that this call is."""
        return contact_uuid(Channel.VOICE.value, f"{self.pbx}/{self.call_id}")

    def is_stale(self, now: datetime) -> bool:
        """Whether it was claimed and still rings: shown in amber."""
        waits = self.state in ("waiting", "ringing") and self.taken_at is not None
        return waits and self.taken_at is not None and now - self.taken_at > STALE_RING


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An operator at a telephone.

    Attributes:
        state: logged_out | ready | ringing | on_call | wrap_up | paused | unreachable.
        since: by this seat's clock; for a pause, as the exchange says.
        spying: id of the call being monitored, else "".
    """

    operator: str
    name: str = ""
    state: str = ""
    reason: str = ""
    since: datetime
    queues: tuple[str, ...] = ()
    spying: str = ""
    limit: timedelta | None = None


def new_view(event: CallEvent, now: datetime) -> CallView:
    """A new view from the first event of a call."""
    phone = normalise(event.peer_number)
    waited_s = event.more.get("waited_s")
    waited = timedelta(seconds=float(str(waited_s))) if waited_s is not None else timedelta()
    position = event.more.get("position")
    return CallView(
        call_id=event.call_id,
        pbx=event.pbx,
        state="waiting",
        phone=phone,
        number_text=formats.phone_number(phone or event.peer_number),
        name=event.peer_name,
        queue=event.queue,
        direction=event.direction,
        offered_at=now - waited,
        position=position if isinstance(position, int) else 0,
        ref=str(event.more.get("ref", "")),
    )


def stepped(event: CallEvent, view: CallView, now: datetime, *, here: bool) -> CallView:
    """The call after an event that does not end it.

    Args:
        here: whether the event belongs to this seat.
    """
    view = _told(event, view)
    match event.kind:
        case "ringing":
            return _rings(event, view, here=here)
        case "answered":
            return _answered(event, view, now, here=here)
        case "held" | "resumed":
            others = view.mine and not here
            held = event.kind == "held"
            return view if others else replace(view, held=held, hold_unknown=False)
        case "recording":
            return replace(view, recording=event.reason or "unknown")
        case "dtmf":
            return replace(view, digits=(view.digits + str(event.more.get("digit", "")))[-12:])
        case "conferenced":
            return _conferenced(event, view, now, here=here)
        case "claimed":
            person = str(event.more.get("person") or "")
            return replace(view, taken_by=person or view.taken_by, taken_at=event.at)
        case _:
            return view


def without(view: CallView, operator: str | None) -> CallView:
    """The call after a colleague has left the conference."""
    people = tuple(one for one in view.people if one != operator)
    return replace(view, people=people if len(people) > 2 else ())


def question_over(view: CallView) -> CallView:
    """The call after the consultation has ended or failed."""
    return replace(view, asked="", asked_state="", question="")


def questioned(view: CallView, event: CallEvent) -> CallView:
    """The call after an event of the phone's own consultation call."""
    if event.kind in ("ringing", "answered"):
        state = "talking" if event.kind == "answered" else "ringing"
        return replace(view, asked=whom(event), asked_state=state, question=event.call_id)
    over = event.kind in ("ended", "missed") and event.more.get("final") is not False
    return question_over(view) if over else view


def whom(event: CallEvent) -> str:
    """Who is consulted: a colleague's extension, or an outside number."""
    if event.more.get("consult"):  # Made by the line itself; an outside number has no operator.
        number = str(event.more.get("target") or "")
        return event.operator or formats.phone_number(normalise(number) or number or None)
    if event.direction == "out":
        return formats.phone_number(normalise(event.peer_number) or event.peer_number)
    return event.operator or "?"


def _told(event: CallEvent, view: CallView) -> CallView:
    view = replace(
        view,
        name=event.peer_name or view.name,
        queue=event.queue or view.queue,
        uncertain=not event.certain,
        ref=str(event.more.get("ref", view.ref)),
        more={**view.more, **event.more},
    )
    if view.phone is None and event.peer_number:
        phone = normalise(event.peer_number)
        shown = formats.phone_number(phone or event.peer_number)
        view = replace(view, phone=phone, number_text=shown)
    return view


def _rings(event: CallEvent, view: CallView, *, here: bool) -> CallView:
    if event.more.get("consult") and view.mine:
        return replace(view, asked=whom(event), asked_state="ringing")
    if view.state == "talking" and (view.mine or not here):
        return view  # Otherwise a colleague transfers or consults, and this phone rings.
    state = "dialling" if view.direction == "out" and view.state != "talking" else "ringing"
    mine = here or view.mine
    held = view.held and view.mine  # The hold of a colleague does not concern us.
    return replace(view, state=state if mine else "waiting", mine=mine, held=held)


def _answered(event: CallEvent, view: CallView, now: datetime, *, here: bool) -> CallView:
    if (
        event.more.get("consult") and not here
    ):  # Only the consulting operator talks with the citizen.
        return replace(view, asked=whom(event), asked_state="talking") if view.mine else view
    if view.mine and view.state == "talking" and not here:
        return view  # A colleague joins; for us it ends only when the exchange says so.
    return replace(
        view,
        state="talking",
        mine=here,
        held=False,
        hold_unknown=False,
        operator=event.operator,
        answered_at=now,
        position=0,
    )


def _conferenced(event: CallEvent, view: CallView, now: datetime, *, here: bool) -> CallView:
    if here and event.operator is not None and not view.mine:  # This phone was called into it.
        view = replace(view, state="talking", mine=True, answered_at=now)
    people = event.more.get("participants")
    if isinstance(people, list | tuple):
        return replace(view, people=tuple(str(one) for one in people), held=False)
    return view  # Somebody did not join; the others stay.
