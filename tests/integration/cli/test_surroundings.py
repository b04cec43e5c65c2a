"""What is missing or broken around the program: exit code 3 or a finding, one line, no harm."""

import asyncio
import fcntl
import os
import queue
import re
import sqlite3
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from console.store.projection.deferred_indexes import drop_indexes
from console.store.schema.steps import VERSION
from console.store.seat.local_store import FILE_NAME
from console.store.seat.opening import LARGE_BYTES, takes_long
from console.store.seat.profile_lock import stays
from tests.fakes.ami.peer import AmiPeer
from tests.fakes.system.mounts import fill, mounted
from tests.integration.cli.seat import BUG, ROOT, Seat

RECORDINGS = Path(__file__).parents[2] / "data" / "ami"
REPORT = (
    '{"service_code": "roads.pothole", "description": "Ổ gà", "address_string": "Lê Lợi", '
    '"agency": "so-xay-dung"}'
)


def test_profile_that_may_not_be_written(seat: Seat) -> None:
    with mounted(seat.profile, "-t", "tmpfs", "-o", "ro,size=1m", "none"):
        for verb in (("request", "list"), ("request", "log"), ("store", "rebuild")):
            assert "chỉ đọc được" in seat.fails(3, *verb, stdin=REPORT)
        doctor = seat.run("doctor")
        assert doctor.code == 1
        assert "fail  disk" in doctor.out


def test_store_on_a_disk_that_became_read_only_can_be_read(seat: Seat) -> None:
    number = seat.log()["number"]
    with mounted(seat.profile, "--bind", "-o", "ro", str(seat.profile)):
        assert "chỉ đọc được" in seat.fails(3, "request", "do", number, "accept")
        shown = seat.run("request", "show", number)
        assert shown.code in (0, 3)
        assert shown.code == 0 or shown.err.count("\n") == 1
    assert seat.do(number, "accept")["state"] == "accepted"


def test_full_disk_saves_nothing_and_says_so(seat: Seat, photo: Path) -> None:
    with mounted(seat.profile, "-t", "tmpfs", "-o", "size=2m", "none"):
        number = seat.log()["number"]
        before = seat.run("--json", "request", "list").json
        filler = fill(seat.profile)
        for words in (
            ("request", "log"),
            ("request", "do", number, "resolve", "--text", "x", "--photo", photo),
        ):
            assert "đầy" in seat.fails(3, *words, stdin=REPORT).lower()
        filler.unlink()
        assert seat.run("--json", "request", "list").json == before
        assert seat.do(number, "accept")["state"] == "accepted"


