"""The real program on a real X server, driven by keys and mouse, seen through AT-SPI."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(
    "/usr/lib/python3/dist-packages"
)  # pyatspi and gi come from Debian, not from a wheel

from tests.e2e.driver.program import Program, start

NEEDED = ("xdotool", "import", "openbox")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey starts programs and waits for each step: a busy machine may take its time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session", autouse=True)
def _a_screen_and_a_session_bus() -> None:
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    if missing or not os.environ.get("DISPLAY") or not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        pytest.skip(
            "needs a display, a session bus, " + ", ".join(NEEDED) + ": installer/test.sh has all"
        )


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """Where screenshots of this test go."""
    base = Path(os.environ.get("CONSOLE1022_PICTURES", "build/pictures")).absolute()
    folder = base / str(request.node.name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Starter:
    """Starts the program and ends it when the test does."""

    def __init__(self, pictures: Path) -> None:
        """Nothing runs yet."""
        self._pictures = pictures
        self.running: list[Program] = []

    def __call__(self, *words: str, env: dict[str, str] | None = None) -> Program:
        """The program with these words on its command line, once its window answers."""
        program = start(*words, env=env or {}, pictures=self._pictures)
        self.running.append(program)
        return program


@pytest.fixture
def console(pictures: Path) -> Iterator[Starter]:
    """Starts programs; a picture of the screen is kept of each that still runs at the end."""
    starter = Starter(pictures)
    yield starter
    for program in starter.running:
        program.end()
    assert [said for program in starter.running for said in program.qt_warnings()] == []
