"""Tests of the window: Qt loop, real desk with a store on disk, the catalogue and its places."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.map.places import LocalPlaces
from console.services.accounts import actor_for
from console.services.bus import Bus
from console.services.desk import Desk
from console.services.seed import load_catalogue
from console.store.files import Spool
from console.store.local import LocalStore
from console.ui.collector import Collector
from tests.conftest import StoppedClock

if os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's own name, as AT-SPI and the window manager see it."""
    return ["console1022"]


@pytest.fixture(scope="session", autouse=True)
def _map_scheme() -> None:
    """The map's scheme must be known before the application is made."""
    from console.ui.map.scheme import register_scheme

    register_scheme()


@pytest.fixture(scope="session", autouse=True)
def _collector(qapp: QApplication) -> Iterator[None]:
    """As in the program: the stores' threads must not destroy widgets."""
    collector = Collector(qapp)
    yield
    collector.stop()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Coroutine tests of this folder run on Qt's loop."""
    return {"qt": lambda: QEventLoop(QApplication.instance() or QApplication(["console1022"]))}


@pytest.fixture
def desk(tmp_path: Path, clock: StoppedClock, qapp: QApplication) -> Iterator[Desk]:
    """An operator's desk at workstation `may-07`, embedded mode, nothing logged yet."""
    catalogue = load_catalogue()
    store = LocalStore(tmp_path / "profile", catalogue)
    yield Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(tmp_path / "profile"),
        files=Spool(tmp_path / "profile"),
        actor=actor_for("operator", catalogue, "may-07"),
    )
    store.close()
