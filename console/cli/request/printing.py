"""Prints a request: as JSON for machines, as lines for people."""

from collections.abc import Iterator

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.output import print_json, shown
from console.cli.request.json_output import request_json
from console.domain.privacy.agency_view import OTHER
from console.domain.reports.quality import totals
from console.domain.requests.answers import labelled
from console.domain.requests.numbering import spoken
from console.domain.requests.request import Request
from console.services.reports.quality import holder_name
from console.services.views.requests import RequestDetail
from console.services.wording.sentences import (
    closing_reason,
    event_name,
    moment,
    priority_name,
    state_name,
)

_WITH_WORDS = ("note_added", "info_given", "work_started", "result_reported")
"""Events that carry words somebody wrote."""


def as_json(core: Core, detail: RequestDetail, *, with_events: bool = False) -> dict[str, object]:
    """The request as this account may read it."""
    return request_json(
        detail, with_reporter=core.desk.actor.may_see_reporter, with_events=with_events
    )


def print_request(
    call: Call,
    core: Core,
    detail: RequestDetail,
    *,
    with_events: bool = False,
    saved: bool = False,
) -> None:
    """Print the request as one JSON object or as lines; `saved` confirms the save first."""
    if call.as_json:
        print_json(as_json(core, detail, with_events=with_events))
        return
    request = detail.request
    if saved:
        print(call.text("Đã lưu", "Saved"), spoken(request.number))
    for label, value in _lines(call, core, request):
        if value:
            print(f"{label:16}{shown(value)}")
    if with_events and detail.held:
        print(f"{call.text('Ai giữ', 'Held by'):16}{shown(_held(call, core, detail))}")
    for line in detail.history if with_events else ():
        if core.desk.actor.may_see_reporter or line.kind != "reporter_recorded":
            reason = closing_reason(line.reason, call.lang) if line.reason else ""
            words = " ".join(str(line.body.get("text") or "").split())
            said = reason or (words if line.kind in _WITH_WORDS else "")
            told = f"{moment(line.at)}  {line.actor:14} {event_name(line.kind, call.lang)}  {said}"
            print(shown(told))


def _held(call: Call, core: Core, detail: RequestDetail) -> str:
    """Who held the request for how long in all, in hours and minutes."""
    found = totals(detail.held, core.desk.clock())
    parts = []
    for who, span in found.items():
        name = holder_name(who, core.desk.catalogue, english=call.lang == "en")
        minutes = int(span.total_seconds()) // 60
        parts.append(f"{name} {minutes // 60}:{minutes % 60:02d}")
    return " · ".join(parts)


def _lines(call: Call, core: Core, request: Request) -> Iterator[tuple[str, str | None]]:
    lang, catalogue = call.lang, core.desk.catalogue
    service = catalogue.services.get(request.service_code)
    kind = call.text(service.name, service.name_en) if service else request.service_code
    yield call.text("Mã", "Number"), spoken(request.number)
    yield call.text("Loại sự cố", "Service"), kind
    yield call.text("Trạng thái", "State"), state_name(request.state, lang)
    yield call.text("Mức ưu tiên", "Priority"), priority_name(request.priority, lang)
    yield call.text("Địa chỉ", "Address"), request.address_string
    yield call.text("Mô tả", "Description"), " ".join(request.description.split())
    yield from labelled(request, catalogue)
    sees_all = core.desk.actor.may_see_reporter
    for person in request.reporters:
        if sees_all or person.consent:
            known = " · ".join(x for x in (person.name, person.phone, person.email) if x)
            yield call.text("Người phản ánh", "Reporter"), known
    for part in request.assignments:
        agency = catalogue.agencies.get(part.agency)
        other = call.text("đơn vị khác", "another agency")
        unknown = other if part.agency.startswith(OTHER) else part.agency
        words = [agency.short_name if agency else unknown, state_name(part.state, lang)]
        if part.deadline:
            words.append(call.text("hạn ", "due ") + moment(part.deadline))
        yield call.text("Đơn vị xử lý", "Agency"), " · ".join(words)
    notes = request.status_notes
    yield call.text("Ghi chú", "Notes"), closing_reason(notes, lang) if notes else None
    if request.parent_number:
        yield call.text("Gộp vào", "Merged into"), spoken(request.parent_number)
