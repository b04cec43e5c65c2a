"""What is installed is used: an unused library is weight, and one more way in."""

import ast
import re
from importlib.metadata import packages_distributions

from tests.source_tree import ROOT, sources

UNSEEN = {"tzdata"}
"""Used by another library: time zones of psycopg's times."""
TOOLS = {"ruff", "mypy", "import-linter", "coverage", "types-pyserial", "vulture", "codespell"}
"""Commands, not imports; pytest finds its plugins by their entry points."""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(folder: str) -> set[str]:
    """Distributions whose packages the files below a folder import."""
    names: set[str] = set()
    for _, tree in sources(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    known = packages_distributions()
    return {_plain(found) for name in names for found in known.get(name, ())}


def test_every_library_is_imported_somewhere() -> None:
    said = (ROOT / "installer" / "requirements.in").read_text("utf-8")
    program, _, checks = said.partition("# What the checks run on")
    wanted = {
        part: {_plain(name) for name in re.findall(r"^[A-Za-z][\w.-]*", text, re.MULTILINE)}
        for part, text in (("console", program), ("tests", checks))
    }
    assert wanted["console"] - _imported("console") - UNSEEN == set()
    plugins = {name for name in wanted["tests"] if name.startswith("pytest-")}
    assert plugins == {
        "pytest-qt", "pytest-xvfb", "pytest-asyncio", "pytest-timeout", "pytest-randomly",
        "pytest-xdist",
    }  # fmt: skip
    assert wanted["tests"] - _imported("tests") - plugins - TOOLS == set()
