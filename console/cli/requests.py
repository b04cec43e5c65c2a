"""`request log|show|list|do` and `duplicates`: the same commands and questions as the window."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from console.bootstrap import Core
from console.cli.common import Call, CliParser, add_common, print_json, print_table
from console.cli.json_form import (
    duplicate_json,
    read_request,
    read_time,
    request_json,
    time_or_null,
)
from console.domain.commands import (
    AcceptAssignment,
    AddNote,
    AskExtension,
    AskInfo,
    CancelRequest,
    CloseRequest,
    Command,
    ForwardRequest,
    GrantExtension,
    MergeRequest,
    RecordOutreach,
    RefuseAssignment,
    RejectRequest,
    ReopenRequest,
    ReportResult,
    StartWork,
)
from console.domain.errors import InputError
from console.domain.numbering import spoken
from console.domain.states import Outcome, Role, State, Verdict
from console.services.views import DuplicateQuestion, RequestDetail, RequestFilter
from console.services.wording import priority_name, state_name

type Verbs = "argparse._SubParsersAction[CliParser]"


def add(verbs: Verbs) -> None:
    """The grammar of `request`."""
    top = verbs.add_parser("request", help="ghi, xem, liệt kê, xử lý phản ánh")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)

    log = sub.add_parser("log", help="đọc một phản ánh (JSON) từ đầu vào và lưu")
    log.set_defaults(act=_log)

    show = sub.add_parser("show", help="xem một phản ánh")
    show.add_argument("number", nargs="+", metavar="NUMBER")
    show.add_argument("--events", action="store_true")
    show.set_defaults(act=_show)

    every = sub.add_parser("list", help="liệt kê phản ánh")
    every.add_argument("--agency")
    every.add_argument("--state", action="append", default=[])
    every.add_argument("--overdue", action="store_true")
    every.add_argument("--query")
    every.add_argument("--limit", type=int, default=200)
    every.set_defaults(act=_list)

    do = sub.add_parser("do", help="thực hiện một bước: NUMBER ACTION")
    do.add_argument("words", nargs="+", metavar="NUMBER ACTION")
    for option in ("agency", "reason", "text", "code", "committed", "outcome", "parent", "verdict"):
        do.add_argument(f"--{option}")
    do.add_argument("--photo", action="append", type=Path, default=[])
    do.set_defaults(act=_do)
    for parser in (log, show, every, do):
        add_common(parser, top=False)


def add_duplicates(verbs: Verbs) -> None:
    """The grammar of `duplicates`."""
    parser = verbs.add_parser("duplicates", help="phản ánh có thể trùng quanh một điểm")
    parser.add_argument("--service", required=True)
    parser.add_argument("--lat", type=float, required=True)
    parser.add_argument("--long", type=float, required=True)
    parser.add_argument("--within", type=int)
    parser.add_argument("--hours", type=int)
    parser.set_defaults(act=_duplicates)
    add_common(parser, top=False)


def _log(call: Call) -> int:
    command = read_request(sys.stdin.buffer.read().decode("utf-8", "replace"))
    with call.core() as core:
        done = core.desk.do_now(command)
        detail = _detail(core, done.request_id or command.request_id)
        _print(call, core, detail, with_events=False, saved=True)
    return 0


def _show(call: Call) -> int:
    with call.core(read_only=True) as core:
        detail = _detail(core, _find(core, " ".join(call.given.number)))
        _print(call, core, detail, with_events=call.given.events, saved=False)
    return 0


def _list(call: Call) -> int:
    given = call.given
    try:
        states = tuple(State(s) for s in given.state)
    except ValueError as error:
        raise InputError("unknown_state", state=", ".join(given.state)) from error
    with call.core(read_only=True) as core:
        agency = given.agency
        if core.desk.actor.role is Role.OFFICER:
            agency = core.desk.actor.agency
        elif agency:
            core.desk.catalogue.agency(agency)
        which = RequestFilter(
            agency=agency,
            states=states,
            overdue=given.overdue,
            query=given.query,
            limit=max(1, min(given.limit, 2000)),
        )
        rows = core.store.ask_now(lambda q: q.requests(which, core.desk.clock()))
        if call.as_json:
            print_json([_json(core, _detail(core, row.id), with_events=False) for row in rows])
            return 0
        lines = [
            (
                spoken(r.number),
                r.service_code,
                state_name(r.state, call.lang),
                r.agency or "-",
                time_or_null(r.due_at) or "-",
                r.address_string or "-",
            )
            for r in rows
        ]
        print_table(("Mã", "Loại sự cố", "Trạng thái", "Đơn vị", "Hạn", "Địa chỉ"), lines)
    return 0


def _duplicates(call: Call) -> int:
    given = call.given
    with call.core(read_only=True) as core:
        core.desk.catalogue.service(given.service)
        if not (-90 <= given.lat <= 90 and -180 <= given.long <= 180):
            raise InputError("bad_coordinates", lat=given.lat, long=given.long)
        question = DuplicateQuestion(
            given.service,
            lat=given.lat,
            long=given.long,
            within_m=given.within,
            hours=given.hours,
        )
        now = core.desk.clock()
        rows = core.store.ask_now(lambda q: q.possible_duplicates(question, now))
        forms = [duplicate_json(row, now) for row in rows]
        if call.as_json:
            print_json(forms)
        else:
            print_table(
                ("Mã", "Cách (m)", "Trước (phút)", "Lý do", "Mô tả"),
                [
                    (
                        f["number"],
                        str(f["distance_m"] if f["distance_m"] is not None else "-"),
                        str(f["age_minutes"]),
                        f["reason"],
                        f["description"].splitlines()[0] if f["description"] else "",
                    )
                    for f in forms
                ],
            )
    return 0


def _do(call: Call) -> int:
    *number, action = call.given.words
    if not number:
        raise InputError("missing_field", field="NUMBER ACTION")
    make = ACTIONS.get(action)
    if make is None:
        raise InputError("unknown_action", action=action, known=", ".join(ACTIONS))
    with call.core(user=_usual_actor(action, call.given.agency)) as core:
        request_id = _find(core, " ".join(number))
        if call.given.agency:
            core.desk.catalogue.agency(call.given.agency)
        core.desk.do_now(make(core, request_id, call.given))
        _print(call, core, _detail(core, request_id), with_events=False, saved=True)
    return 0


def _usual_actor(action: str, agency: str | None) -> str:
    """Who does this step by PRODUCT.md; used only where `--as` names nobody."""
    if action in ("accept", "refuse", "start", "extend", "resolve"):
        return f"officer-{agency}" if agency else "supervisor"
    return "supervisor" if action in ("grant", "cancel") else "operator"


def _need(given: argparse.Namespace, option: str) -> str:
    value = getattr(given, option)
    if not value:
        raise InputError("missing_option", option=f"--{option}")
    return str(value)


def _resolve(core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    photos = tuple(core.desk.files.put(photo).sha256 for photo in given.photo)
    codes = core.desk.catalogue.reasons_of("resolution")
    return ReportResult(
        request_id=request_id,
        agency=given.agency,
        resolution_code=given.code or codes[0].code,
        text=given.text or "",
        photos=photos,
        no_photo_reason=given.reason,
    )


def _callback(_core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    text = _need(given, "outcome").replace("-", "_")
    try:
        outcome = Outcome(text)
        verdict = Verdict(given.verdict.replace("-", "_")) if given.verdict else None
    except ValueError as error:
        known = ", ".join([*Outcome, *Verdict])
        raise InputError("unknown_outcome", outcome=text, known=known) from error
    if outcome is Outcome.REACHED and verdict is None:
        verdict = Verdict.NO_OPINION
    return RecordOutreach(request_id=request_id, outcome=outcome, verdict=verdict, text=given.text)


def _extend(_core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    return AskExtension(
        request_id=request_id,
        agency=given.agency,
        reason=given.reason or "",
        committed_at=read_time(_need(given, "committed"), "--committed"),
    )


def _grant(_core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    committed = read_time(given.committed, "--committed") if given.committed else None
    return GrantExtension(
        request_id=request_id, agency=given.agency, reason=given.reason, committed_at=committed
    )


def _merge(core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    parent = _find(core, _need(given, "parent"))
    return MergeRequest(request_id=request_id, parent_id=parent, reason=given.reason)


def _close(_core: Core, request_id: UUID, given: argparse.Namespace) -> Command:
    try:
        verdict = Verdict(given.verdict.replace("-", "_")) if given.verdict else None
    except ValueError as error:
        known = ", ".join(Verdict)
        raise InputError("unknown_outcome", outcome=given.verdict, known=known) from error
    return CloseRequest(request_id=request_id, verdict=verdict, reason=given.reason)


ACTIONS: dict[str, Callable[[Core, UUID, argparse.Namespace], Command]] = {
    "forward": lambda _c, i, g: ForwardRequest(request_id=i, agency=g.agency, reason=g.reason),
    "accept": lambda _c, i, g: AcceptAssignment(request_id=i, agency=g.agency),
    "refuse": lambda _c, i, g: RefuseAssignment(
        request_id=i, agency=g.agency, reason=g.reason or ""
    ),
    "start": lambda _c, i, g: StartWork(request_id=i, agency=g.agency, text=g.text),
    "extend": _extend,
    "grant": _grant,
    "resolve": _resolve,
    "callback": _callback,
    "close": _close,
    "reopen": lambda _c, i, g: ReopenRequest(request_id=i, reason=g.reason or ""),
    "merge": _merge,
    "reject": lambda _c, i, g: RejectRequest(request_id=i, reason=g.reason or ""),
    "cancel": lambda _c, i, g: CancelRequest(request_id=i, reason=g.reason or ""),
    "need-info": lambda _c, i, g: AskInfo(request_id=i, reason=g.reason or g.text or ""),
    "note": lambda _c, i, g: AddNote(request_id=i, text=g.text or g.reason or ""),
}
"""The actions of `request do`, each the command that the window's button sends."""


