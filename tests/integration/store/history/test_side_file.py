"""What an import refuses: told, kept beside the history, mended and brought in; what somebody left
under that name stays.
"""

import csv
import io
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.errors import UnavailableError
from console.services.history.batches import Refused
from console.services.history.file import recognise
from console.services.history.rejected_rows import kept_file, neutral
from console.store.history import preparation
from console.store.seat.local_store import LocalStore
from tests.integration.store.history.histories import (
    NUMBER,
    Stop,
    after_one_batch,
    bring_in,
    counts,
    history_of,
    opened,
    rows_in,
)
from tests.unit.services.history.made_files import HEAD, ROW, SERVICE, changed, rows_of, written


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "BATCH_ROWS", 20)


def test_when_the_side_file_cannot_be_written_nothing_of_the_batch_stays(tmp_path: Path) -> None:
    file = history_of(tmp_path, 30)
    (tmp_path / "lịch sử.rejected.csv").mkdir()
    with opened(tmp_path / "p") as store:
        with pytest.raises(UnavailableError) as said:
            bring_in(store, file)
        assert said.value.code == "side_file_failed"
        assert rows_in(store, "event")["event"] == []
        os.rmdir(tmp_path / "lịch sử.rejected.csv")
        assert bring_in(store, file).rows == 30


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    file = written(
        tmp_path, ROW, changed(service_request_id=NUMBER), ROW, changed(status="open"),
        changed(service_request_id=NUMBER, requested_datetime="2016-01-01"), "rubbish",
    )  # fmt: skip
    with opened(tmp_path / "p") as store:
        bring_in(store, written(tmp_path / "p", changed(service_request_id="PAKN-9")))
    file.write_bytes(file.read_bytes() + changed(service_request_id="PAKN-9").encode())
    before = (tmp_path / "p" / "store.sqlite3").read_bytes()
    beside, told = sorted(tmp_path.iterdir()), list[Refused]()
    with opened(tmp_path / "p", read_only=True) as reading:
        dry = bring_in(reading, file, dry_run=True, refuse=told.extend)
    assert (tmp_path / "p" / "store.sqlite3").read_bytes() == before
    assert sorted(tmp_path.iterdir()) == beside
    with opened(tmp_path / "p") as store:
        real = bring_in(store, file)
    assert counts(dry) == counts(real) == (7, 2, 2, 3)
    kept = lines_of(tmp_path / "lịch sử.rejected.csv")
    assert [line.split(",")[0] for line in kept] == ["line", *(str(each.line) for each in told)]


def lines_of(side: Path) -> list[str]:
    return side.read_text("utf-8-sig").splitlines()


@pytest.mark.parametrize("left", ["by hand", "for another file"])
def test_what_somebody_left_under_that_name_stays(left: str, tmp_path: Path) -> None:
    side = tmp_path / "lịch sử.rejected.csv"
    with opened(tmp_path / "p") as store:
        if left == "by hand":
            side.write_text("line,reason\n7,tôi đã sửa dòng này\n", "utf-8")
        else:
            bring_in(store, written(tmp_path, *[changed(service_code="gì")] * 3))
        before = side.read_bytes()
        file = history_of(tmp_path, 30)
        bring_in(store, file, dry_run=True)
        assert side.read_bytes() == before
        at = bring_in(store, file)
        assert side.read_bytes() == before
        found = kept_file(file, at)
    assert found == tmp_path / "lịch sử.rejected-2.csv"
    assert len(lines_of(found)) == 1 + at.refused


