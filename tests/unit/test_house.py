"""The rules of the house that no linter knows (HOUSE.md 10)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain import commands
from console.domain.commands import AssignmentCommand, Command, RequestCommand
from console.services.dispatch import HANDLERS

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "console"


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(folder.rglob("*.py")):
        yield file.relative_to(ROOT), ast.parse(file.read_text("utf-8"))


def _calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        ("exec", ()),
        ("processEvents", ()),
        ("QLabel", ()),
        (
            "create_task",
            (
                "console/ui/tasks.py",
                "console/bootstrap.py",
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
        for file, tree in _trees(CONSOLE)
        for name, line in _calls(tree)
        if name == call and not str(file).startswith(allowed or ("-",))
    ]
    assert found == []


def test_the_core_starts_without_qt() -> None:
    code = (
        "import sys, console.services.desk, console.services.seed, console.store.local, "
        "console.telephony.line, console.telephony.sms, console.map.places, console.bootstrap;"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('PySide6', 'qasync', 'folium', 'sounddevice')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_this_interpreter_keeps_its_none_through_qt() -> None:
    """PySide6 6.12 drops a reference of None per void call; below 3.12 that ends in an abort."""
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
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    found = []
    for name in tracked:
        file = ROOT / name
        if file.suffix in (".png", ".ttf") or not file.is_file():
            continue
        text = file.read_text("utf-8", "replace")
        found += [f"{name}: {word}" for word in words if word in text]
    assert found == []


def test_files_stay_readable() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in CONSOLE.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 500
    }
    declared = {"console/services/ports.py": "one Protocol after another"}
    assert set(long) <= set(declared), long
