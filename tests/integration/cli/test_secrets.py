"""No secret is ever printed, and no personal data is left behind: by no verb, in no error, no log,
no temporary file.
"""

import argparse
import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import main
from console.cli.main import parser
from console.cli.request import verbs
from tests.integration.cli.seat import ROOT, Seat

PLANTED = "BiMatKhongDuocLo"
CITIZEN, NUMBER, SAID = "Trần Thị Bí Ẩn", "0903888777", "Ổ gà trước nhà bà Bí Ẩn"


def _file(folder: Path, name: str, content: str) -> str:
    file = folder / name
    file.write_text(content, "utf-8")
    file.chmod(0o600)
    return str(file)


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Seat, str]:
    """A seat with a secret for everything that takes one, where nobody answers at the other end,
    and the number of its request; shared by all verbs.
    """
    tmp_path = tmp_path_factory.mktemp("keeper")
    seat = Seat(tmp_path / "hồ sơ")
    word = _file(tmp_path, "word", PLANTED)
    social = _file(tmp_path, "social.json", json.dumps({"token": PLANTED, "secret_key": PLANTED}))
    seat.profile.mkdir(parents=True)
    (seat.profile / "config.toml").write_text(
        f"""
        [central]
        url = "postgresql://ban07@127.0.0.1:1/hotline"
        password_file = "{word}"
        [telephony]
        adapter = "ami"
        port = 1
        username = "console101"
        secret_file = "{word}"
        recordings = "http://127.0.0.1:1/{{leg}}"
        recordings_user = "nghe"
        recordings_secret_file = "{word}"
        [[sms]]
        name = "gsm1"
        device = "{tmp_path / "no-modem"}"
        pin_file = "{word}"
        [mail]
        imap_host = "127.0.0.1"
        smtp_host = "127.0.0.1"
        username = "1022@tphcm.vn"
        password_file = "{word}"
        [open311]
        api_keys_file = "{word}"
        [facebook]
        page_id = "1"
        token_file = "{social}"
        [zalo]
        oa_id = "1"
        app_id = "1"
        secret_file = "{social}"
        tokens_file = "{social}"
        """,
        "utf-8",
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    seat.env["TMPDIR"] = str(temporary)
    logged = seat.run("--json", "request", "log", stdin=FORM)
    assert logged.code == 0, logged.err
    return seat, logged.json["number"]


FORM = json.dumps(
    {
        "service_code": "roads.pothole",
        "description": SAID,
        "lat": 10.7769,
        "long": 106.6953,
        "reporter": {"name": CITIZEN, "phone": NUMBER},
    }
)
NOTICE = ("--title", "Cúp nước", "--text", "Sửa ống", "--until", "2099-01-01", "--everywhere")
VERBS: tuple[tuple[str, ...], ...] = (
    ("request log",),
    ("request show", "{number}", "--events"),
    ("request list",),
    ("request do", "{number}", "note", "--text", "Đã xem"),
    ("duplicates", "--service", "roads.pothole", "--lat", "10.7769", "--long", "106.6953"),
    ("address parse", f"66/1 Đồng Tâm, {CITIZEN}"),
    ("map import-wards", "{none}"),
    ("map import-streets", "{none}"),
    ("map import-assets", "{none}"),
    ("map set-basemap", "{none}"),
    ("map check",),
    ("telephony trace", "{none}"),
    ("telephony prune-recordings", "--dry-run"),
    ("sms decode", "00"),
    ("store rebuild",),
    ("store encrypt",),
    ("store key", "{new}"),
    ("store decrypt",),
    ("sync", "--once"),
    ("sync", "--status"),
    ("import requests", "{none}"),
    ("backup", "{new}"),
    ("restore", "{none}"),
    ("central init", f"postgresql://ban07:{PLANTED}@127.0.0.1:1/hotline"),
    ("central status",),
    ("central add-user", "lan", "--role", "operator"),
    ("central set-password", "lan"),
    ("central block-user", "lan"),
    ("central list-users",),
    ("central search", "Bí Ẩn"),
    ("central expire-recordings", "30"),
    ("central audit",),
    ("central backup", "{new}"),
    ("central restore", "{none}"),
    ("audit verify",),
    ("audit list",),
    ("notice list",),
    ("notice add", *NOTICE),
    ("notice change", "x", "--title", "Cúp nước"),
    ("notice end", "x", "--reason", "x"),
    ("blocked list",),
    ("blocked add", "sms", NUMBER, "--reason", "x"),
    ("blocked end", "sms", NUMBER),
    ("privacy export", NUMBER, "--out", "{new}.json"),
    ("privacy list",),
    ("privacy add", NUMBER, "--wish", "view", "--text", "x"),
    ("privacy answer", "x"),
    ("privacy extend", "x", "--reason", "x"),
    ("privacy done", "x"),
    ("privacy refuse", "x", "--reason", "x"),
    ("privacy show", "x"),
    ("report", "volumes", "--from", "2026-01-01", "--to", "2026-12-31"),
    ("publish open-data", "{new}"),
    ("doctor",),
    ("config", "--explain"),
)


def _verbs(grammar: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[str]:
    groups = [a for a in grammar._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups or len(before) == 2:
        yield " ".join(before)
    for name, inner in groups[0].choices.items() if groups and len(before) < 2 else ():
        yield from _verbs(inner, (*before, name))


def test_every_verb_is_tried() -> None:
    assert {words[0] for words in VERBS} | {"run", "gateway"} == set(_verbs(parser()))


@pytest.mark.parametrize("words", VERBS, ids=lambda words: " ".join(words[:2])[:30])
def test_no_verb_tells_a_secret_or_leaves_a_citizen_behind(
    keeper: tuple[Seat, str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    seat, number = keeper
    gaps = {"number": number, "none": str(tmp_path / "không có"), "new": str(tmp_path / "out")}
    given = [*words[0].split(), *(word.format(**gaps) for word in words[1:])]
    done = seat.run(*given, stdin=FORM)
    assert done.code in (0, 1, 2, 3), done.err
    assert PLANTED not in done.out + done.err
    citizen = (CITIZEN, SAID, "903888777", "0903 888 777")
    for said in citizen:
        assert said not in done.err
    for file in _files(seat.profile):
        assert PLANTED.encode() not in file.read_bytes(), file
    temporary = seat.profile.parent / "temporary"
    for file in _files(seat.profile / "logs", seat.profile / "crashes", temporary):
        for said in citizen:
            assert said.encode() not in file.read_bytes(), file


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (file for file in folder.rglob("*") if file.is_file())


def test_a_bug_of_a_verb_is_logged_without_the_words_that_it_stumbled_over(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of a failed verb goes into a ticket as it is."""

    def stumble(_call: object) -> int:
        raise KeyError(f"{CITIZEN}, {NUMBER}")

    seat.profile.mkdir(parents=True)
    monkeypatch.setattr(verbs, "_show", stumble)
    assert main.run(["--profile", str(seat.profile), "request", "show", "1"]) == 1
    said = (seat.profile / "logs" / "cli.log").read_text("utf-8")
    assert "KeyError: '…'" in said
    assert CITIZEN not in said
    assert NUMBER not in said


def test_what_crashes_leaves_no_image_of_its_memory(seat: Seat, tmp_path: Path) -> None:
    """Memory holds names, numbers and the key of an encrypted store unencrypted."""
    shell = 'ulimit -c unlimited; cd "$0"; exec "$@"'
    words = seat.command("gateway")
    environ = {**seat.environ(), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        ["bash", "-c", shell, tmp_path, *words], stdout=subprocess.PIPE, env=environ
    ) as running:
        assert running.stdout is not None
        assert any(line.strip() == b"ready" for line in running.stdout)
        limits = Path(f"/proc/{running.pid}/limits").read_text()
        running.send_signal(signal.SIGSEGV)
        assert running.wait(30) == -signal.SIGSEGV
    assert re.search(r"Max core file size +0 +0 ", limits)
    assert not list(tmp_path.glob("core*"))
    assert (seat.profile / "logs" / "fatal.log").stat().st_size, "where it was, without words"
