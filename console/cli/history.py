"""`import requests`: a history into the store, with a bar that says how long it takes."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Call, print_json, readable
from console.cli.grammar import Verbs, add_group, add_verb
from console.cli.progress import Line, span
from console.domain.errors import RefusedError
from console.domain.states import Role

if TYPE_CHECKING:
    from console.services.history import Position


def add(verbs: Verbs) -> None:
    """The grammar of `import`."""
    sub = add_group(verbs, "import", "nhập dữ liệu cũ")
    every = add_verb(sub, "requests", "nhập lịch sử phản ánh (CSV theo Open311)", _requests)
    every.add_argument("file", type=Path, metavar="FILE.csv")
    every.add_argument("--dry-run", action="store_true", help="chỉ đọc và báo, không ghi gì")


def _requests(call: Call) -> int:
    from console.services.history import SideFile, import_history
    from console.services.history_file import recognise
    from console.store.history import SqlHistory

    path: Path = readable(call.given.file.expanduser())
    dry_run: bool = call.given.dry_run
    with call.core(user="administrator", read_only=dry_run) as core:
        actor = core.desk.actor
        if actor.role in (Role.OFFICER, Role.AUDITOR):
            raise RefusedError("role_may_not", role=actor.role.value, action="import requests")
        shape = recognise(path)
        store = SqlHistory(
            core.store,
            core.desk.catalogue,
            core.desk.clock(),
            by=actor.user,
            workstation=actor.workstation,
            console_code=core.store.console_code,
            dry_run=dry_run,
        )
        before = store.position(shape)
        side = SideFile(path, shape.header, call.lang)
        bar = _Bar(call, shape.size, before.rows)
        try:
            after = import_history(path, shape, store, side, bar)
        except KeyboardInterrupt:
            bar.end()
            stopped = call.text("Đã dừng. Chạy lại lệnh này để nhập tiếp.",
                                "Stopped. Run the command again to go on.")  # fmt: skip
            print(stopped, file=sys.stderr)
            return 1
        finally:
            store.close()
        bar.end()
    _report(call, before, after, side.path if after.refused else None, shape.ignored)
    return 1 if dry_run and after.refused else 0


def _report(
    call: Call,
    before: "Position",
    after: "Position",
    rejected: Path | None,
    ignored: tuple[str, ...],
) -> None:
    if call.as_json:
        print_json(
            {
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
        )
        return
    if before.done:
        print(call.text("Tệp này đã nhập xong trước đây, không thêm gì.",
                        "This file was brought in before; nothing was added."))  # fmt: skip
    if ignored:
        names = ", ".join(ignored)
        print(call.text(f"Không dùng các cột: {names}", f"Columns not used: {names}"))
    said = call.text("Sẽ nhập" if call.given.dry_run else "Đã nhập",
                     "Would import" if call.given.dry_run else "Imported")  # fmt: skip
    print(
        call.text(
            f"{said} {after.imported:,} phản ánh; đã có sẵn {after.known:,}; "
            f"không nhận {after.refused:,}; tổng {after.rows:,} dòng",
            f"{said} {after.imported:,} requests; {after.known:,} were there; "
            f"{after.refused:,} refused; {after.rows:,} rows",
        )
    )
    if rejected is not None:
        print(call.text(f"Các dòng không nhận, kèm lý do: {rejected}",
                        f"Refused rows with their reasons: {rejected}"))  # fmt: skip


class _Bar(Line):
    """Rows, rate, time left."""

    def __init__(self, call: Call, size: int, rows: int) -> None:
        super().__init__()
        self._call = call
        self._size = max(1, size)
        self._first_rows = rows
        self._first_bytes: int | None = None
        self._began = time.monotonic()

    def __call__(self, at: "Position", done_bytes: int) -> None:
        """Show how far it is, unless it was shown just now."""
        if self._first_bytes is None:
            self._first_bytes = done_bytes
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
