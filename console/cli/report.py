"""`report NAME`: a report on the screen or into a file; `report seals`, `report verify`."""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb, path_argument
from console.cli.framework.input_files import require_folder_of
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json, print_table
from console.cli.framework.times import city_time
from console.domain.errors import InputError, UnavailableError
from console.domain.time_zone import CITY
from console.services.views.reports import NAMES

if TYPE_CHECKING:
    from console.assembly.core import Core
    from console.domain.reports.figures import Period
    from console.services.views.reports import Cell, Column, Report

FORMATS = ("table", "json", "csv", "xlsx", "pdf")
_AHEAD_DAYS = 7
_INTO_FILE = frozenset({"xlsx", "pdf"})


def add(verbs: Verbs) -> None:
    """The grammar of `report`."""
    parser = add_verb(verbs, "report", "báo cáo của một kỳ", _report)
    parser.add_argument(
        "name",
        metavar="TÊN",
        choices=(*NAMES, "seals", "verify"),
        help=f"{', '.join(NAMES)}; seals, verify",
    )
    parser.add_argument("--from", dest="since", metavar="NGÀY", help="2025-09-25T12:00, 2025-10-01")
    parser.add_argument("--to", dest="until", metavar="NGÀY", help="một ngày: đến hết ngày đó")
    parser.add_argument("--month", metavar="YYYY-MM", help="kỳ của thành phố: 25 12:00 - 25 12:00")
    parser.add_argument("--agency", action="append", default=[], metavar="MÃ")
    parser.add_argument("--group", action="append", default=[], metavar="LĨNH VỰC")
    parser.add_argument("--service", action="append", default=[], metavar="MÃ")
    parser.add_argument("--format", dest="form", choices=FORMATS, default="table")
    parser.add_argument("--out", type=path_argument, metavar="TỆP")
    parser.add_argument("--seal", action="store_true", help="niêm phong số liệu của kỳ này")
    parser.add_argument("--digest", default="", metavar="MÃ", help="verify: mã in trên giấy")


def _report(call: Call) -> int:
    name: str = call.given.name
    if name == "seals":
        return _seals(call)
    if name == "verify":
        return _verify(call)
    form = "json" if call.as_json and call.given.form == "table" else call.given.form
    out: Path | None = call.given.out
    if form in _INTO_FILE and out is None:
        raise InputError("report_needs_file", format=form)
    if out is not None:
        require_folder_of(out)
    writes = call.given.seal or out is not None
    with call.core(user="supervisor", read_only=not writes) as core:
        return _make(call, core, name, form, None if out is None else out.absolute())


def _make(call: Call, core: "Core", name: str, form: str, out: Path | None) -> int:
    from console.services.reports.access import Reports
    from console.services.views.reports import Scope

    reports = Reports(core.desk, call.lang)
    period = _period(call, core)
    scope = Scope(tuple(call.given.agency), _services(call, core))
    report = core.store.ask_now(lambda q: reports.build(name, period, scope, q))
    if call.given.seal:
        sealed = core.store.write_now(lambda uow: reports.seal(report, uow))
        label = call.text("Niêm phong", "Sealed")
        words = (*report.words, (label, f"{sealed.n} · {sealed.digest}"))
        report = replace(report, words=words)
    if out is None:
        _print(call, report, form)
        return 0
    try:
        _write(call, report, form, out)
    except OSError as error:
        raise UnavailableError("system_failed", cause=error.strerror or error) from error
    core.store.write_now(lambda uow: reports.record_export(report, form, uow))
    return 0


def _period(call: Call, core: "Core") -> "Period":
    from console.domain.reports import figures

    now = core.desk.clock()
    given = call.given
    if given.month:
        year, _, month = given.month.partition("-")
        if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12
                and 2000 <= int(year) <= 2200):  # fmt: skip
            raise InputError("not_a_moment", text=given.month)
        chosen = figures.city_month(int(year), int(month))
        return figures.Period.of(chosen.since, chosen.until, now)
    if given.since is None and given.until is None and given.name == "forecast":
        today = now.astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
        return figures.Period.of(today, today + timedelta(days=_AHEAD_DAYS), now)
    if given.since is None and given.until is None:
        this = figures.city_month_of(now)
        return figures.Period.of(this.since, this.until, now)
    since = figures.parse_moment(given.since) if given.since else None
    until = figures.parse_moment(given.until, end=True) if given.until else now
    if since is None:
        since = figures.city_month_of(until).since
    return figures.Period.of(since, until, now)