def _find(core: Core, text: str) -> UUID:
    found = core.store.ask_now(lambda q: q.find_number(text))
    if found is None:
        raise InputError("unknown_number", number=text)
    return found


def _detail(core: Core, request_id: UUID) -> RequestDetail:
    detail = core.store.ask_now(lambda q: q.detail(request_id))
    actor = core.desk.actor
    hidden = (
        actor.role is Role.OFFICER
        and detail is not None
        and detail.request.assignment(actor.agency or "") is None
    )
    if detail is None or hidden:
        raise InputError("unknown_number", number=str(request_id))
    return detail


def _json(core: Core, detail: RequestDetail, *, with_events: bool) -> dict[str, object]:
    return request_json(
        detail, with_reporter=core.desk.actor.may_see_reporter, with_events=with_events
    )


def _print(
    call: Call, core: Core, detail: RequestDetail, *, with_events: bool, saved: bool
) -> None:
    form = _json(core, detail, with_events=with_events)
    if call.as_json:
        print_json(form)
        return
    r, lang = detail.request, call.lang
    if saved:
        print(f"Đã lưu {spoken(r.number)} · {state_name(r.state, lang)}")
    service = core.desk.catalogue.services.get(r.service_code)
    lines = [
        ("Mã", spoken(r.number)),
        ("Loại sự cố", service.name if service else r.service_code),
        ("Trạng thái", state_name(r.state, lang)),
        ("Mức ưu tiên", priority_name(r.priority, lang)),
        ("Địa chỉ", r.address_string or "-"),
        ("Mô tả", r.description),
        ("Đơn vị xử lý", str(form["agency_responsible"] or "-")),
        ("Hạn xử lý", time_or_null(r.due_at) or "-"),
    ]
    for label, value in lines:
        print(f"{label:14}{value}")
    for line in detail.history if with_events else ():
        if core.desk.actor.may_see_reporter or line.kind != "reporter_recorded":
            print(f"{time_or_null(line.at)}  {line.actor:12} {line.kind}  {line.reason or ''}")
