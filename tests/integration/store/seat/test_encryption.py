"""Stores that are encrypted: nothing of them is read without the key, and nothing else changes."""

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.errors import InputError, UnavailableError
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.seat import encryption_change, opening
from console.store.seat.backup import back_up, restore
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.profile_lock import stays
from console.store.seat.store_copy import NightlyCopies
from console.store.sqlite import cipher, keys
from tests.integration.store.build import CATALOGUE, NOW, save

ROOT = Path(__file__).resolve().parents[4]
PHRASE, PHONE = "Xe ben đổ trộm xà bần lúc nửa đêm", "+84907654321"
SEAT = "máy ?#%41 'x'"
"""Means something in an address, and in SQL."""
TABLES = ("event", "service_request", "assignment", "queue_item", "reporter", "word", "outbox")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without one, whatever this one has."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring

    keyring.core.init_backend()


def _fill(store: LocalStore, requests: int = 20) -> None:
    def one(uow: UnitOfWork) -> None:
        save(uow, description=PHRASE, phone=PHONE)

    for _ in range(requests):
        store.write_now(one)


def made(folder: Path, *, encrypted: bool) -> Path:
    with closing(LocalStore(folder, CATALOGUE, encrypted=encrypted)) as store:
        _fill(store)
    return folder


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return made(tmp_path / SEAT, encrypted=False)


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    return made(tmp_path / SEAT, encrypted=True)


def contents(folder: Path) -> dict[str, list[str]]:
    store = folder / FILE_NAME
    with closing(cipher.connect(store, cipher.key_to_open(store))) as one:
        names = [name for (name,) in one.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' "
            "and sql not like '%virtual%' order by name"
        )]  # fmt: skip
        found = {name: sorted(map(repr, one.execute(f"select * from {name}"))) for name in names}
        found["schema"] = sorted(
            map(repr, one.execute("select type, name, sql from sqlite_master"))
        )
        found["version"] = [str(one.execute("pragma user_version").fetchone())]
        return found


def holding(folder: Path, *said: str) -> list[str]:
    """Files in which one of these stands."""
    wanted = [each.encode() for each in said]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(each in path.read_bytes() for each in wanted)
    ]


def test_words_and_numbers_are_in_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "seat"
    store = LocalStore(folder, CATALOGUE, encrypted=True)
    try:
        _fill(store)
        NightlyCopies(folder).make(NOW)
        assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0
        assert holding(folder, PHRASE, PHONE, PHONE[3:], "xe ben do trom") == []
        assert not cipher.is_plain(folder / FILE_NAME)
        found = store.ask_now(lambda q: q.search("xe ben do trom"))
        assert len(found) > 0
    finally:
        store.close()
    assert holding(folder, PHRASE, PHONE, PHONE[3:], "xe ben do trom") == []


def test_the_same_words_are_found_in_a_plain_one(plain: Path) -> None:
    assert holding(plain, PHRASE) == [FILE_NAME]


def test_turning_and_turning_back_keeps_every_row(plain: Path) -> None:
    NightlyCopies(plain).make(NOW)
    before = contents(plain)
    assert encryption_change.encrypt(plain) == 2
    assert contents(plain) == before
    assert holding(plain, PHRASE, PHONE) == []
    assert encryption_change.encrypt(plain) == 0
    with closing(LocalStore(plain, CATALOGUE)) as store:
        assert store.verify(every=True) == ""
        assert len(store.ask_now(lambda q: q.search("xe ben do trom"))) > 0
    before = contents(plain)
    assert encryption_change.decrypt(plain) == 2
    assert not keys.has_key(plain)
    assert contents(plain) == before
    with closing(LocalStore(plain, CATALOGUE)) as store:
        assert store.verify(every=True) == ""
        _fill(store)
        assert len(store.ask_now(lambda q: q.search("xe ben do trom"))) > 0


