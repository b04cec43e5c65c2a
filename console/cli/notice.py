"""`notice add`, `change`, `end`, `list`: the same services as the window's page."""

import json
from argparse import BooleanOptionalAction
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import CliParser, Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import readable
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json, shown
from console.cli.framework.times import read_time
from console.domain.desk.notices import KINDS, Notice, Ring
from console.domain.errors import InputError, RefusedError
from console.domain.requests.commands import ChangeNotice, EndNotice, IssueNotice
from console.domain.requests.events import NoticeIssued
from console.services.wording.sentences import moment


def add(verbs: Verbs) -> None:
    """The grammar of `notice`."""
    sub = add_group(verbs, "notice", "thông báo theo khu vực: mất nước, mất điện, sửa đường…")
    listing = add_verb(sub, "list", "thông báo đang có", _list)
    listing.add_argument("--all", action="store_true")
    issue = add_verb(sub, "add", "ra một thông báo", _add)
    _words(issue, required=True)
    change = add_verb(sub, "change", "sửa một thông báo: ID", _change)
    change.add_argument("id")
    _words(change, required=False)
    end = add_verb(sub, "end", "kết thúc trước hạn: ID", _end)
    end.add_argument("id")
    end.add_argument("--reason", required=True)


def _words(parser: CliParser, *, required: bool) -> None:
    parser.add_argument("--title", required=required)
    parser.add_argument("--text", required=required)
    parser.add_argument("--until", required=required, metavar="TIME")
    parser.add_argument("--from", dest="since", metavar="TIME")
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--script")
    parser.add_argument("--group", metavar="CODE")
    parser.add_argument("--ward", action="append", metavar="CODE|NAME")
    parser.add_argument("--area", action="append", type=path_argument, metavar="GEOJSON")
    parser.add_argument("--everywhere", action="store_true", default=None)
    parser.add_argument("--public", action=BooleanOptionalAction, default=None)


def _add(call: Call) -> int:
    with call.core() as core:
        given = call.given
        fields = _given(call, core)
        fields.setdefault("starts_at", core.desk.clock())
        fields.setdefault("kind", KINDS[0])
        command = IssueNotice(said=NoticeIssued(title=given.title, text=given.text, **fields))
        core.desk.do_now(command)
        _print(call, core, command.notice_id)
    return 0


def _change(call: Call) -> int:
    with call.core() as core:
        notice = _find(core, call.given.id)
        fields = {name: getattr(notice.said, name) for name in NoticeIssued.__dataclass_fields__}
        new = _given(call, core)
        # A new area replaces the old one.
        if {"wards", "areas", "everywhere"} & set(new):
            fields |= {"wards": (), "areas": (), "everywhere": False}
        said = NoticeIssued(**(fields | new))
        core.desk.do_now(ChangeNotice(notice_id=notice.id, said=said, seen=notice.version))
        _print(call, core, notice.id)
    return 0


def _end(call: Call) -> int:
    with call.core() as core:
        notice = _find(core, call.given.id)
        core.desk.do_now(EndNotice(notice_id=notice.id, reason=call.given.reason))
        _print(call, core, notice.id)
    return 0


def _list(call: Call) -> int:
    with call.core(read_only=True) as core:
        now = core.desk.clock()
        mine = core.desk.actor.agency
        found = core.store.ask_now(lambda q: q.notices(now, mine))
        if call.given.all:
            found += core.store.ask_now(lambda q: q.past_notices(now, agency=mine))
    if call.as_json:
        print_json([notice_json(each, now) for each in found])
        return 0
    wards = {code: ward.name for code, ward in core.desk.catalogue.wards.items()}
    call.table(
        "ID|Từ|Đến|Tiêu đề|Phạm vi",
        "ID|From|Until|Title|Area",
        [
            (
                str(n.id),
                moment(n.said.starts_at),
                moment(n.over_at),
                n.said.title,
                _area(call, wards, n),
            )
            for n in found
        ],
    )
    return 0


