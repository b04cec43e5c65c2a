"""Online tiles where IT allows them: fetched for the page and cached; without them the map is not
blank.
"""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import override

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from console.map.display.state import MapSetup
from console.ui.map.view import MapView
from tests.ui.map.conftest import CENTRE, built, finish, js, settled, until
from tests.ui.map.test_web import colours_of, picture, wait_for_colour

_COLOUR = "#336699"


def _png() -> bytes:
    tile = QImage(256, 256, QImage.Format.Format_RGB32)
    tile.fill(QColor(_COLOUR))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    tile.save(buffer, "PNG")  # type: ignore[call-overload] # the stub wants bytes, Qt a text
    return bytes(buffer.data().data())


class TileServer(http.server.ThreadingHTTPServer):
    """Returns one picture for each tile, or what a test wants instead."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, str]] = []
        self.body = _png()
        self.status = 200


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, TileServer)
        server.asked.append((self.path, self.headers["User-Agent"]))
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(server.body)))
        self.send_header("Cache-Control", "max-age=86400")
        self.end_headers()
        self.wfile.write(server.body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server(qapp: QApplication) -> Iterator[TileServer]:
    made = TileServer()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def view_of(server: TileServer, cache: Path | None = None) -> MapView:
    address = f"http://127.0.0.1:{server.server_address[1]}/t/{{z}}/{{x}}/{{y}}.png"
    return built(MapSetup(tiles_url=address, cache=cache, centre=CENTRE, zoom=15))


def test_tiles_are_shown_named_and_kept(server: TileServer, tmp_path: Path) -> None:
    view = view_of(server, tmp_path / "tiles")
    wait_for_colour(view, view.web.width() // 2 + 40, view.web.height() // 2 + 40, _COLOUR)
    assert view.tools.base.text() == "Bản đồ nền: trực tuyến"
    said = js(view, "document.querySelector('.leaflet-control-attribution').textContent")
    assert said == "© 127.0.0.1"
    assert all(agent.startswith("console1022") for _, agent in server.asked)
    assert all(path.startswith("/t/15/") for path, _ in server.asked)
    loaded = "[].every.call(document.querySelectorAll('img.leaflet-tile'), t => t.complete)"
    until(lambda: js(view, loaded) is True, "some tiles are missing")
    seen = len(server.asked)
    assert view.web.errors == []
    finish(view)
    again = view_of(server, tmp_path / "tiles")
    wait_for_colour(again, again.web.width() // 2 + 40, again.web.height() // 2 + 40, _COLOUR)
    assert len(server.asked) == seen, "tiles kept on disk were asked for again"
    finish(again)


@pytest.mark.parametrize(("status", "body"), [(500, b"no"), (200, b"<script>alert(1)</script>")])
def test_what_is_no_picture_leaves_names_and_grid(
    server: TileServer, status: int, body: bytes
) -> None:
    server.status, server.body = status, body
    view = view_of(server)
    until(lambda: server.asked, "no tile was asked for")
    settled(view)
    until(lambda: colours_of(picture(view)) > 10, "the map is blank")
    finish(view)


def test_zooming_fast_aborts_tiles_and_breaks_nothing(server: TileServer) -> None:
    view = view_of(server)
    for zoom in (12, 17, 10, 18, 11, 16, 13, 15):
        view.fly_to(*CENTRE, zoom)
        settled(view)
    wait_for_colour(view, view.web.width() // 2 + 40, view.web.height() // 2 + 40, _COLOUR)
    assert view.engine == "web"
    assert view.deaths == 0
    finish(view)