@pytest.mark.parametrize("change", ["a row", "one more row", "gone"])
def test_what_was_mended_while_the_import_stood_still_stays(change: str, tmp_path: Path) -> None:
    file = history_of(tmp_path, 130)
    side = tmp_path / "lịch sử.rejected.csv"
    with opened(tmp_path / "p") as store, pytest.raises(Stop):
        bring_in(store, file, tell=after_one_batch)
    first = side.read_bytes()
    mended = first.replace("không-có".encode(), SERVICE.encode(), 1)
    if change == "gone":
        side.unlink()
    else:
        side.write_bytes(mended if change == "a row" else first + b"8,mine\n")
    before = side.read_bytes() if side.exists() else b""
    with opened(tmp_path / "p") as store:
        bring_in(store, file, dry_run=True)
        assert (side.read_bytes() if side.exists() else b"") == before
        at = bring_in(store, file)
    found = kept_file(file, at)
    assert found == (side if change == "gone" else tmp_path / "lịch sử.rejected-2.csv")
    assert len(lines_of(found)) == at.refused - first.count(b"\n") + 2
    if change != "gone":
        assert side.read_bytes() == before


def test_killed_before_the_first_batch_was_kept_it_goes_on_in_its_own_file(tmp_path: Path) -> None:
    file = history_of(tmp_path, 60)
    side = tmp_path / "lịch sử.rejected.csv"
    with opened(tmp_path / "whole") as store:
        bring_in(store, file)
    whole = side.read_bytes()
    side.write_bytes(whole[:150])  # a batch that was on its way
    with opened(tmp_path / "again") as store:
        assert kept_file(file, bring_in(store, file)) == side
    assert side.read_bytes() == whole
    assert [each.name for each in tmp_path.glob("*.rejected*")] == [side.name]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_no_value_of_the_side_file_is_a_formula(start: str) -> None:
    assert neutral(f"{start}1").startswith("'")
    assert neutral("a=1") == "a=1"


def test_the_side_file_can_be_mended_and_brought_in(tmp_path: Path) -> None:
    file = history_of(tmp_path, 20)
    with opened(tmp_path / "p") as store:
        bring_in(store, file)
        side = tmp_path / "lịch sử.rejected.csv"
        mended = tmp_path / "sửa.csv"
        mended.write_bytes(side.read_bytes().replace("không-có".encode(), SERVICE.encode()))
        at = bring_in(store, mended)
        assert (at.imported, at.refused) == (2, 0)
        assert recognise(mended).ignored == ("line", "reason")


CELL = st.one_of(
    st.sampled_from(["", "closed", "open", SERVICE, "2016-03-04", "10.86", NUMBER, "=1", "\0"]),
    st.text(st.characters(exclude_categories=()), max_size=12),
)
LINE = st.one_of(
    st.integers(0, 40).map(lambda n: changed(service_request_id=f"P-{n}")),
    st.lists(CELL, min_size=15, max_size=17).map(
        lambda row: ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    ),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINE, max_size=8), st.binary(max_size=30))
def test_rows_in_are_rows_imported_known_and_refused(
    one_store: tuple[LocalStore, Path], lines: list[str], noise: bytes
) -> None:
    store, folder = one_store
    # A row of its own makes each a file that was never brought in: what is known already leaves no
    # side file.
    own = changed(service_request_id=f"Q-{next(_EXAMPLES)}")
    file = folder / "x.csv"
    file.write_bytes("\n".join([HEAD, own, *lines, ""]).encode("utf-8", "surrogatepass") + noise)
    for left in folder.glob("x.rejected*"):
        left.unlink()
    already = bring_in(store, file, dry_run=True)
    at = bring_in(store, file)
    assert at.rows == at.imported + at.known + at.refused == len(rows_of(file))
    assert counts(at) == counts(already)
    side = folder / "x.rejected.csv"
    told = side.read_text("utf-8-sig") if side.exists() else ""
    kept = list(csv.reader(io.StringIO(told, newline="")))
    assert len(kept) == (at.refused + 1 if at.refused else 0)


_EXAMPLES = itertools.count()


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalStore, Path]]:
    """A store that all examples fill."""
    folder = tmp_path_factory.mktemp("many")
    with opened(folder / "p") as store:
        yield store, folder
        assert store.verify(every=True) == ""
