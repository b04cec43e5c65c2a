"""The contents of the Debian package; the package itself is tested by `tests/soak/package.py`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli.main import parser
from console.config.layers import load
from installer.package.trim import Entry, trimmed, trimmed_data

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "installer/package"


def entry(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, PACKAGE / "entry.py", *words],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_packaged_program_is_the_command_and_its_own_interpreter() -> None:
    assert "console1022" in entry("--help").stdout
    assert "leaflet.js" in entry("-m", "console.map.page.build").stdout


def test_it_is_an_interpreter_of_its_own_modules_only() -> None:
    told = entry("-m", "this")
    assert told.returncode == 2
    assert "beautiful" not in told.stdout.lower()


def test_of_qt_comes_what_is_needed_and_of_the_desktop_nothing() -> None:
    needs = {
        "QtGui": ["libQt6Gui.so.6", "libX11.so.6"],
        "ssl": ["libssl.so.3", "libz.so.1"],
    }
    entries: list[Entry] = [
        ("PySide6/QtGui.abi3.so", "QtGui", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "", "BINARY"),
        ("PySide6/Qt/lib/libQt6Sql.so.6", "", "BINARY"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "", "BINARY"),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", "", "BINARY"),
        ("libX11.so.6", "", "BINARY"),
        ("libz.so.1", "", "BINARY"),
        ("python3.13/lib-dynload/_ssl.so", "ssl", "EXTENSION"),
        ("libssl.so.3", "", "BINARY"),
        ("libpython3.13.so.1.0", "", "BINARY"),
    ]
    kept = trimmed(entries, lambda file: needs.get(file, []))
    assert {name for name, _, _ in kept} == {
        "PySide6/QtGui.abi3.so",
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "python3.13/lib-dynload/_ssl.so",
        "libssl.so.3",
        "libpython3.13.so.1.0",
    }
    others: list[Entry] = [
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libQt6Sql.so.6", "PySide6/Qt/lib/libQt6Sql.so.6", "SYMLINK"),
        ("resources/help/vi.txt", "vi.txt", "DATA"),
        ("PySide6/Qt/qml/QtCharts/qmldir", "qmldir", "DATA"),
    ]
    assert trimmed_data(others, kept) == [others[0], others[2]]


def test_a_library_under_the_gpl_stops_the_making() -> None:
    entries: list[Entry] = [
        ("PySide6/QtCharts.abi3.so", "QtCharts", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Charts.so.6", "", "BINARY"),
    ]
    with pytest.raises(SystemExit, match="Charts"):
        trimmed(entries, lambda file: ["libQt6Charts.so.6"] if file else [])


def test_the_settings_that_it_lays_down_are_settings(tmp_path: Path) -> None:
    """Every commented line is a valid setting; nothing is set until somebody wants it."""
    text = (PACKAGE / "debian/console.toml").read_text("utf-8")
    laid, wanted = tmp_path / "laid.toml", tmp_path / "wanted.toml"
    laid.write_text(text, "utf-8")
    assert (
        load(tmp_path, environ={}, site_file=laid).settings
        == load(tmp_path, environ={}, site_file=tmp_path / "none").settings
    )
    wanted.write_text(re.sub(r"(?m)^# (?=\[|\w+ = )", "", text), "utf-8")
    loaded = load(tmp_path, environ={}, site_file=wanted)
    assert loaded.settings.telephony.adapter == "ami"
    assert loaded.settings.seat.console_code == "014"
    assert {line.key for line in loaded.lines if line.locked} == {
        "central.url",
        "seat.console_code",
    }


def test_the_unit_starts_a_verb_that_there_is() -> None:
    unit = (PACKAGE / "debian/console1022-gateway.service").read_text("utf-8")
    found = re.search(r"(?m)^ExecStart=/usr/bin/console1022 (.+)$", unit)
    assert found is not None
    given = parser().parse_args(found[1].split())
    assert str(given.profile) == "/var/lib/console1022"
    assert "StateDirectory=console1022" in unit