def test_profile_open_elsewhere(seat: Seat) -> None:
    number = seat.log()["number"]
    with (seat.profile / "store.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stays(seat.profile)
        assert "đang mở" in seat.fails(3, "request", "log", stdin=REPORT)
        assert "đang mở" in seat.fails(3, "request", "do", number, "accept")
        assert "open elsewhere" in seat.fails(3, "--lang", "en", "store", "rebuild")
        assert number in seat.run("request", "list").out
        assert seat.run("--json", "request", "show", number).json["number"] == number
        assert "ok    store" in seat.run("doctor").out
    assert seat.do(number, "accept")["state"] == "accepted"


def test_verbs_at_once_wait_for_each_other(seat: Seat) -> None:
    """Scripts on one seat do not know of each other; only a window or a long verb is reported."""
    texts = ["Ổ gà", "Hố sâu", "Lún đường"]
    with ThreadPoolExecutor(len(texts)) as several:
        logged = [*several.map(lambda text: seat.log(description=text), texts)]
    numbers = {each["number"] for each in logged}
    assert len(numbers) == len(texts)
    assert [each["description"] for each in logged] == texts
    stays(seat.profile)  # as a killed window leaves it
    assert seat.log()["number"] not in numbers


def test_store_of_a_newer_version(seat: Seat) -> None:
    number = seat.log()["number"]
    with sqlite3.connect(seat.profile / "store.sqlite3") as store:
        store.execute(f"pragma user_version = {VERSION + 1}")
    store.close()
    for verb in (("request", "list"), ("request", "do", number, "accept"), ("store", "rebuild")):
        assert "mới hơn" in seat.fails(3, *verb)
    doctor = seat.run("doctor")
    assert (doctor.code, "fail  store" in doctor.out) == (1, True)


@pytest.mark.parametrize("verb", ["request list", "request log", "store rebuild"])
@pytest.mark.parametrize("damage", ["header", "cut", "text", "pages"])
def test_damaged_store(seat: Seat, damage: str, verb: str) -> None:
    seat.log()
    file = seat.profile / "store.sqlite3"
    whole = file.read_bytes()
    pages = b"".join(bytes([n % 251]) * 4096 for n in range(1, len(whole) // 4096))
    file.write_bytes(
        {
            "header": bytes(100) + whole[100:],
            "cut": whole[:3000],
            "text": b"this is no database, whatever its name says\n" * 300,
            "pages": whole[:4096] + pages,
        }[damage]
    )
    for side in ("-wal", "-shm"):
        file.with_name(file.name + side).unlink(missing_ok=True)
    before = file.read_bytes()
    assert "hỏng" in seat.fails(3, *verb.split(), stdin=REPORT)
    assert file.read_bytes() == before, "what is damaged is left for whoever restores it"
    doctor = seat.run("doctor")
    assert (doctor.code, "fail  store" in doctor.out) == (1, True)


def test_empty_store_file_is_a_new_store(seat: Seat) -> None:
    seat.profile.mkdir()
    (seat.profile / "store.sqlite3").touch()
    assert seat.run("--json", "request", "list").json == []


def test_doctor_in_english_has_no_vietnamese(seat: Seat) -> None:
    said = seat.run("--lang", "en", "doctor").out.replace(str(seat.profile), "")
    assert "168 wards" in said
    assert not re.findall("[đĐăĂơƠưƯạ-ỹẠ-Ỹ]", said)


def test_profile_whose_name_would_mean_something_in_an_address(tmp_path: Path) -> None:
    seat = Seat(tmp_path / "ca 1? #2 100%20 'a' \"b\";c")
    number = seat.log()["number"]
    assert seat.run("--json", "request", "list").json[0]["number"] == number
    assert seat.run("backup", tmp_path / "sao?#%41.zip").code == 0
    copy = Seat(tmp_path / "bản sao?#%41")
    assert copy.run("restore", tmp_path / "sao?#%41.zip").code == 0
    assert copy.run("doctor").code == 0
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("ca")] == [
        seat.profile.name
    ]


def test_profile_that_is_a_file(seat: Seat) -> None:
    seat.profile.write_text("")
    for verb in ("request list", "request log", "config", "store rebuild"):
        assert str(seat.profile) in seat.fails(3, *verb.split(), stdin=REPORT)
    assert seat.run("doctor").code == 1


def test_store_that_is_a_folder(seat: Seat) -> None:
    (seat.profile / "store.sqlite3").mkdir(parents=True)
    for verb in ("request list", "request log"):
        assert seat.fails(3, *verb.split(), stdin=REPORT)
    assert seat.run("doctor").code == 1


@pytest.mark.parametrize(
    ("toml", "code", "says"),
    [
        ("[seat", 2, "cú pháp"),
        ("[seat]\ncolour = 1", 2, "seat.colour"),
        ("[strange]\nx = 1", 2, "strange"),
        ("seat = 1", 2, "seat"),
        ("[telephony]\nport = '5038'", 2, "telephony.port"),
        ("[telephony]\nport = 70000", 2, "telephony.port"),
        ("[telephony]\nadapter = 'drum'", 2, "drum"),
        ("[seat]\nconsole_code = 'x'", 2, "console_code"),
        ("[seat]\nconsole_code = '1000'", 2, "console_code"),
        ("sms = [1]", 2, "sms"),
        ("[sms]\nname = 'x'", 2, "sms"),
        ("[map]\ncenter = ['x']", 2, "map.center"),
        (b"\xff\xfe", 2, "UTF-8"),
    ],
)
def test_broken_settings(seat: Seat, toml: str | bytes, code: int, says: str) -> None:
    seat.profile.mkdir()
    file = seat.profile / "config.toml"
    file.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    assert says in seat.fails(code, "request", "list")
    doctor = seat.run("doctor")
    assert doctor.code == 1
    faults = [line for line in doctor.out.splitlines() if "config.toml" in line]
    assert len(faults) == 1, "the same fault is told once"
    assert says in faults[0]


def test_settings_file_that_is_not_there_or_none(seat: Seat, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for file in (tmp_path / "nothing.toml", tmp_path, pipe):
        assert str(file) in seat.fails(3, "--config", file, "config")


def test_settings_say_where_they_come_from(seat: Seat, tmp_path: Path) -> None:
    seat.profile.mkdir()
    (seat.profile / "config.toml").write_text("[seat]\nextension = '104'\n", "utf-8")
    extra = tmp_path / "extra.toml"
    extra.write_text("[ui]\nfont_percent = 125\n", "utf-8")
    seat.env["CONSOLE1022_TELEPHONY__PORT"] = "5039"
    lines = seat.run("--config", extra, "config", "--explain", "--json").json
    told = {line["key"]: (line["value"], line["source"], line["locked"]) for line in lines}
    assert told["seat.extension"] == ("104", str(seat.profile / "config.toml"), False)
    assert told["ui.font_percent"] == (125, str(extra), False)
    assert told["telephony.port"] == (5039, "CONSOLE1022_TELEPHONY__PORT", False)
    assert told["audio.ring_volume"] == (80, "built-in", False)
    human = seat.run("--config", extra, "config", "--explain").out
    assert f"ui.font_percent = 125  ({extra})" in human
    assert 'seat.extension = "104"  (' in human
    written = [line.rpartition("  (")[0].partition(".")[2] for line in human.splitlines()]
    tomllib.loads("\n".join(f"[s{n}]\n{line}" for n, line in enumerate(written)))


def test_secret_that_everybody_can_read(seat: Seat, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\n", "utf-8")
    secret.chmod(0o644)
    seat.env["CONSOLE1022_MAIL__PASSWORD_FILE"] = str(secret)
    doctor = seat.run("doctor")
    assert doctor.code == 1
    assert f"chmod 600 {secret}" in doctor.out
    assert "geheim" not in doctor.out
    secret.chmod(0o600)
    assert f"chmod 600 {secret}" not in seat.run("doctor").out
    secret.unlink()
    assert "fail  secrets" in seat.run("doctor").out


def test_pbx_and_modem_that_are_away(seat: Seat) -> None:
    seat.profile.mkdir()
    (seat.profile / "config.toml").write_text(
        "[telephony]\nadapter = 'ami'\nport = 1\n"
        "[[sms]]\nname = 'gsm7'\ndevice = '/dev/nothing7'\n",
        "utf-8",
    )
    found = {(f["name"], f["state"]): f for f in seat.run("doctor", "--json").json}
    assert "127.0.0.1:1" in found["pbx", "fail"]["text"]
    assert found["pbx", "fail"]["cure"]
    assert "/dev/nothing7" in found["modem", "fail"]["text"]
    english = seat.run("--lang", "en", "doctor").out
    assert "cannot connect to 127.0.0.1:1 → check host" in english


@pytest.mark.parametrize(
    ("host", "tls", "warns"),
    [("pbx.invalid", False, True), ("pbx.invalid", True, False), ("127.0.0.1", False, False)],
)
def test_doctor_names_a_line_to_the_pbx_in_clear(
    seat: Seat, host: str, tls: bool, warns: bool
) -> None:
    seat.profile.mkdir()
    given = f"[telephony]\nadapter = 'ami'\nhost = '{host}'\nport = 1\ntls = {str(tls).lower()}\n"
    (seat.profile / "config.toml").write_text(given, "utf-8")
    found = [f for f in seat.run("doctor", "--json").json if f["name"] == "pbx"]
    said = [f for f in found if "không mã hoá" in f["text"]]
    assert [f["state"] for f in said] == ["warn"] * warns
    assert all("tls = true" in f["cure"] for f in said)


@contextmanager
def a_pbx(rights: str) -> Iterator[int]:
    """A PBX with queue 1022 on a loop of its own; its port."""
    started: queue.Queue[int] = queue.Queue()
    over = threading.Event()

    async def serve() -> None:
        recording = (RECORDINGS / "10c_reconnect_resync.txt").read_bytes()
        async with AmiPeer(recording, auto=True, secret="geheim", rights=rights) as peer:
            started.put(peer.port)
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield started.get(timeout=60)
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(
    ("rights", "served", "said"),
    [
        (
            "system,call,agent,user,originate,reporting", "1022",
            [
                "ok console may write: agent, call, originate, reporting, system, user",
                "warn the PBX does not know PJSIPNotify",
            ],
        ),
        (
            "all", "1023",
            [
                "ok console may write: agent, call, originate, reporting, system, user, command,"
                " config, agi, message",
                "warn permission command is too broad", "warn permission config is too broad",
                "warn permission agi is too broad", "warn permission message is too broad",
                "warn the PBX does not know PJSIPNotify",
                "fail the PBX has no queue 1023",
            ],
        ),
        (
            "call,agent,reporting", "1022",
            [
                "ok console may write: agent, call, reporting",
                "warn permission originate is missing: Originate",
                "warn permission system is missing: Filter, MixMonitor, PJSIPNotify",
                "warn permission user is missing: UserEvent",
            ],
        ),
    ],
)  # fmt: skip
def test_doctor_names_rights_of_the_account_that_are_too_wide_or_missing(
    seat: Seat, tmp_path: Path, rights: str, served: str, said: list[str]
) -> None:
    secret = tmp_path / "ami.secret"
    secret.write_text("geheim", "utf-8")
    secret.chmod(0o600)
    seat.profile.mkdir()
    with a_pbx(rights) as port:
        (seat.profile / "config.toml").write_text(
            f"[seat]\nextension = '101'\n[telephony]\nadapter = 'ami'\nport = {port}\n"
            f"username = 'console'\nsecret_file = '{secret}'\nqueues = ['{served}']\n",
            "utf-8",
        )
        found = [f for f in seat.run("--lang", "en", "doctor", "--json").json if f["name"] == "pbx"]
        secret.write_text("sai", "utf-8")
        wrong = seat.run("--lang", "en", "doctor") if rights == "all" else None
    assert [f"{f['state']} {f['text']}" for f in found[1:]] == said
    assert all(f["cure"] for f in found if f["state"] != "ok")
    if wrong is not None:
        assert "fail  pbx" in wrong.out
        assert "geheim" not in wrong.out


def test_doctor_of_a_sound_seat(seat: Seat) -> None:
    names = [f["name"] for f in seat.run("doctor", "--json").json]
    for name in ("versions", "store", "central", "pbx", "modem", "audio", "disk", "clock", "map"):
        assert name in names
    doctor = seat.run("doctor")
    assert doctor.code == 0
    assert all(line.split()[0] in ("ok", "warn") for line in doctor.out.splitlines())
    assert all("→" in line for line in doctor.out.splitlines() if line.startswith("warn  audio"))


@pytest.mark.parametrize("word", ["address", "sms", "telephony", "map"])
def test_files_that_cannot_be_read(seat: Seat, tmp_path: Path, word: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    verb = {
        "address": ("address", "parse", "--file"),
        "sms": ("sms", "decode", "--file"),
        "telephony": ("telephony", "trace"),
        "map": ("map", "import-wards"),
    }[word]
    for file in (tmp_path / "nothing", pipe):
        assert str(file) in seat.fails(3, *verb, file)
    if word != "map":  # a folder of outlines is allowed
        assert str(tmp_path) in seat.fails(3, *verb, tmp_path)


def test_output_that_cannot_be_written(seat: Seat) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            seat.command("config"),
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=seat.environ(),
            check=False,
        )
    said = ended.stderr.decode()
    assert (ended.returncode, said.count("\n")) == (3, 1), said
    assert not any(sign in said for sign in BUG)


def test_streams_that_are_closed(seat: Seat) -> None:
    script = '"$@" <&- >&- 2>&-; echo $?'
    for verb, code in (("config", "0"), ("request log", "2"), ("dance", "2")):
        ended = subprocess.run(
            ["bash", "-c", script, "-", *seat.command(*verb.split())],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=seat.environ(),
            check=False,
        )
        assert (ended.stdout.strip(), ended.stderr) == (code, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8:strict"])
def test_vietnamese_whatever_the_locale(seat: Seat, encoding: str) -> None:
    seat.env["PYTHONIOENCODING"] = encoding
    assert "Mã" in seat.run("request", "list").out
    assert "Câu lệnh" in seat.fails(2, "dance")


def test_window_without_a_display(seat: Seat) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        seat.env[name] = ""
    for words in ((), ("run",), ("run", "--demo"), ("--as", "supervisor"), ("--demo",)):
        assert "màn hình" in seat.fails(3, *words)
    seat.env["DISPLAY"] = ":4321"
    assert ":4321" in seat.fails(3, "run")


def test_recordings_past_their_time_are_counted_and_let_go(seat: Seat) -> None:
    assert seat.run("telephony", "prune-recordings", "--dry-run").json["calls"] == 0
    (seat.profile / "config.toml").write_text(
        "[telephony]\nrecordings = 'http://8.8.8.8/{leg}'\n", "utf-8"
    )
    assert "phải là https" in seat.fails(2, "telephony", "prune-recordings")
    (seat.profile / "config.toml").write_text(
        "[telephony]\nrecordings = '/srv/{leg}.wav'\nrecordings_copy = true\n", "utf-8"
    )
    told = seat.run("telephony", "prune-recordings").json
    assert (told["calls"], told["bytes"], told["dry_run"]) == (0, 0, False)
    key = seat.profile / "recordings.key"
    assert key.stat().st_mode & 0o077 == 0
    key.write_text("kaputt", "utf-8")
    assert "recordings.key" in seat.fails(2, "telephony", "prune-recordings")


def test_doctor_says_whether_recordings_can_be_read(seat: Seat, tmp_path: Path) -> None:
    def found(settings: str) -> list[str]:
        seat.profile.mkdir(exist_ok=True)
        (seat.profile / "config.toml").write_text(f"[telephony]\n{settings}\n", "utf-8")
        told = seat.run("--lang", "en", "doctor", "--json").json
        return [f"{f['state']} {f['text']}" for f in told if f["name"] == "recordings"]

    assert found(f"recordings = '{tmp_path}/{{leg}}.wav'") == [f"ok {tmp_path}"]
    assert found("recordings = '/nowhere/{leg}.wav'\nrecordings_copy = true") == [
        "fail /nowhere",
        "warn the key is stored next to the copies: only disk encryption protects them",
    ]
    assert found("recordings = 'http://127.0.0.1:1/{leg}'\nrecordings_key_file = '/srv/k'") == [
        "fail recording server: no answer"
    ]
    assert not (seat.profile / "recordings.key").exists()  # It only looks and creates nothing.


def test_a_large_store_that_opens_slowly_says_so_before(seat: Seat) -> None:
    """What an interrupted import left out is built at the next opening for writing."""
    seat.log()
    with closing(sqlite3.connect(seat.profile / FILE_NAME, isolation_level=None)) as raw:
        raw.execute("insert into meta values ('filler', zeroblob(?))", (LARGE_BYTES,))
        raw.execute("begin immediate")
        drop_indexes(raw)
        raw.execute("commit")
    assert seat.run("request", "list").err == ""
    first = seat.run("--json", "request", "log", stdin=REPORT)
    assert (first.code, first.err.count("\n")) == (0, 1)
    assert "kho lớn" in first.err
    assert "large store" not in first.err
    assert seat.run("--json", "request", "log", stdin=REPORT).err == ""
    assert not takes_long(seat.profile / FILE_NAME)


def test_a_large_store_of_an_older_version_says_so_too(seat: Seat) -> None:
    seat.log()
    path = seat.profile / FILE_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        assert not takes_long(path)
        raw.execute(f"pragma user_version = {VERSION - 1}")
        assert not takes_long(path)
        raw.execute("insert into meta values ('filler', zeroblob(?))", (LARGE_BYTES,))
        assert takes_long(path)
        raw.execute(f"pragma user_version = {VERSION + 1}")
        assert not takes_long(path)
    path.write_bytes(b"x" * LARGE_BYTES)
    assert not takes_long(path)
    assert not takes_long(path.with_name("missing"))
