"""`audit verify`, `audit list`: whether the audit log is intact; who read or changed what."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, int_between, path_argument
from console.cli.framework.input_files import require_folder_of
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json, print_table
from console.cli.framework.times import city_time
from console.domain.errors import InputError
from console.services.wording.sentences import act_name, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.services.views.audit import AuditFilter, AuditLine

FORMATS = ("table", "json", "csv", "xlsx")


def add(verbs: Verbs) -> None:
    """The grammar of `audit`."""
    sub = add_group(verbs, "audit", "nhật ký truy cập của máy này")
    add_verb(sub, "verify", "kiểm tra chuỗi nhật ký", _verify)
    listing = add_verb(sub, "list", "ai đọc, ai sửa gì ở máy này, mới nhất trước", _list)
    listing.add_argument("--limit", type=int_between(1, 100_000), default=200, metavar="N")
    listing.add_argument("--from", dest="since", metavar="NGÀY", help="2026-11-24T06:00")
    listing.add_argument("--to", dest="until", metavar="NGÀY", help="một ngày: đến hết ngày đó")
    listing.add_argument("--person", default="", metavar="TÀI KHOẢN")
    listing.add_argument(
        "--act", dest="deed", default="", metavar="VIỆC", help="number_shown, request_closed…"
    )
    listing.add_argument("--request", default="", metavar="MÃ", help="mã phản ánh")
    listing.add_argument("--side", choices=("access", "change"), help="chỉ xem đọc, hoặc chỉ sửa")
    listing.add_argument("--format", dest="form", choices=FORMATS, default="table")
    listing.add_argument("--out", type=path_argument, metavar="TỆP")


def _verify(call: Call) -> int:
    """Verify every line; print the first one that was altered and return 1."""
    with call.core(read_only=True) as core:
        broken, (lines, last) = core.store.first_broken_audit_line(), core.store.audit_head()
    if call.as_json:
        print_json({"ok": broken is None, "lines": lines, "last_hash": last, "first_bad": broken})
    elif broken is None:
        call.say(
            f"Nhật ký nguyên vẹn: {lines} dòng, mã cuối {last[:16]}",
            f"The audit log is intact: {lines} lines, last hash {last[:16]}",
        )
    else:
        call.say(
            f"Nhật ký bị sửa từ dòng {broken}. Giữ nguyên máy này và báo quản trị.",
            f"The audit log was altered from line {broken} on. Change nothing here, tell IT.",
        )
    return 0 if broken is None else 1


def _list(call: Call) -> int:
    """Print the lines, newest first. Reading them is audited too, so this writes to the seat.

    Raises:
        RefusedError: `role_may_not` for operators and officers.
    """
    from console.services.supervision.audit import record_reading

    form = "json" if call.as_json and call.given.form == "table" else call.given.form
    out: Path | None = call.given.out
    if form == "xlsx" and out is None:
        raise InputError("report_needs_file", format=form)
    if out is not None:
        require_folder_of(out)
    wanted = _filter(call)
    with call.core(user="supervisor") as core:
        core.store.write_now(
            lambda uow: record_reading(core.desk, wanted, uow, form if out else "")
        )
        found = core.store.ask_now(lambda q: q.audit_lines(wanted, call.given.limit))
    _hand_out(call, found, form, None if out is None else out.absolute())
    return 0


def _filter(call: Call) -> "AuditFilter":
    from console.domain.reports import figures
    from console.domain.requests import numbering
    from console.services.views.audit import AuditFilter

    given = call.given
    return AuditFilter(
        since=figures.parse_moment(given.since) if given.since else None,
        until=figures.parse_moment(given.until, end=True) if given.until else None,
        person=given.person,
        act=given.deed,
        request=numbering.parse(given.request) if given.request else "",
        side=given.side,
    )


def _hand_out(call: Call, found: "Sequence[AuditLine]", form: str, out: Path | None) -> None:
    from console.services.reports.files import rows_csv, write_tables
    from console.services.supervision.audit import sheet

    table = sheet(found, english=call.lang == "en")
    if out is None and form == "json":
        print_json(_as_json(found))
    elif out is None and form == "csv":
        rows_csv(table.head, table.rows, sys.stdout)  # type: ignore[arg-type]
    elif out is None:
        head = tuple(table.head[n] for n in (0, 1, 3, 4, 5))
        rows = [
            (moment(x.at), x.actor, x.workstation, act_name(x.act, call.lang), x.subject)
            for x in found
        ]
        print_table(head, rows)
    elif form == "xlsx":
        write_tables([table], out)
    else:
        part = out.with_name(f".{out.name}.part")
        with part.open("w", encoding="utf-8", newline="") as file:
            if form == "json":
                json.dump(_as_json(found), file, ensure_ascii=False)
            else:
                rows_csv(table.head, table.rows, file)
        part.replace(out)


def _as_json(found: "Sequence[AuditLine]") -> list[dict[str, object]]:
    names = "side n at actor role workstation act subject detail"
    return [json_fields(line, names, at=city_time) for line in found]
