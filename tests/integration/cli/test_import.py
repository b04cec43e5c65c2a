"""`import requests` from the outside: figures, side file, a kill in the middle, a seat in use."""

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from console.services.seed import load_catalogue
from console.store.local import FILE_NAME, LocalStore
from tests.bench.history_data import write_history
from tests.integration.cli.seat import Seat
from tests.unit.services.history_made import ROW, changed, written

SEED = load_catalogue()
_COUNTS = "select count(*), count(distinct id) from service_request"


def test_a_file_comes_in_and_what_is_wrong_is_said_in_words(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW, changed(service_request_id="PAKN-2", service_code="không-có"))
    dry = seat.run("import", "requests", file, "--dry-run", "--json")
    assert dry.code == 1
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
    assert told[1].startswith("3,Không có loại sự cố “không-có”. Chọn trong danh mục.,PAKN-2,")
    found = seat.run("request", "list", "--query", "nap ho ga", "--json").json
    assert [each["service_request_id"] for each in found] == ["PAKN-1"]
    shown = seat.run("request", "show", "PAKN-1", "--events", "--json").json
    assert [each["actor"] for each in shown["events"]] == ["import"] * 5
    again = seat.run("--lang", "en", "import", "requests", file)
    assert again.out.startswith("This file was brought in before; nothing was added.\n")


def test_who_may_not_and_what_cannot_be_read(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW)
    assert "không được" in seat.fails(2, "--as", "auditor", "import", "requests", file)
    assert seat.fails(3, "import", "requests", tmp_path / "không có.csv")
    assert seat.fails(3, "import", "requests", tmp_path)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert "requested_datetime" in seat.fails(2, "import", "requests", tmp_path / "x.csv")
    assert seat.fails(2, "import", "contacts", file)


def test_a_seat_that_is_open_is_left_alone(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, ROW)
    store = LocalStore(seat.profile, SEED)
    try:
        assert "đang mở" in seat.fails(3, "import", "requests", file)
        dry = seat.run("import", "requests", file, "--dry-run", "--json")
        assert dry.json["imported"] == 1
    finally:
        store.close()


@contextmanager
def running(seat: Seat, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An import under way; it is ended whatever happens."""
    process = subprocess.Popen(
        seat.command("import", "requests", file, "--json"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=seat.environ(),
        cwd=Path(__file__).parents[3],
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


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


@pytest.mark.timeout(120)
def test_killed_again_and_again_it_ends_with_every_row_once(seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "to.csv"
    rows = 6000
    write_history(file, SEED, rows)
    assert file.stat().st_size > 2_000_000  # read in a process of its own
    log = seat.profile / f"{FILE_NAME}-wal"
    kills = 0
    while kills < 3:
        with running(seat, file) as process:
            lowest = _size(log)
            readers: list[int] = []
            # The log grows with every batch, and is emptied in between.
            while process.poll() is None and _size(log) < lowest + 1_500_000:
                lowest = min(lowest, _size(log))
                readers = children_of(process.pid) or readers
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.005)
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
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
    finally:
        store.close()
