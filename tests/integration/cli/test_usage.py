"""The arguments around a verb: none at all, an empty path, no home, the language of the seat."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import __version__
from console.cli.framework.help_texts import translate_help
from console.cli.main import parser
from tests.integration.cli.seat import BUG, ROOT, Seat


def _bare(tmp_path: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """`python -m console WORDS` from nothing, in an empty folder, with this environment only."""
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, **env},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_no_word_at_all_is_the_window(tmp_path: Path) -> None:
    """The default verb; without a display one line says so."""
    ended = _bare(tmp_path, HOME=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith("Không có màn hình")
    assert ended.stderr.count("\n") == 1


def test_an_empty_path_is_not_the_current_folder(tmp_path: Path) -> None:
    """An unset variable of a script must not create a profile in the current folder."""
    for words in (
        ("--profile", "", "request", "list"),
        ("--config", "", "config"),
        ("publish", "open-data", ""),
        ("map", "import-wards", ""),
        ("backup", ""),
    ):
        ended = _bare(tmp_path, *words, HOME=str(tmp_path / "home"))
        assert ended.returncode == 2, ended
        assert "không nhận giá trị ''" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_account_without_a_home_is_told_what_to_give(seat: Seat) -> None:
    said = seat.fails(3, "--profile", "~nobody-of-this-name/x", "config")
    assert "HOME" in said
    assert "--profile" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("backup", 2),
        ("publish open-data", 2),
        ("report volumes --from 2026-01-01 --to 2026-01-02 --format csv --out", 2),
        ("audit list --format csv --out", 2),
        ("import requests", 3),
        ("restore", 3),
    ],
)
def test_a_home_of_nobody_is_a_folder_that_is_not_there(seat: Seat, words: str, code: int) -> None:
    said = seat.fails(code, *words.split(), "~nobody-of-this-name/x")
    assert "~nobody-of-this-name" in said


def test_a_home_that_the_shell_left_to_us(seat: Seat, tmp_path: Path) -> None:
    seat.env["HOME"] = str(tmp_path)
    assert seat.run("audit", "list", "--format", "csv", "--out=~/nhật ký.csv").code == 0
    assert (tmp_path / "nhật ký.csv").is_file()
    (tmp_path / "pdu").write_text("00")
    assert len(seat.run("sms", "decode", "--file=~/pdu").lines) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("request", "thiếu log|show|list|do"),
        ("--lang en central", "required: init|status|"),
        ("sync", "cần một trong: --once --status"),
        ("sync --once --status", "không đi cùng nhau"),
        ("request list --limit 0", "cần số nguyên từ 1 đến 100000"),
    ],
)
def test_what_is_wrong_is_said_with_what_there_is(seat: Seat, words: str, says: str) -> None:
    assert says in seat.fails(2, *words.split())


def test_the_seat_speaks_the_language_of_its_settings(seat: Seat) -> None:
    seat.profile.mkdir()
    (seat.profile / "config.toml").write_text("[ui]\nlanguage = 'en'\n", "utf-8")
    assert seat.run("request", "list").out.startswith("Number")
    assert "There is no request" in seat.fails(2, "request", "show", "1")
    assert seat.run("--lang", "vi", "request", "list").out.startswith("Mã")
    (seat.profile / "config.toml").write_text("[ui]\nlanguage = 'fr'\n", "utf-8")
    said = seat.fails(2, "request", "list")
    assert "giá trị sai" in said
    assert not any(sign in said for sign in BUG)


def test_a_password_in_an_address_is_not_printed(seat: Seat) -> None:
    seat.env["CONSOLE1022_CENTRAL__URL"] = "postgresql://may07:geheim@db/hotline"
    for words in (("config", "--explain"), ("--json", "config"), ("doctor",)):
        done = seat.run(*words)
        assert "geheim" not in done.out + done.err
    assert "postgresql://may07:…@db/hotline" in seat.run("config").out


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://db:5432/hotline", "postgresql://db:5432/hotline"),
        ("postgresql://a:b@c@db:5432/hotline", "postgresql://a:…@db:5432/hotline"),
        ("host=db password=b@c dbname=hotline", "host=db password=… dbname=hotline"),
        ("host=db password='b c' dbname=hotline", "host=db password=… dbname=hotline"),
        (
            "postgresql://db/d?password=b&sslmode=require",
            "postgresql://db/d?password=…&sslmode=req",
        ),
    ],
)
def test_only_the_password_is_left_out(seat: Seat, address: str, said: str) -> None:
    seat.env["CONSOLE1022_CENTRAL__URL"] = address
    assert f'central.url = "{said}' in seat.run("config").out


def _helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What `--help` prints for every verb."""
    yield parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from _helps(verb)


