"""A real map in a real window for each test module, and a catcher on loopback for what escapes."""

import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.states import Priority, State
from console.map.display.state import MapSetup
from console.map.page.messages import Ack
from console.services.views.requests import MapPoint
from console.ui.map.view import MapView

CENTRE = (10.8612, 106.7058)


class Catcher:
    """Counts connections to a port of loopback."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.hits = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            client, _ = self._server.accept()
            first = client.recv(16)
            client.close()
            if first == b"stop":
                return
            self.hits += 1

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"stop")
        self._thread.join()
        self._server.close()


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    made = Catcher()
    yield made
    made.close()


def until(true: Callable[[], object], what: str = "", ms: int = 60_000) -> None:
    """Wait for a condition, never for time."""
    deadline = QDeadlineTimer(ms)
    while not true():
        assert not deadline.hasExpired(), what or "did not happen"
        QTest.qWait(2)


def js(view: MapView, script: str) -> object:
    """The result of a script in the page."""
    found: list[object] = []
    page = view.web.page()
    page.runJavaScript(script, 0, found.append)
    until(lambda: found, script)
    return found[0]


def built(setup: MapSetup | None = None, *, web: bool = True) -> MapView:
    """A map on the screen that listens and has drawn its first layers."""
    view = MapView(setup or MapSetup(centre=CENTRE, zoom=15), web=web)
    view.resize(500, 420)
    ready: list[bool] = []
    view.ready.connect(lambda: ready.append(True))
    view.show()
    until(lambda: ready, "the map is not ready", 30_000)
    return view


def finish(view: MapView) -> None:
    view.dispose()
    view.close()
    view.deleteLater()
    QTest.qWait(0)


def target(view: MapView) -> QWidget:
    """The widget that takes mouse and keys for the page."""
    until(lambda: view.web.focusProxy() is not None)
    proxy = view.web.focusProxy()
    assert proxy is not None
    return proxy


@pytest.fixture(scope="module")
def web(qapp: QApplication) -> Iterator[MapView]:
    view = built()
    assert view.engine == "web"
    yield view
    finish(view)


@pytest.fixture
def view(web: MapView) -> MapView:
    """The module's map, emptied and back at the first place."""
    web.clear_pin()
    web.clear_nearby()
    web.highlight_wards([])
    web.show_points([])
    web.fly_to(*CENTRE, 15)
    web.set_theme("light")
    js(web, "document.activeElement.blur(); 1")  # the keyboard's crosshair goes with the focus
    settled(web)
    # A late message of the previous view may have come
    web.state.centre, web.state.zoom = CENTRE, 15
    web.web.errors.clear()
    return web


def settled(view: MapView) -> None:
    """Wait until the page has done everything it was told."""
    done: list[int] = []

    def on_received(message: object) -> None:
        if isinstance(message, Ack):
            done.append(message.of)

    view.web.bridge.received.connect(on_received)
    view.web.ping()
    until(lambda: view.web.bridge.last_seq in done, "no ack")
    view.web.bridge.received.disconnect(on_received)
    frame = "requestAnimationFrame"
    js(view, f"window.__f = 0; {frame}(() => {frame}(() => {{ window.__f = 1; }})); 1")
    until(lambda: js(view, "window.__f") == 1, "no frame")


def point(
    lat: float = CENTRE[0],
    long: float = CENTRE[1],
    number: str = "26014000017",
    priority: Priority = Priority.NORMAL,
    state: State = State.FORWARDED,
) -> MapPoint:
    due = datetime.now(UTC) + timedelta(days=1)
    return MapPoint(uuid.uuid4(), number, lat, long, "road.pothole", state, priority, due)
