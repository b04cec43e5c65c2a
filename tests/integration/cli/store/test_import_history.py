"""`import requests` from the outside: figures, side file, a kill in the middle, a seat in use."""

import os
import select
import signal
import sqlite3
import subprocess
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from console.cli.framework.call import Call
from console.cli.import_history import MANY_ROWS, ImportBar
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.history.batches import Position
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.profile_lock import stays
from tests.bench.store.history_data import write_history
from tests.integration.cli.seat import Seat
from tests.unit.services.history.made_files import ROW, changed, written

SEED = load_catalogue()
_INDEXES = "select count(*) from sqlite_master where type = 'index'"
_COUNTS = "select count(*), count(distinct id) from service_request"


def test_a_file_comes_in_and_what_is_wrong_is_said_in_words(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW, changed(service_request_id="PAKN-2", service_code="không-có"))
    dry = seat.run("import", "requests", file, "--dry-run", "--json")
    assert dry.code == 1
    reason = "Không có loại sự cố “không-có”. Chọn trong danh mục."
    assert dry.json["would_reject"] == [{"line": 3, "reason": reason}]
    assert dry.json["rejected_file"] is None
    assert seat.run("import", "requests", file, "--dry-run").out.startswith(f"Dòng 3: {reason}\n")
    assert list(tmp_path.glob("*.rejected*")) == []
    assert (dry.json["imported"], dry.json["refused"], dry.json["dry_run"]) == (1, 1, True)
    assert seat.run("request", "list", "--json").json == []
    done = seat.run("import", "requests", file, "--json")
    assert done.code == 0
    assert done.json == {
        "rows": 2, "imported": 1, "known": 0, "refused": 1, "resumed_at": 0, "was_done": False,
        "dry_run": False, "rejected_file": str(tmp_path / "lịch sử.rejected.csv"),
        "ignored_columns": [],
    }  # fmt: skip
    told = (tmp_path / "lịch sử.rejected.csv").read_text("utf-8-sig").splitlines()
    assert told[1].startswith(f"3,{reason},PAKN-2,")
    found = seat.run("request", "list", "--query", "nap ho ga", "--json").json
    assert [each["service_request_id"] for each in found] == ["PAKN-1"]
    shown = seat.run("request", "show", "PAKN-1", "--events", "--json").json
    assert [each["actor"] for each in shown["events"]] == ["import"] * 5
    again = seat.run("--lang", "en", "import", "requests", file)
    assert again.out.startswith("This file was already imported; nothing was added.\n")


def test_who_may_not_and_what_cannot_be_read(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW)
    for who, more in (("auditor", ()), ("supervisor", ()), ("operator", ("--dry-run",))):
        said = seat.fails(2, "--as", who, "import", "requests", file, *more)
        assert "không được import requests" in said
    assert seat.fails(3, "import", "requests", tmp_path / "không có.csv")
    assert seat.fails(3, "import", "requests", tmp_path)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert "requested_datetime" in seat.fails(2, "import", "requests", tmp_path / "x.csv")
    assert seat.fails(2, "import", "contacts", file)


def test_a_seat_that_is_open_is_left_alone(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW)
    store = LocalStore(seat.profile, SEED)
    stays(seat.profile)
    try:
        assert "đang mở" in seat.fails(3, "import", "requests", file)
        dry = seat.run("import", "requests", file, "--dry-run", "--json")
        assert dry.json["imported"] == 1
    finally:
        store.close()


@contextmanager
def running(seat: Seat, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running import; it is ended whatever happens."""
    process = subprocess.Popen(
        seat.command("import", "requests", file, "--json"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=seat.environ(),
        cwd=Path(__file__).parents[4],
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def rows_stored(store: Path) -> int:
    """How much of the file is on disk, seen from outside; 0 while there is no store."""
    question = "select json_extract(value, '$.position.rows') from meta where key glob 'import:*'"
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as beside,
    ):
        return int((beside.execute(question).fetchone() or (0,))[0])
    return 0


def until_writing(process: subprocess.Popen[bytes], store: Path, readers: set[int]) -> None:
    """Wait until another batch is stored and the next one is being written."""
    log = store.with_name(f"{store.name}-wal")
    before = rows_stored(store)

    def wait_while(condition: Callable[[], bool]) -> None:
        while condition() and process.poll() is None:
            readers.update(children_of(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.005)

    wait_while(lambda: rows_stored(store) <= before)
    sizes: list[int] = []

    def grew(by: int) -> bool:
        sizes.append(_size(log))
        return sizes[-1] >= min(sizes) + by

    # The log grows with every batch, and is emptied in between.
    wait_while(lambda: not grew(500_000))


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in text.split()]


def ends(pid: int) -> bool:
    """Whether this process ends within 20 seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 20)[0])
    finally:
        os.close(descriptor)


def test_killed_again_and_again_it_ends_with_every_row_once(seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "to.csv"
    rows = 6000
    write_history(file, SEED, rows)
    assert file.stat().st_size > 2_000_000  # read in a process of its own
    kills = 0
    while kills < 3:
        readers: set[int] = set()
        with running(seat, file) as process:
            until_writing(process, seat.profile / FILE_NAME, readers)
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            assert readers
            assert all(map(ends, readers)), "the reading process outlived its parent"
    assert kills == 3
    done = seat.run("import", "requests", file, "--json").json
    assert done["resumed_at"] > 0
    assert (done["rows"], done["known"]) == (rows, 0)
    told = Path(done["rejected_file"]).read_text("utf-8-sig").splitlines()
    assert len(told) == 1 + done["refused"]
    assert len({line.split(",")[0] for line in told}) == len(told)
    store = LocalStore(seat.profile, SEED)
    try:
        assert store.verify(every=True) == ""
        counted = store.run_on_reader(lambda c: c.exec_driver_sql(_COUNTS).one())
        assert tuple(counted) == (done["imported"], done["imported"])
        indexes = store.run_on_reader(lambda c: c.exec_driver_sql(_INDEXES).scalar_one())
    finally:
        store.close()
    with closing(LocalStore(tmp_path / "new", SEED)) as new:
        assert indexes == new.run_on_reader(lambda c: c.exec_driver_sql(_INDEXES).scalar_one())


@pytest.mark.parametrize(("rows", "dry_run"), [(MANY_ROWS, False), (MANY_ROWS, True), (9, False)])
def test_behind_the_last_of_many_rows_it_says_what_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: int, *, dry_run: bool
) -> None:
    """A million rows took thirteen seconds after the last one, while the bar stood at its end."""
    call = Call(Namespace(dry_run=dry_run), "vi", as_json=False, profile=tmp_path,
                config_file=None, user=None)  # fmt: skip
    bar = ImportBar(call, 100, Position(by="administrator"))
    bar(Position(by="administrator", rows=rows), 99)
    assert capsys.readouterr().err == ""
    bar(Position(by="administrator", rows=rows), 100)
    assert ("chỉ mục" in capsys.readouterr().err) == (rows == MANY_ROWS and not dry_run)
