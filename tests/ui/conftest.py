"""Tests of the window: Qt loop, real desk with a store on disk, the catalogue and its places."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.runtime.bus import Bus
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from console.ui.runtime.garbage_collector import Collector
from console.ui.runtime.software_rendering import paint_by_processor
from tests.conftest import StoppedClock
from tests.fakes.profiles import fresh_profile

if os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
paint_by_processor()
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's own name, as AT-SPI and the window manager see it."""
    return ["console1022"]


@pytest.fixture(scope="session", autouse=True)
def _map_scheme() -> None:
    """The map's scheme must be known before the application is made."""
    from console.ui.map.web.scheme import register_scheme

    register_scheme()


@pytest.fixture(scope="session", autouse=True)
def _collector(qapp: QApplication) -> Iterator[None]:
    """As in the program: threads of the store must not destroy widgets."""
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
    store = LocalStore(fresh_profile(tmp_path / "profile"), catalogue)
    yield Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(tmp_path / "profile"),
        files=Spool(tmp_path / "profile"),
        actor=actor_for("operator", catalogue, "may-07"),
        dispatch=dispatch,
    )
    store.close()


@pytest.fixture
def outlines(tmp_path: Path) -> Path:
    """Two wards as rectangles, side by side: An Phú Đông west of longitude 106.72, Thới An east."""
    boxes = {"26767": (106.69, 106.72), "26773": (106.72, 106.75)}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[w, 10.84], [e, 10.84], [e, 10.88], [w, 10.88], [w, 10.84]],
                ],
            },
        }
        for code, (w, e) in boxes.items()
    ]
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path
