"""`request do`: the steps of a request's life; each sends the command that the window's button
sends.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb, path_argument
from console.cli.framework.times import read_time
from console.cli.request.field_changes import change_of
from console.cli.request.lookup import find
from console.cli.request.printing import print_request
from console.domain.actors import Actor
from console.domain.errors import InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.requests.codec import kind_of
from console.domain.requests.decide.undo import STEPS
from console.domain.requests.publication import redacted
from console.domain.requests.request import Request
from console.domain.states import Outcome, Role, State, Verdict
from console.domain.text.cleaning import clean_line
from console.services.people.actors import actor_for
from console.services.requests.reminders import reminder
from console.services.views.requests import RequestDetail
from console.services.wording.sentences import proposed_reminder

OPTIONS = ("agency", "reason", "text", "code", "committed", "outcome", "parent", "verdict")
LISTS = ("photo", "set")
"""Options that may be given several times."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it was asked for: the seat, the request and the options."""

    core: Core
    request_id: UUID
    given: argparse.Namespace
    lang: str

    @property
    def agency(self) -> str | None:
        """The agency of `--agency`; an officer need not name their own."""
        name: str | None = self.given.agency
        return name

    @property
    def detail(self) -> RequestDetail:
        """The request as it stands now."""
        detail = self.core.store.ask_now(lambda q: q.detail(self.request_id))
        assert detail is not None  # noqa: S101  (it was just found)
        return detail

    @property
    def comment(self) -> str | None:
        """The comment: `--reason`, else `--text`."""
        words: str | None = self.given.reason or self.given.text
        return words

    def need(self, option: str) -> str:
        """The value of an option that the action requires.

        Raises:
            InputError: `missing_option`.
        """
        value = getattr(self.given, option)
        if not value:
            raise InputError("missing_option", option=f"--{option}")
        return str(value)

    def reason(self, kind: str) -> str:
        """The reason: the listed text of `--code`, followed by the comment.

        Raises:
            InputError: `bad_option` for a code that is not on the list.
        """
        code = self.given.code
        if not code:
            return self.comment or ""
        listed = {r.code: r.text for r in self.core.desk.catalogue.reasons_of(kind)}
        return ": ".join(x for x in (_one_of(listed, code, "--code"), self.comment) if x)

    def photos(self) -> tuple[str, ...]:
        """Copy the photos to this seat; return the sha256 of each."""
        return tuple(self.core.desk.files.put(photo).sha256 for photo in self.given.photo)

    def verdict(self) -> Verdict | None:
        """The citizen's verdict, if one was given."""
        return _choice(Verdict, self.given.verdict, "--verdict") if self.given.verdict else None


def add_do(verbs: Verbs) -> None:
    """The grammar of `request do`."""
    do = add_verb(verbs, "do", "thực hiện một bước: NUMBER ACTION", _do)
    said = f"mã phản ánh và bước: {', '.join(ACTIONS)}"
    do.add_argument("words", nargs="+", metavar="NUMBER ACTION", help=said)
    for option in OPTIONS:
        do.add_argument(f"--{option}")
    do.add_argument("--photo", action="append", type=path_argument, default=[])
    about = "trường mới của bước change, cả attributes.MÃ; nhiều lần được"
    do.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help=about)


def _do(call: Call) -> int:
    *number, action = call.given.words
    if action not in ACTIONS:
        raise InputError("unknown_action", action=action, known=", ".join(ACTIONS))
    if not number:
        raise InputError("missing_option", option="NUMBER")
    make, options = ACTIONS[action]
    for option in (*OPTIONS, *LISTS):
        if getattr(call.given, option) and option not in options.split():
            raise InputError("option_not_used", option=f"--{option}", action=action)
    with call.core() as core:
        if call.given.agency is not None:
            core.desk.catalogue.agency(call.given.agency)
        detail = find(core, " ".join(number))
        if call.user is None:
            core.desk.actor = _usual_actor(core, action, call.given.agency, detail.request)
        commands = make(Step(core, detail.request.id, call.given, call.lang))
        for command in commands if isinstance(commands, tuple) else (commands,):
            core.desk.do_now(command)
        print_request(call, core, find(core, " ".join(number)), saved=True)
    return 0


_BY_SUPERVISOR = ("grant", "cancel", "publish", "unpublish", "undo", "remind")


def _usual_actor(core: Core, action: str, agency: str | None, request: Request) -> Actor:
    """Who usually takes this step; only used when `--as` names nobody."""
    user = "supervisor" if action in _BY_SUPERVISOR else "operator"
    if action in ("accept", "refuse", "start", "extend", "resolve"):
        working = [a.agency for a in request.assignments if a.is_open]
        agency = agency or (working[0] if len(working) == 1 else None)
        # With no agency at work, or several, the rules say what is missing.
        user = f"officer-{agency}" if agency else "supervisor"
    return actor_for(user, core.desk.catalogue, core.desk.actor.workstation)


def _refuse(s: Step) -> c.Command:
    """When an officer names another agency, that is the suggestion."""
    actor, agency = s.core.desk.actor, s.agency
    suggested = None
    if actor.role is Role.OFFICER and agency not in (None, actor.agency):
        agency, suggested = None, agency
    reason = s.reason("refuse")
    return c.RefuseAssignment(
        request_id=s.request_id, agency=agency, reason=reason, suggested_agency=suggested
    )


def _extend(s: Step) -> c.Command:
    until = read_time(s.need("committed"), "--committed")
    return c.AskExtension(
        request_id=s.request_id,
        agency=s.agency,
        reason=s.reason("extend"),
        committed_at=until,
        photos=s.photos(),
    )


