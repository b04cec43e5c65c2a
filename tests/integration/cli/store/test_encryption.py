"""An encrypted seat as IT uses it: one setting, the verbs of the key, a lost key."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.cli.seat import Seat

PHRASE, PHONE = "Xe ben đổ trộm xà bần lúc nửa đêm", "0907 654 321"
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """On a machine without a keyring."""
    return Seat(tmp_path / "hồ sơ", dict(NO_KEYRING))


@pytest.fixture
def kept(tmp_path: Path) -> Seat:
    """On a machine with one."""
    backend = "tests.fakes.system.keyring_file.FileKeyring"
    file = str(tmp_path / "keyring.json")
    return Seat(tmp_path / "hồ sơ", {"PYTHON_KEYRING_BACKEND": backend, "KEYRING_OF_TESTS": file})


def _log(seat: Seat) -> str:
    reporter = {"name": "Ngô Thị Tám", "phone": PHONE}
    return str(seat.log(description=PHRASE, reporter=reporter)["service_request_id"])


def _want(seat: Seat) -> None:
    seat.profile.mkdir(exist_ok=True, parents=True)
    (seat.profile / "config.toml").write_text("[seat]\nencrypted_store = true\n")


def _is_plain(seat: Seat) -> bool:
    return (seat.profile / "store.sqlite3").read_bytes().startswith(b"SQLite format 3\0")


def _told(seat: Seat) -> dict[str, str]:
    return {
        f["text"]: f["state"] for f in seat.run("doctor", "--json").json if f["name"] == "store"
    }


def _holding(*folders: Path) -> list[Path]:
    said = [PHRASE.encode(), b"907654321", b"907 654 321", b"xe ben do trom"]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(each in path.read_bytes() for each in said)
    ]


def test_one_setting_and_nothing_else_changes(seat: Seat, tmp_path: Path) -> None:
    temp = tmp_path / "temp"
    temp.mkdir()
    seat.env |= {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp), "HOME": str(temp)}
    _want(seat)
    number = _log(seat)
    assert not _is_plain(seat)
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE
    found = seat.run("request", "list", "--query", "xe ben do trom", "--json")
    assert number in found.out
    for words in (("store", "rebuild"), ("report", "volumes"), ("audit", "verify")):
        assert seat.run(*words).code in (0, 2), words
    assert seat.run("backup", temp / "copy.zip").code == 0
    assert _holding(seat.profile, temp) == []
    (text,) = (text for text, state in _told(seat).items() if state == "warn")
    assert "chỉ mã hoá cả ổ đĩa bảo vệ được" in text


def test_a_plain_seat_is_turned_and_turned_back(seat: Seat, photo: Path) -> None:
    reporter = {"name": "Ngô Thị Tám", "phone": PHONE}
    logged = seat.log(description=PHRASE, reporter=reporter, media=[str(photo)])
    number = logged["service_request_id"]
    assert _holding(seat.profile)
    _want(seat)
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE
    assert seat.run("doctor").code == 1
    assert _told(seat)["chưa mã hoá: store.sqlite3"] == "fail"
    done = seat.run("store", "encrypt")
    assert (done.code, done.err) == (0, "")
    assert "Kho đã mã hoá (1 tệp vừa chuyển)" in done.out
    assert not _is_plain(seat)
    assert _holding(seat.profile) == []
    assert "chưa mã hoá: store.sqlite3" not in _told(seat)
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE
    assert seat.run("store", "encrypt", "--json").json == {"files": 0, "keyring": False}
    assert seat.run("store", "decrypt", "--json").json == {"files": 1}
    assert _is_plain(seat)
    assert not (seat.profile / "store.key").exists()
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE
    with closing(sqlite3.connect(seat.profile / "store.sqlite3")) as plain:
        acts = [act for (act,) in plain.execute("select act from audit")]
    assert [act for act in acts if act.startswith("store_")] == [
        "store_encrypted",
        "store_decrypted",
    ]


def test_a_key_in_the_keyring_is_nowhere_on_the_disk(kept: Seat, tmp_path: Path) -> None:
    _want(kept)
    number = _log(kept)
    assert (kept.profile / "store.key").read_text().startswith("keyring ")
    assert _told(kept)["kho mã hoá, khoá trong keyring; ảnh, giấy tờ (spool/) không mã hoá"] == "ok"
    paper = tmp_path / "khoá.txt"
    assert "Cất ở nơi khác" in kept.run("store", "key", paper).out
    assert paper.stat().st_mode & 0o777 == 0o600
    key = "".join(paper.read_text().splitlines()[2].split())
    for path in kept.profile.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes()
        assert not path.is_file() or bytes.fromhex(key) not in path.read_bytes()

    Path(kept.env["KEYRING_OF_TESTS"]).unlink()  # another session, a new machine
    for words in (("request", "list"), ("request", "show", number), ("store", "rebuild"),
                  ("store", "decrypt"), ("backup", tmp_path / "copy.zip")):  # fmt: skip
        assert "không lấy được khoá" in kept.fails(3, *words)
    without = Seat(kept.profile, kept.env | NO_KEYRING)  # no session, as under a timer
    for one in (kept, without):
        assert "store key TỆP --restore" in one.fails(3, "request", "list")
    assert kept.run("doctor").code == 1
    assert kept.run("store", "key", paper, "--restore").code == 0
    assert kept.run("request", "show", number, "--json").json["description"] == PHRASE
    assert (kept.profile / "store.key").read_text().startswith("keyring ")


def test_a_wrong_key_is_one_sentence(seat: Seat, tmp_path: Path) -> None:
    _want(seat)
    number = _log(seat)
    paper = tmp_path / "khoá.txt"
    assert seat.run("store", "key", paper).code == 0
    (seat.profile / "store.key").write_text("0" * 64)
    for words in (("request", "list"), ("store", "rebuild"), ("store", "decrypt")):
        assert "Khoá không mở được kho" in seat.fails(3, *words)
    assert seat.fails(3, "backup", tmp_path / "copy.zip")
    other = tmp_path / "other.txt"
    other.write_text("1" * 64)
    assert "Khoá không mở được kho" in seat.fails(3, "store", "key", other, "--restore")
    assert "không có khoá" in seat.fails(2, "store", "key", __file__, "--restore")
    assert seat.run("store", "key", paper, "--restore").code == 0
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE


def test_who_may_handle_the_key(seat: Seat, tmp_path: Path) -> None:
    _log(seat)
    paper = tmp_path / "khoá.txt"
    assert "không mã hoá" in seat.fails(2, "store", "key", paper)
    for words in (("store", "encrypt"), ("store", "decrypt"), ("store", "key", paper)):
        assert "không được" in seat.fails(2, "--as", "operator", *words)
    assert seat.run("store", "encrypt").code == 0
    assert "không được" in seat.fails(2, "--as", "auditor", "store", "key", paper)
    assert not paper.exists()
    assert seat.run("store", "key", paper).code == 0
    assert "không bị ghi đè" in seat.fails(2, "store", "key", paper)
    assert "store_key_copied" in seat.run("audit", "list", "--json").out


def test_a_copy_goes_to_another_machine_with_its_key(seat: Seat, tmp_path: Path) -> None:
    _want(seat)
    number = _log(seat)
    copy, paper = tmp_path / "copy.zip", tmp_path / "khoá.txt"
    assert seat.run("backup", copy).code == 0
    assert seat.run("store", "key", paper).code == 0
    other = Seat(tmp_path / "other", dict(NO_KEYRING))
    assert "--key" in other.fails(3, "restore", copy)
    assert other.run("restore", copy, "--key", paper).code == 0
    assert not _is_plain(other)
    assert other.run("request", "show", number, "--json").json["description"] == PHRASE


def test_two_at_once_turn_it_once(seat: Seat) -> None:
    number = _log(seat)
    both = [
        subprocess.Popen(
            seat.command("store", "encrypt", "--json"),
            env=seat.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    ended = [(one.communicate(timeout=100), one.returncode) for one in both]
    assert all(code in (0, 3) for _, code in ended), ended
    assert any(code == 0 for _, code in ended), ended
    assert not _is_plain(seat)
    assert seat.run("request", "show", number, "--json").json["description"] == PHRASE


def test_a_plain_seat_loads_nothing_of_it(seat: Seat) -> None:
    _log(seat)
    ran = subprocess.run(
        [*seat.command("request", "list")[:1], "-X", "importtime",
         *seat.command("request", "list")[1:]],
        env=seat.environ(), capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "console.store.sqlite.cipher" in loaded
    assert not {each for each in loaded if each.partition(".")[0] in ("sqlcipher3", "keyring")}
