"""Audit lines of verbs that only read: taken in once, whatever happens in between."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from console.domain.errors import UnavailableError
from console.services.records import AuditEntry
from console.store.seat import reader_audit
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import NOW

ROOT = Path(__file__).resolve().parents[4]
KEEPER = """
import sys
from pathlib import Path
from console.store.seat import reader_audit
from console.store.files.recording_vault import RecordingVault
from tests.integration.store.seat.test_reader_audit import entry
profile = Path(sys.argv[1])
RecordingVault(profile / "recordings", profile / "recordings.key").put("pbx/1", b"RIFF")
reader_audit.put(profile, entry(1))
"""


def entry(seconds: float) -> AuditEntry:
    at = NOW + timedelta(seconds=seconds)
    return AuditEntry(at, "operator", "operator", "máy-07", "request_read", "26 001", "cli")


def seconds_of(store: LocalStore) -> list[float]:
    trail = store.ask_now(lambda q: q.audit_trail())
    return [(line.at - NOW).total_seconds() for line in reversed(trail)]


def profile(store: LocalStore) -> Path:
    return store.path.parent


def test_lines_come_in_by_age_and_the_chain_holds(store: LocalStore) -> None:
    for seconds in (1, 2.123456, 3):
        reader_audit.put(profile(store), entry(seconds))
    assert store.chain_reader_lines() == 3
    assert seconds_of(store) == [1, 2.123, 3]
    assert store.first_broken_audit_line() is None
    assert list((profile(store) / reader_audit.FOLDER).iterdir()) == []


def test_lines_of_one_millisecond_or_with_a_clock_set_back_come_in_by_age_too(
    store: LocalStore,
) -> None:
    for seconds, name in ((1, "b"), (2, "c"), (3, "a")):
        reader_audit.put(profile(store), entry(seconds))
        (made,) = [
            each for each in (profile(store) / reader_audit.FOLDER).iterdir() if len(each.stem) > 1
        ]
        made.rename(made.with_stem(name))
    assert store.chain_reader_lines() == 3
    assert seconds_of(store) == [1, 2, 3]


def test_a_crash_after_the_commit_does_not_make_two(store: LocalStore) -> None:
    reader_audit.put(profile(store), entry(1.000789))

    def commit_only(work: Callable[[Connection], None]) -> None:
        store.run_on_writer(work)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader_audit.take_in(profile(store), commit_only)
    reader_audit.put(profile(store), entry(2))
    assert store.chain_reader_lines() == 2
    assert seconds_of(store) == [1, 2]


def test_what_is_no_line_is_put_aside_and_holds_up_nothing(store: LocalStore) -> None:
    reader_audit.put(profile(store), entry(1))
    folder = profile(store) / reader_audit.FOLDER
    for n, text in enumerate(("", "[]", "{", '["2026-11-24", 1]', '["x","","","","","",""]')):
        (folder / f"{n}.json").write_text(text)
    assert store.chain_reader_lines() == 1
    assert sorted(path.name for path in folder.iterdir()) == [f"{n}.bad" for n in range(5)]


def test_what_cannot_be_read_holds_up_neither_the_others_nor_the_start(store: LocalStore) -> None:
    folder = profile(store) / reader_audit.FOLDER
    (folder / "0.json").mkdir(parents=True)  # as unreadable as another user's file, also to root
    reader_audit.put(profile(store), entry(1))
    assert store.chain_reader_lines() == 1
    assert [path.name for path in folder.iterdir()] == ["0.bad"]


def test_a_disk_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="audit_not_written"):
        reader_audit.put(tmp_path / "nowhere", entry(1))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_power_cut_takes_neither_a_line_nor_a_recording_with_its_name(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    subprocess.run(
        [
            "strace", "-f", "-qq", "-y", "-o", calls, "-e", "trace=fsync,rename", sys.executable,
            "-c", KEEPER, tmp_path,
        ],
        cwd=ROOT, check=True, timeout=200, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    for folder in ("recordings", reader_audit.FOLDER):
        renamed = calls.read_text().partition(f"{folder}/")[2].partition("rename(")[2]
        assert f"/{folder}>) = 0" in renamed
        assert f"{tmp_path}>) = 0" in renamed
    key_first = calls.read_text().partition("recordings.key>")[2].partition("recordings/")[0]
    assert f"{tmp_path}>) = 0" in key_first
