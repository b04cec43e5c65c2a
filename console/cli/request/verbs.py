"""`request log|show|list`: the same command and queries as the window."""

import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, int_between
from console.cli.framework.output import print_json
from console.cli.framework.read_only_audit import record_reading
from console.cli.request.json_input import LARGEST_BYTES, read_request
from console.cli.request.lookup import find
from console.cli.request.printing import as_json, print_request
from console.cli.request.steps import add_do
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError
from console.domain.requests.commands import LogRequest
from console.domain.requests.numbering import spoken
from console.domain.states import Role, State
from console.services.ports.store.queries import Queries
from console.services.views.requests import RequestFilter, RequestRow
from console.services.wording.sentences import moment, state_name

MOST_ROWS = 100_000
_PAGE = 2000
"""Rows that the store returns at once."""
MOST_NAMED = 50
"""Requests whose numbers the audit log names when a list is printed as JSON; all are counted."""


def add(verbs: Verbs) -> None:
    """The grammar of `request`."""
    sub = add_group(verbs, "request", "ghi, xem, liệt kê, xử lý phản ánh")
    add_verb(sub, "log", "đọc một phản ánh (JSON) từ đầu vào và lưu", _log)

    show = add_verb(sub, "show", "xem một phản ánh", _show)
    show.add_argument("number", nargs="+", metavar="NUMBER")
    show.add_argument("--events", action="store_true", help="cả lịch sử")

    every = add_verb(sub, "list", "liệt kê phản ánh", _list)
    every.add_argument("--agency", help="đơn vị xử lý")
    every.add_argument("--state", action="append", default=[], help="trạng thái; nhiều lần được")
    every.add_argument("--overdue", action="store_true", help="quá hạn")
    every.add_argument("--query", help="tìm theo chữ, không cần dấu")
    every.add_argument("--limit", type=int_between(1, MOST_ROWS), default=200)

    add_do(sub)


def _log(call: Call) -> int:
    data = sys.stdin.buffer.read(LARGEST_BYTES + 1) if sys.stdin else b""
    command = read_request(data)
    with call.core() as core:
        command = _with_files(core, command)
        _check_danger(core, command)
        done = core.desk.do_now(command)
        request_id = done.request_id or command.request_id
        detail = core.store.ask_now(lambda q: q.detail(request_id))
        if detail is None:  # pragma: no cover - it was committed above
            raise InputError("no_such_request")
        print_request(call, core, detail, saved=True)
    return 0


def _with_files(core: Core, command: LogRequest) -> LogRequest:
    """Resolve `media`: a sha256 names a file of this seat, a path names a file to copy in."""

    def stored(name: str) -> str:
        if re.fullmatch(r"[0-9a-f]{64}", name):
            if core.desk.files.path(name) is None:
                raise InputError("file_missing", file=name)
            return name
        return core.desk.files.put(Path(name)).sha256

    return replace(command, media=tuple(stored(name) for name in command.media))


def _check_danger(core: Core, command: LogRequest) -> None:
    known = [q.code for q in core.desk.catalogue.service(command.service_code).questions]
    for code in command.danger:
        if code not in known:
            raise InputError("bad_option", option="danger", value=code, known=", ".join(known))


def _show(call: Call) -> int:
    with call.core(read_only=True) as core:
        detail = find(core, " ".join(call.given.number))
        record_reading(core, "request_read", spoken(detail.request.number))
        print_request(call, core, detail, with_events=call.given.events)
    return 0


def _list(call: Call) -> int:
    states = tuple(_state(text) for text in call.given.state)
    with call.core(read_only=True) as core:
        rows = _rows(core, call, states)
        if call.as_json:
            if rows:  # JSON holds whole requests; the table names no person
                said = ", ".join(spoken(row.number) for row in rows[:MOST_NAMED])
                record_reading(core, "list_exported", "request list", f"json {len(rows)}: {said}")
            print_json(_forms(core, rows))
            return 0
    call.table(
        "Mã|Loại sự cố|Trạng thái|Đơn vị|Hạn|Địa chỉ",
        "Number|Service|State|Agency|Due|Address",
        [_cells(call, core.desk.catalogue, row) for row in rows],
    )
    return 0


def _forms(core: Core, rows: Iterable[RequestRow]) -> list[dict[str, object]]:
    mine = core.desk.actor.agency
    details = core.store.ask_now(lambda q: [q.detail(row.id, mine) for row in rows])
    return [as_json(core, detail) for detail in details if detail is not None]


def _state(text: str) -> State:
    try:
        return State(text.replace("-", "_"))
    except ValueError as error:
        known = ", ".join(s for s in State if s is not State.DRAFT)
        raise InputError("bad_option", option="--state", value=text, known=known) from error


def _rows(core: Core, call: Call, states: tuple[State, ...]) -> tuple[RequestRow, ...]:
    given, actor = call.given, core.desk.actor
    agency = given.agency
    if agency is not None:
        core.desk.catalogue.agency(agency)
    if actor.role is Role.OFFICER:
        if agency not in (None, actor.agency):
            return ()
        agency = actor.agency
    which = RequestFilter(agency, states, overdue=given.overdue, query=given.query)
    now, limit = core.desk.clock(), given.limit

    def pages(queries: Queries) -> tuple[RequestRow, ...]:
        found: list[RequestRow] = []
        while len(found) < limit:
            size = min(_PAGE, limit - len(found))
            some = queries.requests(replace(which, limit=size, offset=len(found)), now)
            found += some
            if len(some) < size:
                break
        return tuple(found)

    rows = core.store.ask_now(pages)
    if actor.role is Role.OFFICER:  # officers do not learn which other agencies have it
        return tuple(replace(row, agency=actor.agency) for row in rows)
    return rows


def _cells(call: Call, catalogue: Catalogue, row: RequestRow) -> tuple[str, ...]:
    service = catalogue.services.get(row.service_code)
    agency = catalogue.agencies.get(row.agency or "")
    return (
        spoken(row.number),
        call.text(service.name, service.name_en) if service else row.service_code,
        state_name(row.state, call.lang),
        agency.short_name if agency else row.agency or "-",
        moment(row.due_at) if row.due_at else "-",
        row.address_string or "-",
    )
