"""Somebody outside who is consulted by `Atxfer` while the citizen waits: an agency on a trunk,
behind the exchange's own Local channel. Colleagues have phones of ours (`reporter.py`).

Reported with `consult` and the number as `target`, without an operator.
"""

from console.telephony.asterisk.calls.legs import Call, Leg, Question, without_half
from console.telephony.asterisk.calls.reporter import CallReporter


def consults_outside(
    book: CallReporter, call: Call, source: Leg, leg: Leg, number: str | None
) -> bool:
    """The exchange dials the person an operator wants to consult; False when it is no
    consultation.
    """
    if not source.local or not call.talks or call.peer not in book.legs:
        return False
    halves = without_half(source.channel)
    asker = _asker(book, call, halves)
    if asker is None:
        return False
    again = call.question is not None and call.question.halves == halves
    call.question = Question(asker, number or "", halves, leg.uid)
    if not again:  # Otherwise the next trunk is tried.
        _tell(book, call, call.question, "ringing")
    return True


def _asker(book: CallReporter, call: Call, halves: str) -> str | None:
    """The operator who shares a bridge with the channel's first half, or else holds the citizen."""
    first = next((one for one in book.all_of(call) if one.channel == f"{halves};1"), None)
    bridge = first.bridge if first is not None else ""
    his = book.legs.get(call.peer)
    for operator, talk in call.talks.items():
        own = book.legs.get(talk.uid)
        if own is not None and own.bridge and own.bridge == bridge != (his and his.bridge):
            return operator
    return next(iter(call.holders), None)


def consultation_result(book: CallReporter, call: Call, leg: Leg, why: str | None) -> None:
    """The person consulted answered (`why` None), or this trunk did not reach them."""
    asked = call.question
    if asked is None or asked.uid != leg.uid:
        return
    if why is None and not asked.answered:
        asked.answered = True
        _tell(book, call, asked, "answered")
    asked.why = why or ""


def consultation_over(book: CallReporter, call: Call, leg: Leg) -> None:
    """The consultation's Local channel is gone, and the citizen was not transferred."""
    asked = call.question
    if asked is None or leg.channel != f"{asked.halves};1":
        return
    call.question = None
    if call.closed or asked.asker not in call.talks:
        return
    if asked.answered:
        out = book.legs.get(asked.uid)
        reason = "caller" if out is not None and out.hung else "agent"
        _tell(book, call, asked, "ended", reason, final=False, transfer="cancelled")
    else:
        reason = asked.why or "no_answer"
        _tell(book, call, asked, "missed", reason, final=False, transfer="cancelled")


def resume_consultation(book: CallReporter, call: Call) -> None:
    """After a lost link: the person being consulted now, by the listed channels."""
    asked = call.question
    for first in [one for one in book.all_of(call) if one.local and one.channel.endswith(";1")]:
        if asked is None and (second := _second(book, call, first)) is not None:
            out = next((one for one in book.all_of(call) if _is_outside(book, call, one)), None)
            if out is not None:
                consults_outside(book, call, second, out, out.number)
    if (asked := call.question) is not None:
        out = book.legs.get(asked.uid)
        if out is not None and out.bridge:
            consultation_result(book, call, out, None)


def _second(book: CallReporter, call: Call, first: Leg) -> Leg | None:
    name = f"{without_half(first.channel)};2"
    return next((one for one in book.all_of(call) if one.channel == name and first.bridge), None)


def _is_outside(book: CallReporter, call: Call, leg: Leg) -> bool:
    his = book.legs.get(call.peer)
    with_him = book.joined(his.bridge) if his is not None else set()
    stranger = leg.operator is None and not leg.local and leg.uid != call.peer
    return stranger and leg.bridge not in with_him


def _tell(
    book: CallReporter,
    call: Call,
    asked: Question,
    kind: str,
    reason: str | None = None,
    **more: object,
) -> None:
    book.tell(kind, call, None, reason, consult=True, target=asked.number or None, **more)
