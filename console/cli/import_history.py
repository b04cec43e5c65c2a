"""`import requests`: brings a history into the store, with a bar that shows the time left."""

import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import readable
from console.cli.framework.output import print_json
from console.cli.framework.progress import StatusLine, span
from console.services.city_data.import_rights import history_imported
from console.services.ports.seat_data import MOST_FINDINGS, DataKind
from console.services.wording.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.services.history.batches import Position, Refused


MANY_ROWS = 50_000
"""From this size on, building the indexes after the last row takes a second or more."""


def add(verbs: Verbs) -> None:
    """The grammar of `import`."""
    sub = add_group(verbs, "import", "nhập dữ liệu cũ")
    every = add_verb(sub, "requests", "nhập lịch sử phản ánh (CSV theo Open311)", _requests)
    every.add_argument("file", type=path_argument, metavar="FILE.csv")
    every.add_argument("--dry-run", action="store_true", help="chỉ đọc và báo, không ghi gì")


def _requests(call: Call) -> int:
    from console.services.history.batches import import_history
    from console.services.history.file import recognise
    from console.services.history.rejected_rows import DryRunRows, SideFile, kept_file
    from console.store.history.importing import SqlHistory

    path: Path = readable(call.given.file)
    dry_run: bool = call.given.dry_run
    # Rows form no reference cycles; looking for them costs a twentieth of the time.
    gc.set_threshold(100_000)
    with call.import_core(DataKind.REQUESTS, read_only=dry_run) as core:
        actor = core.desk.actor
        shape = recognise(path)
        store = SqlHistory(
            core.store,
            core.desk.catalogue,
            core.desk.clock(),
            by=actor.user,
            workstation=actor.workstation,
            console_code=core.store.console_code,
            dry_run=dry_run,
            alone=True,
        )
        before = store.position(shape)
        bar = ImportBar(call, shape.size, before)
        refusals = _Refusals(call, bar)
        side = DryRunRows(refusals) if dry_run else SideFile(path, shape.header, call.lang)
        try:
            after = import_history(path, shape, store, side, bar)
        except KeyboardInterrupt:
            bar.end()
            stopped = call.text("Đã dừng. Chạy lại lệnh này để nhập tiếp.",
                                "Stopped. Run the command again to continue.")  # fmt: skip
            print(stopped, file=sys.stderr)
            return 1
        finally:
            store.close()
            line = history_imported(actor, core.desk.clock(), path, before, bar.at)
            if line is not None and not dry_run:
                core.store.write_now(lambda uow: uow.audit(line))
        bar.end()
    if call.as_json:
        _print_json(call, before, after, kept_file(path, after), shape.ignored, refusals.first)
    else:
        _report(call, before, after, kept_file(path, after), shape.ignored)
    return 1 if dry_run and after.refused else 0


def _print_json(
    call: Call,
    before: "Position",
    after: "Position",
    rejected: Path | None,
    ignored: tuple[str, ...],
    would_reject: list[dict[str, object]],
) -> None:
    told: dict[str, object] = {
        "rows": after.rows,
        "imported": after.imported,
        "known": after.known,
        "refused": after.refused,
        "resumed_at": before.rows,
        "was_done": before.done,
        "dry_run": call.given.dry_run,
        "rejected_file": None if rejected is None else str(rejected),
        "ignored_columns": list(ignored),
    }
    if call.given.dry_run:
        told["would_reject"] = would_reject
    print_json(told)


def _report(
    call: Call,
    before: "Position",
    after: "Position",
    rejected: Path | None,
    ignored: tuple[str, ...],
) -> None:
    if before.done:
        call.say(
            "Tệp này đã nhập xong trước đây, không thêm gì.",
            "This file was already imported; nothing was added.",
        )
    if ignored:
        names = ", ".join(ignored)
        call.say(f"Không dùng các cột: {names}", f"Columns not used: {names}")
    said = call.text("Sẽ nhập" if call.given.dry_run else "Đã nhập",
                     "Would import" if call.given.dry_run else "Imported")  # fmt: skip
    call.say(
        f"{said} {after.imported:,} phản ánh; đã có sẵn {after.known:,}; "
        f"không nhận {after.refused:,}; tổng {after.rows:,} dòng",
        f"{said} {after.imported:,} requests; {after.known:,} already there; "
        f"{after.refused:,} refused; {after.rows:,} rows",
    )
    if rejected is not None:
        call.say(
            f"Các dòng không nhận, kèm lý do: {rejected}",
            f"Refused rows, with reasons: {rejected}",
        )


class _Refusals:
    """Reports the rows that a dry run refuses, and keeps the first ones for JSON."""

    def __init__(self, call: Call, bar: StatusLine) -> None:
        self._call, self._bar = call, bar
        self.first: list[dict[str, object]] = []

    def __call__(self, refused: "Sequence[Refused]") -> None:
        """Report these rows."""
        self._bar.end()
        for each in refused:
            why = sentence(each.code, each.params, self._call.lang)
            if not self._call.as_json:
                self._call.say(f"Dòng {each.line}: {why}", f"Line {each.line}: {why}")
            elif len(self.first) < MOST_FINDINGS:
                self.first.append({"line": each.line, "reason": why})


class ImportBar(StatusLine):
    """Rows, rows a second, time left."""

    def __init__(self, call: Call, size: int, before: "Position") -> None:
        """Show nothing yet."""
        super().__init__()
        self._call = call
        self._size = max(1, size)
        self._first_rows = before.rows
        self.at = before
        self._first_bytes: int | None = None
        self._began = time.monotonic()

    def __call__(self, at: "Position", done_bytes: int) -> None:
        """Show the progress, unless it was just shown."""
        self.at = at
        if self._first_bytes is None:
            self._first_bytes = done_bytes
        many = at.rows - self._first_rows >= MANY_ROWS and not self._call.given.dry_run
        if many and done_bytes >= self._size:
            self.show(1.0, self._call.text(f"{at.rows:,} dòng  đang lập chỉ mục",
                                           f"{at.rows:,} rows  building indexes"))  # fmt: skip
            return
        if not self.due():
            return
        took = time.monotonic() - self._began
        rate = (at.rows - self._first_rows) / took
        done = done_bytes - self._first_bytes
        left = "?" if done <= 0 else span((self._size - done_bytes) * took / done)
        text = self._call.text(
            f"{at.rows:,} dòng  {rate:,.0f} dòng/s  còn {left}  không nhận {at.refused:,}",
            f"{at.rows:,} rows  {rate:,.0f} rows/s  {left} left  {at.refused:,} refused",
        )
        self.show(done_bytes / self._size, text)