def _services(call: Call, core: "Core") -> tuple[str, ...]:
    catalogue = core.desk.catalogue
    for group in call.given.group:
        if group not in catalogue.groups:
            raise InputError("unknown_service", service=group)
    of_groups = [s.code for s in catalogue.services.values() if s.group in call.given.group]
    return tuple(dict.fromkeys([*call.given.service, *of_groups]))


def _print(call: Call, report: "Report", form: str) -> None:
    from console.services.reports.files import as_json, write_csv

    if form == "json":
        print_json(as_json(report))
        return
    if form == "csv":
        write_csv(report, sys.stdout, english=call.lang == "en")  # type: ignore[arg-type]
        return
    for part in (report, *report.parts):
        print(f"\n{part.title}" if part is not report else part.title)
        head = tuple(c.en if call.lang == "en" else c.vi for c in part.columns)
        print_table(head, [_line(part.columns, row) for row in part.rows])
    print()
    for label, text in report.words:
        print(f"{label}: {text}")


def _line(columns: "tuple[Column, ...]", row: "tuple[Cell, ...]") -> tuple[str, ...]:
    return tuple(_shown(column, cell) for column, cell in zip(columns, row, strict=True))


def _shown(column: "Column", cell: "Cell") -> str:
    if cell is None:
        return "—"
    if column.kind == "share" and isinstance(cell, float):
        return f"{cell * 100:.1f} %"
    if isinstance(cell, float):
        return f"{cell:.1f}"
    return str(cell)


def _write(call: Call, report: "Report", form: str, out: Path) -> None:
    from console.cli.framework.progress import StatusLine
    from console.services.reports.files import as_json, write_csv, write_xlsx

    english = call.lang == "en"
    if form == "xlsx":
        bar = StatusLine()

        def tell(done: int, every: int) -> bool:
            if bar.due():
                bar.show(done / max(1, every), f"{done:,} / {every:,}")
            return True

        write_xlsx(report, out, english=english, tell=tell)
        bar.end()
        return
    if form == "pdf":
        from console.ui.pages.reports.pdf import pdf_without_window

        pdf_without_window(report, out, english=english)
        return
    part = out.with_name(f".{out.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            write_csv(report, file, english=english)
        elif form == "json":
            json.dump(as_json(report), file, ensure_ascii=False, allow_nan=False)
            file.write("\n")
        else:
            for table in (report, *report.parts):
                file.write(f"{table.title}\n")
                for row in table.rows:
                    file.write("\t".join(_line(table.columns, row)) + "\n")
            file.writelines(f"{label}: {text}\n" for label, text in report.words)
    part.replace(out)


def _seals(call: Call) -> int:
    with call.core(user="supervisor", read_only=True) as core:
        found = core.store.ask_now(lambda q: q.sealed_reports())
    if call.as_json:
        names = "n name at by from=since to=until digest"
        print_json([json_fields(s, names, at=city_time) for s in found])
        return 0
    form = "%d/%m/%Y %H:%M"
    call.table("Số|Báo cáo|Kỳ|Lúc|Mã", "No|Report|Period|At|Digest", [
        (str(s.n), s.name,
         f"{s.since.astimezone(CITY):{form}} - {s.until.astimezone(CITY):{form}}",
         f"{s.at.astimezone(CITY):{form}}", s.digest[:16])
        for s in found
    ])  # fmt: skip
    return 0


def _verify(call: Call) -> int:
    """Whether every sealed report is intact; with --digest, whether that report was sealed."""
    with call.core(user="supervisor", read_only=True) as core:
        broken = core.store.ask_now(lambda q: q.first_broken_seal())
        digest: str = call.given.digest
        found = core.store.ask_now(lambda q: q.sealed_by(digest)) if digest else None
    if digest and found is None:
        raise InputError("no_such_seal", digest=digest)
    if call.as_json:
        print_json({"ok": broken is None, "first_broken": broken,
                    "found": found and found.n})  # fmt: skip
    elif broken is None:
        call.say("Mọi báo cáo niêm phong còn nguyên vẹn.", "All sealed reports are intact.")
        if found is not None:
            print(f"{found.n}: {found.name}, {found.at.astimezone(CITY):%d/%m/%Y %H:%M}, "
                  f"{found.by}")  # fmt: skip
    else:
        call.say(
            f"Báo cáo niêm phong số {broken} đã bị sửa hoặc mất.",
            f"Sealed report {broken} was altered or is missing.",
        )
    return 0 if broken is None else 1