@pytest.mark.parametrize(
    ("lang", "foreign"),
    [("vi", "usage:|arguments|options:|show this|exit"), ("en", "[đĐăĂơƠưƯ\u1ea0-\u1ef9]")],
)
def test_help_is_in_one_language(lang: str, foreign: str) -> None:
    grammar = parser()
    translate_help(grammar, lang)
    said = [re.search(foreign, text) and text for text in _helps(grammar)]
    assert len(said) > 40
    assert [text for text in said if text] == []


def test_it_says_its_version(seat: Seat) -> None:
    assert seat.run("--version").out == f"console1022 {__version__}\n"


def test_help_is_asked_like_any_verb(seat: Seat) -> None:
    assert "tùy chọn:" in seat.run("--help").out
    assert "number and step: forward, accept" in " ".join(
        seat.run("--lang", "en", "request", "do", "--help").out.split()
    )
    assert not seat.profile.exists()


def test_help_and_complaints_follow_the_seat_s_language(seat: Seat) -> None:
    """Without `--lang`, the language is that of [ui] language, whichever layer sets it."""
    asked, unknown = ("request", "list", "--help"), ("request", "list", "--limit", "x")
    assert "tùy chọn:" in seat.run(*asked).out
    seat.env["CONSOLE1022_UI__LANGUAGE"] = "en"
    assert seat.run(*asked).out.startswith("usage: ")
    assert seat.fails(2, *unknown).startswith("Wrong usage: ")
    assert "tùy chọn:" in seat.run("--lang", "vi", *asked).out
    assert "Câu lệnh chưa đúng" in seat.fails(2, "--lang=vi", *unknown)
    del seat.env["CONSOLE1022_UI__LANGUAGE"]
    seat.profile.mkdir()
    (seat.profile / "config.toml").write_text("[ui]\nlanguage = 'en'\n", "utf-8")
    assert seat.run(*asked).out.startswith("usage: ")
    other = seat.profile / "other.toml"
    other.write_text("[ui]\nlanguage = 'vi'\n", "utf-8")
    assert "tùy chọn:" in seat.run(f"--config={other}", *asked).out
    (seat.profile / "config.toml").write_text("[ui\n", "utf-8")  # nobody can read it
    assert "tùy chọn:" in seat.run(*asked).out


def test_ctrl_c_while_it_loads_is_no_traceback() -> None:
    """The signal comes while the command line is being imported."""
    script = (
        "import os, signal, sys\n"
        # A process started in the background of a shell ignores it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Here:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'console.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Here())\n"
        "from console.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "config"], cwd=ROOT, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_the_command_that_the_installer_makes_runs_from_any_folder(tmp_path: Path) -> None:
    """The command is called `console1022`; paths are the caller's, and may be odd."""
    (checkout := tmp_path / "dự án 'a'").symlink_to(ROOT)
    binaries = tmp_path / "môi trường/bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "utf-8")
    (binaries / "python").chmod(0o755)
    script = 'source "$0/installer/bootstrap.sh"; root=$0 venv=$1; install_command'
    subprocess.run(["bash", "-euc", script, checkout, binaries.parent], check=True)
    (tmp_path / "console").mkdir()  # another one of the same name in the current folder
    ended = subprocess.run(
        [binaries / "console1022", "--profile", "ca trực", "--json", "request", "list"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "[]\n", "")
    assert (tmp_path / "ca trực/store.sqlite3").is_file()


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "windows-1258"])
def test_a_file_of_lines_is_read_whoever_saved_it(seat: Seat, tmp_path: Path, letters: str) -> None:
    (file := tmp_path / "địa chỉ.txt").write_bytes(
        "# ghi chú\r\n12 Lê Lợi, Q1\r\n\r\n5 Trần Hưng Đạo".encode(letters, "replace")
        if letters != "windows-1258"
        else "# ghi chu\r\n12 Lê L\u01a1\u0323i, Q1\r\n\r\n5 Trâ\u0300n H\u01b0ng Đạo".replace(
            "\u1ea1", "a\u0323"
        ).encode(letters)
    )
    said = [line["input"] for line in seat.run("address", "parse", "--file", file).lines]
    assert said == ["12 Lê Lợi, Q1", "5 Trần Hưng Đạo"]
    assert "một trong" in seat.fails(2, "address", "parse", "x", "--file", file)
    assert "một trong" in seat.fails(2, "sms", "decode", "00", "--file", file)


@pytest.mark.parametrize("reader", ["gone", "full"])
def test_a_word_that_nobody_reads_ends_nothing(reader: str) -> None:
    """A gateway whose starter has gone, or whose log is full, used to stop with code 0 or 3."""
    read, write = os.pipe()
    os.close(read)
    full = os.open("/dev/full", os.O_WRONLY)
    script = (
        "import sys; from console.services.runtime.script_signal import signal_script\n"
        "signal_script('standby'); signal_script('ready'); sys.stderr.write('goes on')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        stdout=write if reader == "gone" else full,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        check=False,
    )
    os.close(write)
    os.close(full)
    assert (ended.returncode, ended.stderr) == (0, b"goes on")