def _given(call: Call, core: Core) -> dict[str, Any]:
    """What the options say, by field of a notice."""
    given = call.given
    plain = {name: getattr(given, name) for name in ("title", "text", "kind", "script", "group")}
    fields: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    if given.what == "add":
        del fields["title"], fields["text"]
    for name, option, text in (
        ("starts_at", "--from", given.since),
        ("ends_at", "--until", given.until),
    ):
        if text is not None:
            fields[name] = read_time(text, option)
    if given.ward:
        fields["wards"] = tuple(code for text in given.ward for code in _wards(core, text))
    if given.area:
        fields["areas"] = tuple(ring for file in given.area for ring in rings_of(readable(file)))
    if given.everywhere:
        fields["everywhere"] = True
    if given.public is not None:
        fields["public"] = given.public
    return fields


def _wards(core: Core, text: str) -> tuple[str, ...]:
    """The codes for a code or a name; a former ward that was split gives all its parts."""
    if text in core.desk.catalogue.wards:
        return (text,)
    found = tuple(ward.code for ward in core.desk.places.parse(text).new_wards)
    if not found:
        raise InputError("unknown_ward", ward=text[:60])
    return found


def rings_of(file: Path) -> tuple[Ring, ...]:
    """The outer rings of the polygons in a GeoJSON file, as (lat, long).

    Raises:
        InputError: `notice_area_wrong`.
    """
    try:
        document = json.loads(file.read_text("utf-8-sig"))
        return tuple(
            tuple((float(spot[1]), float(spot[0])) for spot in ring) for ring in _outer(document)
        )
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise InputError("notice_area_wrong", why=f"GeoJSON: {str(error)[:80]}") from error


def _outer(value: dict[str, Any]) -> list[Any]:
    kinds: dict[str, Callable[[], list[Any]]] = {
        "FeatureCollection": lambda: [r for f in value["features"] for r in _outer(f)],
        "Feature": lambda: _outer(value["geometry"]),
        "GeometryCollection": lambda: [r for g in value["geometries"] for r in _outer(g)],
        "Polygon": lambda: [value["coordinates"][0]],
        "MultiPolygon": lambda: [polygon[0] for polygon in value["coordinates"]],
    }
    return kinds[value["type"]]()


def _find(core: Core, text: str) -> Notice:
    """The notice of this id.

    Raises:
        RefusedError: `no_such_notice`.
    """
    try:
        wanted = UUID(text)
    except ValueError:
        raise RefusedError("no_such_notice") from None
    now = core.desk.clock()
    known = core.store.ask_now(lambda q: (*q.notices(now), *q.past_notices(now, 10_000)))
    found = next((notice for notice in known if notice.id == wanted), None)
    if found is None:
        raise RefusedError("no_such_notice")
    return found


def notice_json(notice: Notice, now: datetime) -> dict[str, object]:
    """A notice as scripts read it; times are ISO 8601 with an offset."""
    said = notice.said
    state = "over" if notice.is_over(now) else "soon" if notice.is_soon(now) else "on"
    return {
        "id": str(notice.id),
        "kind": said.kind,
        "state": state,
        **json_fields(said, "title text script group"),
        "wards": list(said.wards),
        "areas": [[list(spot) for spot in ring] for ring in said.areas],
        **json_fields(
            said, "everywhere public starts=starts_at ends=ends_at", at=datetime.isoformat
        ),
        **json_fields(
            notice,
            "ended=ended_at reason=end_reason by changed_by version told",
            at=datetime.isoformat,
        ),
    }


def _area(call: Call, wards: dict[str, str], notice: Notice) -> str:
    said = notice.said
    if said.everywhere:
        return call.text("toàn thành phố", "the whole city")
    drawn = call.text("vùng vẽ", "drawn area") if said.areas else ""
    named = (wards.get(code, code) for code in said.wards)
    return ", ".join(filter(None, (*named, drawn)))


def _print(call: Call, core: Core, notice_id: UUID) -> None:
    now = core.desk.clock()
    notice = _find(core, str(notice_id))
    if call.as_json:
        print_json(notice_json(notice, now))
    else:
        print(shown(f"{notice.id}  {notice.said.title}  → {moment(notice.over_at)}"))