def test_a_store_is_made_under_a_key_of_its_own(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a", encrypted=True), made(tmp_path / "b", encrypted=True)
    kept = [(folder / keys.FILE).read_text().strip() for folder in (one, other)]
    assert kept[0] != kept[1]
    assert {len(each) for each in kept} == {64}
    assert (one / keys.FILE).stat().st_mode & 0o777 == 0o600
    shutil.copy(other / keys.FILE, one / keys.FILE)
    with pytest.raises(UnavailableError, match="store_key_wrong"):
        LocalStore(one, CATALOGUE)
    with pytest.raises(UnavailableError, match="store_key_wrong"):
        LocalStore(one, CATALOGUE, read_only=True)


@pytest.mark.parametrize("said", ["keyring 0123", "", "abc"])
def test_a_key_that_cannot_be_had_is_told(locked: Path, said: str) -> None:
    (locked / keys.FILE).write_text(said)
    for read_only in (False, True):
        with pytest.raises(UnavailableError, match="store_key_lost"):
            LocalStore(locked, CATALOGUE, read_only=read_only)


def test_a_key_file_that_is_gone_is_told_where_stores_shall_be_encrypted(locked: Path) -> None:
    (locked / keys.FILE).unlink()
    with pytest.raises(UnavailableError, match="store_key_lost"):
        LocalStore(locked, CATALOGUE, encrypted=True)
    assert not (locked / keys.FILE).exists()


def test_a_key_that_others_may_read_is_refused(locked: Path) -> None:
    (locked / keys.FILE).chmod(0o644)
    with pytest.raises(InputError, match="secret_world_readable"):
        LocalStore(locked, CATALOGUE)


def test_the_recovery_copy_is_the_key_also_typed_from_paper(locked: Path, tmp_path: Path) -> None:
    key = keys.key_for(locked / FILE_NAME)
    assert key is not None
    paper = tmp_path / "paper"
    paper.write_text(keys.as_recovery(key, locked).upper().replace("\n", "  \r\n"))
    assert keys.from_recovery(paper) == key
    paper.write_text("console1022 store key\n" + key[:-1])
    with pytest.raises(InputError, match="store_key_broken"):
        keys.from_recovery(paper)


def test_a_copy_of_an_encrypted_seat_comes_back_with_its_key_only(
    locked: Path, tmp_path: Path
) -> None:
    before, copy = contents(locked), tmp_path / "copy.zip"
    back_up(locked, copy, NOW)
    key = keys.key_for(locked / FILE_NAME)
    assert key is not None
    with zipfile.ZipFile(copy) as archive:
        assert PHRASE.encode() not in archive.read(FILE_NAME)
        assert key.encode() not in b"".join(map(archive.read, archive.namelist()))
    new = tmp_path / "new"
    with pytest.raises(UnavailableError, match="copy_key_missing"):
        restore(new, copy, NOW)
    with pytest.raises(UnavailableError, match="copy_key_missing"):
        restore(new, copy, NOW, key="0" * 64)
    restore(new, copy, NOW, key=key)
    assert keys.key_for(new / FILE_NAME) == key
    after = contents(new)
    assert {t: after[t] for t in TABLES} == {t: before[t] for t in TABLES}
    assert holding(new, PHRASE, PHONE) == []
    with closing(LocalStore(new, CATALOGUE)) as store:
        assert store.verify(every=True) == ""


def test_a_copy_comes_back_under_the_key_that_the_profile_has(locked: Path, tmp_path: Path) -> None:
    before = contents(locked)
    back_up(locked, tmp_path / "locked.zip", NOW)
    plain = made(tmp_path / "plain", encrypted=False)
    plain_rows = contents(plain)
    back_up(plain, tmp_path / "plain.zip", NOW)
    own = made(tmp_path / "own", encrypted=True)
    key, its = keys.key_for(own / FILE_NAME), keys.key_for(locked / FILE_NAME)
    restore(own, tmp_path / "locked.zip", NOW, key=its, force=True)
    assert keys.key_for(own / FILE_NAME) == key
    assert contents(own)["event"] == before["event"]
    later = NOW + timedelta(seconds=5)
    aside = restore(own, tmp_path / "plain.zip", later, force=True).aside
    assert keys.key_for(own / FILE_NAME) == key
    assert contents(own)["event"] == plain_rows["event"]
    assert holding(own, PHRASE, PHONE) == []
    assert aside is not None
    assert contents(aside)["event"] == before["event"]


def test_a_copy_helps_a_seat_that_lost_its_key(locked: Path, tmp_path: Path) -> None:
    key = keys.key_for(locked / FILE_NAME)
    back_up(locked, tmp_path / "copy.zip", NOW)
    before = contents(locked)
    (locked / keys.FILE).write_text("keyring 0123")
    with pytest.raises(UnavailableError, match="store_key_lost"):
        restore(locked, tmp_path / "copy.zip", NOW, force=True)
    aside = restore(locked, tmp_path / "copy.zip", NOW, force=True, key=key).aside
    assert keys.key_for(locked / FILE_NAME) == key
    assert contents(locked)["event"] == before["event"]
    assert aside is not None
    assert (aside / keys.FILE).read_text() == "keyring 0123"


def test_what_lies_aside_under_a_key_that_is_lost_holds_nothing_up(
    locked: Path, tmp_path: Path
) -> None:
    key = keys.key_for(locked / FILE_NAME)
    back_up(locked, tmp_path / "copy.zip", NOW)
    (locked / keys.FILE).write_text("keyring 0123")
    aside = restore(locked, tmp_path / "copy.zip", NOW, force=True, key=key).aside
    assert aside is not None
    before = (aside / FILE_NAME).read_bytes()
    assert encryption_change.decrypt(locked) == 1
    assert encryption_change.encrypt(locked) == 1
    assert (aside / FILE_NAME).read_bytes() == before


def test_what_was_killed_half_way_does_not_stay_plain(plain: Path) -> None:
    for left in ("copies/store-2026-11-24.part", "restore-x/store.sqlite3"):
        (plain / left).parent.mkdir(exist_ok=True)
        shutil.copy(plain / FILE_NAME, plain / left)
    assert encryption_change.encrypt(plain) == 1
    assert holding(plain, PHRASE, PHONE) == []


def test_no_error_says_the_key(plain: Path) -> None:
    key = "ab" * 32
    with pytest.raises(cipher.database_errors()) as told:
        cipher.copy_into(plain / FILE_NAME, None, plain / "none" / "x", key)
    assert key not in str(told.value)


def test_a_nightly_copy_and_the_training_have_the_key_of_the_profile(locked: Path) -> None:
    night = NightlyCopies(locked).make(NOW)
    made(locked / "training", encrypted=False)
    assert encryption_change.plain_stores(locked) == []
    key = keys.key_for(locked / FILE_NAME)
    assert key is not None
    assert cipher.opens(night, key)
    assert cipher.opens(locked / "training" / FILE_NAME, key)
    assert holding(locked, PHRASE, PHONE) == []


def test_a_rebuild_makes_the_tables_and_the_index_anew(locked: Path) -> None:
    with closing(LocalStore(locked, CATALOGUE)) as store:
        store.run_on_writer(lambda c: c.exec_driver_sql("delete from reporter"))
        done = store.rebuild()
        assert (done.requests, done.changed) == (20, {"reporter": 20})
        assert store.verify(every=True) == ""
        assert len(store.ask_now(lambda q: q.search("xe ben do trom"))) > 0
    assert holding(locked, PHRASE, PHONE, "xe ben do trom") == []


def test_what_the_next_opening_has_to_do_is_seen(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LARGE_BYTES", 0)
    store = locked / FILE_NAME
    assert not opening.takes_long(store)
    with closing(cipher.connect(store, cipher.key_to_open(store))) as one:
        one.execute("pragma user_version = 1")
        one.commit()
    assert opening.takes_long(store)
    (locked / keys.FILE).write_text("keyring 0123")
    assert not opening.takes_long(store)


def test_a_store_that_somebody_reads_is_not_turned(plain: Path) -> None:
    reader = LocalStore(plain, CATALOGUE, read_only=True)
    try:
        reader.ask_now(lambda q: q.search("xe ben"))
        with pytest.raises(UnavailableError, match="profile_in_use"):
            encryption_change.encrypt(plain)
        assert cipher.is_plain(plain / FILE_NAME)
        assert len(reader.ask_now(lambda q: q.search("xe ben do trom"))) > 0
    finally:
        reader.close()
    assert encryption_change.encrypt(plain) == 1


def test_a_store_that_somebody_writes_is_not_turned(plain: Path) -> None:
    with closing(LocalStore(plain, CATALOGUE)) as store:
        stays(plain)
        with pytest.raises(UnavailableError, match="profile_in_use"):
            encryption_change.encrypt(plain)
        _fill(store, 1)


def test_every_flipped_bit_is_noticed_and_nothing_is_printed(locked: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.integration.store.seat.flip_bits", str(locked), "40"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "40 of 40 noticed\n", "")


def test_a_truncated_store_is_noticed(locked: Path) -> None:
    store = locked / FILE_NAME
    with store.open("r+b") as file:
        file.truncate(store.stat().st_size // 8192 * 4096 + 100)
    with pytest.raises(UnavailableError, match=r"store_damaged|store_key_wrong"):  # noqa: PT012
        opened = LocalStore(locked, CATALOGUE)
        try:
            if found := opened.verify(every=True):
                raise UnavailableError("store_damaged", cause=found)
        finally:
            opened.close()


def test_a_disk_that_is_full_leaves_the_store_as_it_was(plain: Path) -> None:
    before = contents(plain)
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from console.domain.errors import ConsoleError\n"
        "from console.store.seat import encryption_change\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    encryption_change.encrypt(Path(sys.argv[1]))\n"
        "except ConsoleError as error:\n"
        "    print(error.code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(plain)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    )  # fmt: skip
    assert ran.stdout.strip() in ("disk_full", "copy_failed"), ran
    assert cipher.is_plain(plain / FILE_NAME)
    assert contents(plain) == before
    assert encryption_change.encrypt(plain) == 1
    assert contents(plain) == before


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", ["encrypt", "decrypt"])
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, way: str) -> None:
    """At writes all along, and at every call that names, renames or empties a file."""
    seat = made(tmp_path / "seat", encrypted=way == "decrypt")
    before = contents(seat)
    kills = 0
    for calls, numbers in (
        ("pwrite64", range(1, 400, 61)),
        ("fsync,fdatasync", range(1, 12, 2)),
        ("rename,renameat,renameat2", range(1, 4)),
        ("unlink,unlinkat", range(1, 8, 2)),
        ("write", range(1, 30, 13)),
    ):
        for n in numbers:
            here = tmp_path / "here"
            shutil.rmtree(here, ignore_errors=True)
            shutil.copytree(seat, here)
            ran = subprocess.run(
                ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
                 "-e", f"inject={calls}:signal=KILL:when={n}",
                 sys.executable, "-c",
                 "import sys; from pathlib import Path; "
                 "from console.store.seat import encryption_change as e; "
                 f"e.{way}(Path(sys.argv[1]))", str(here)],
                cwd=ROOT, capture_output=True, check=False, timeout=100,
                env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                     "PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
            assert ran.returncode in (0, -9, 137), ran
            kills += ran.returncode != 0
            with closing(LocalStore(here, CATALOGUE)) as store:
                assert store.verify(every=True) == "", (calls, n)
            assert contents(here) == before, (calls, n)
            getattr(encryption_change, way)(here)
            assert contents(here) == before, (calls, n)
            assert cipher.is_plain(here / FILE_NAME) == (way == "decrypt")
            left = holding(here, PHRASE)
            assert left == ([FILE_NAME] if way == "decrypt" else []), (calls, n)
            if ran.returncode == 0:
                break  # there are no more of these calls
    assert kills > 8