def _grant(s: Step) -> c.Command:
    until = read_time(s.given.committed, "--committed") if s.given.committed else None
    return c.GrantExtension(
        request_id=s.request_id, agency=s.agency, reason=s.comment, committed_at=until
    )


def _resolve(s: Step) -> c.Command:
    codes = {r.code: r.text for r in s.core.desk.catalogue.reasons_of("resolution")}
    code = s.given.code or next(iter(codes), "")
    _one_of(codes, code, "--code")
    return c.ReportResult(
        request_id=s.request_id,
        agency=s.agency,
        resolution_code=code,
        text=s.given.text or codes[code],
        photos=s.photos(),
        no_photo_reason=s.given.reason,
    )


def _callback(s: Step) -> c.Command:
    outcome, verdict = _choice(Outcome, s.need("outcome"), "--outcome"), s.verdict()
    if outcome is Outcome.REACHED and verdict is None:
        verdict = Verdict.NO_OPINION
    return c.RecordOutreach(
        request_id=s.request_id, outcome=outcome, verdict=verdict, text=s.given.text or s.comment
    )


def _note(s: Step) -> tuple[c.Command, ...]:
    photos = s.photos()
    media = (c.AttachMedia(request_id=s.request_id, media=photos),) if photos else ()
    words = s.given.text or s.given.reason or ""
    if photos and not words:
        return media
    return (c.AddNote(request_id=s.request_id, text=words), *media)


def _change(s: Step) -> c.Command:
    if not s.given.set:
        raise InputError("missing_option", option="--set")
    return change_of(s.core, s.detail.request, s.given.set, s.comment)


def _remind(s: Step) -> c.Command:
    """With the text given, else the proposed one."""
    said = s.given.text if s.given.text is not None else proposed_reminder(s.lang)
    return reminder(s.request_id, said)


def _publish(s: Step) -> c.Command:
    """With the text given, else the request's own without personal data; without photos."""
    request = s.detail.request
    names = [r.name for r in request.reporters if r.name]
    result = request.status_notes if request.is_closed or request.state is State.RESOLVED else None
    return c.PublishRequest(
        request_id=s.request_id,
        text=s.given.text or redacted(request.description, names),
        result=redacted(result, names) if result else None,
    )


def _undo(step: Step) -> c.Command:
    """Take back the last step that allows it; the rules say who may."""
    kinds = {kind_of(each) for each in STEPS}
    lines = reversed(step.detail.history)
    last = next((each for each in lines if each.applied and each.kind in kinds), None)
    if last is None:
        raise RefusedError("step_not_last", number=step.detail.request.number)
    return c.StepBack(request_id=step.request_id, event_id=last.id, reason=step.comment or "")


ACTIONS: dict[str, tuple[Callable[[Step], c.Command | tuple[c.Command, ...]], str]] = {
    "forward": (
        lambda s: c.ForwardRequest(request_id=s.request_id, agency=s.agency, reason=s.comment),
        "agency reason text",
    ),
    "accept": (
        lambda s: c.AcceptAssignment(request_id=s.request_id, agency=s.agency),
        "agency",
    ),
    "refuse": (_refuse, "agency reason text code"),
    "start": (
        lambda s: c.StartWork(request_id=s.request_id, agency=s.agency, text=s.comment),
        "agency reason text",
    ),
    "extend": (_extend, "agency reason text code committed photo"),
    "grant": (_grant, "agency reason text committed"),
    "resolve": (_resolve, "agency reason text code photo"),
    "callback": (_callback, "outcome verdict text reason"),
    "close": (
        lambda s: c.CloseRequest(request_id=s.request_id, verdict=s.verdict(), reason=s.comment),
        "verdict reason text",
    ),
    "reopen": (
        lambda s: c.ReopenRequest(request_id=s.request_id, reason=s.reason("reopen")),
        "reason text code",
    ),
    "undo": (_undo, "reason text"),
    "merge": (
        lambda s: c.MergeRequest(
            request_id=s.request_id,
            parent_id=find(s.core, s.need("parent")).request.id,
            reason=s.comment,
        ),
        "parent reason text",
    ),
    "reject": (
        lambda s: c.RejectRequest(request_id=s.request_id, reason=s.reason("reject")),
        "reason text code",
    ),
    "cancel": (
        lambda s: c.CancelRequest(request_id=s.request_id, reason=s.reason("cancel")),
        "reason text code",
    ),
    "need-info": (
        lambda s: c.AskInfo(request_id=s.request_id, reason=s.comment or ""),
        "reason text",
    ),
    "change": (_change, "set reason text"),
    "remind": (_remind, "text"),
    "publish": (_publish, "text"),
    "unpublish": (
        lambda s: c.UnpublishRequest(request_id=s.request_id, reason=s.comment or ""),
        "reason text",
    ),
    "note": (_note, "text reason photo"),
}
"""The actions of `request do`: how each becomes commands, and the options it accepts."""


def _one_of(known: dict[str, str], code: str, option: str) -> str:
    if code not in known:
        said = clean_line(code, 40)
        raise InputError("bad_option", option=option, value=said, known=", ".join(known))
    return known[code]


def _choice[T: (Outcome, Verdict)](kind: type[T], text: str, option: str) -> T:
    try:
        return kind(text.replace("-", "_"))
    except ValueError as error:
        said = clean_line(text, 40)
        raise InputError("bad_option", option=option, value=said, known=", ".join(kind)) from error
