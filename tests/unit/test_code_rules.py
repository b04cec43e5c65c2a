"""The rules of this code that no linter knows."""

import ast
import re
import subprocess
import sys
from fnmatch import fnmatch
from functools import cache

import pytest

from console.domain.requests import commands
from console.domain.requests.commands import AssignmentCommand, Command, RequestCommand
from console.services.dispatch import HANDLERS
from tests.source_tree import ROOT, sources

CONSOLE = ROOT / "console"


@cache
def _calls() -> tuple[tuple[str, str, int], ...]:
    """Every call in the program: name, file and line; read once for all cases."""
    return tuple(
        (name, str(file.relative_to(ROOT)), node.lineno)
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (name := _name_of(node.func))
    )


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        ("exec", ()),
        ("processEvents", ("console/ui/shell/opening_note.py",)),  # before there is a loop
        ("QLabel", ()),
        ("setToolTip", ("console/ui/widgets/basic/plain_label.py",)),
        ("QMessageBox", ()),
        ("QTextBrowser", ()),
        ("setHtml", ("console/ui/printing/page_layout.py",)),
        ("setMarkdown", ("console/ui/shell/learning/handbook_sheet.py",)),  # our own pages only
        (
            "create_task",
            (
                "console/ui/runtime/tasks.py",
                "console/assembly/",
                "console/services/",
                "console/telephony/",
                "console/channels/",
            ),
        ),
        ("ensure_future", ()),
        ("asyncClose", ()),
        ("asyncSlot", ()),
    ],
)
def test_a_call_that_hurts_stands_only_where_it_is_tamed(
    call: str, allowed: tuple[str, ...]
) -> None:
    found = [
        f"{file}:{line}"
        for name, file, line in _calls()
        if name == call and not file.startswith(allowed or ("-",))
    ]
    assert found == []


def test_a_store_is_opened_where_encrypted_ones_are_known() -> None:
    """Otherwise a backup, a check or a repair would work for plain stores only."""
    own = re.compile(r"sqlite3\.(?:connect\(|\w*Error\b)")
    found = {
        str(file.relative_to(ROOT))
        for file in CONSOLE.rglob("*.py")
        if not file.is_relative_to(CONSOLE / "map") and own.search(file.read_text("utf-8"))
    }
    assert found == {
        "console/store/history/importing.py"
    }  # a list of ids in a temporary file, no store


def test_the_core_starts_without_qt() -> None:
    code = (
        "import sys, console.services.desk, console.services.city_data.catalogue_loader,"
        " console.store.seat.local_store, "
        "console.telephony.asterisk.line, console.telephony.sms.channel,"
        " console.map.gazetteer.local_places, console.assembly.core;"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('PySide6', 'qasync', 'folium', 'sounddevice')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_this_interpreter_keeps_its_none_through_qt() -> None:
    """PySide6 6.12 drops a reference to None on each void call; below Python 3.12 that ends in an
    abort.
    """
    code = (
        "import sys\nfrom PySide6.QtCore import QObject\no = QObject()\n"
        "before = sys.getrefcount(None)\n"
        "for n in range(100_000): o.setObjectName(str(n))\n"
        "print(before - sys.getrefcount(None))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert abs(int(done.stdout)) < 1000


def test_every_command_has_one_handler() -> None:
    bases = {Command, RequestCommand, AssignmentCommand}
    every = {
        c
        for c in vars(commands).values()
        if isinstance(c, type) and issubclass(c, Command) and c not in bases
    }
    assert set(HANDLERS) == every


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    words = [
        "/wo" + "rk/",
        "/tm" + "p/setup",
        "deb.debian" + ".org",
        "pypi" + ".org",
        "registry.npmjs" + ".org",
    ]
    ignored = {name.strip("/") for name in (ROOT / ".gitignore").read_text().split()} | {".git"}
    found, seen = [], 0

    def ours(names: list[str]) -> list[str]:
        return [name for name in names if not any(fnmatch(name, word) for word in ignored)]

    for folder, below, names in ROOT.walk():
        below[:] = ours(below)
        for file in (folder / name for name in ours(names)):
            if file.suffix in (".png", ".ttf") or not file.is_file():
                continue
            text, seen = file.read_text("utf-8", "replace"), seen + 1
            found += [f"{file.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []
    assert seen > 1000


def test_nothing_switches_the_sandbox_of_the_map_off() -> None:
    """Only the scripts for root may; the program asks whether they did."""
    words = ("no-sandbox", "DISABLE_SANDBOX")
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in sorted(CONSOLE.rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if any(word in line for word in words)
    ]
    assert found == [
        'console/ui/map/view.py: return os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") == "1"'
    ]


def test_files_stay_readable() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in CONSOLE.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}
