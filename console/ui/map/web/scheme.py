"""The `app://` scheme: what the map page may read, and nothing else.

Every answer is looked up in a table made beforehand, so no path in an address reaches the file
system. Only `register_scheme` imports WebEngine.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice

from console.map.resources import PAGE_ASSETS

SCHEME = b"app"

_MIME = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}

type Answer = tuple[str, bytes]
"""MIME type and body."""


def register_scheme() -> None:
    """Register `app://` with WebEngine; calling it again is harmless.

    It must come before the first WebEngine profile, but may come after QApplication (tried with
    6.12). So the map calls it when it is built, and the program's start does not wait for it.
    """
    from PySide6.QtWebEngineCore import QWebEngineUrlScheme

    if QWebEngineUrlScheme.schemeByName(SCHEME).name() == SCHEME:
        return
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class Answers:
    """The answer for each path under `app://console/`: assets, the page, current data, tiles."""

    def __init__(self, assets: Path = PAGE_ASSETS) -> None:
        """List the asset folder once; files outside it cannot be named."""
        self._files = {
            f"assets/{file.relative_to(assets).as_posix()}": file
            for file in sorted(assets.rglob("*"))
            if file.suffix in _MIME and file.is_file() and not file.is_symlink()
        }
        self._fixed: dict[str, Answer] = {}
        self._made: dict[str, Callable[[], Answer]] = {}
        self.tile: Callable[[int, int, int], Answer | None] | None = None

    def put(self, path: str, mime: str, body: bytes) -> None:
        """Serve this body under a path."""
        self._fixed[path] = (mime, body)

    def put_lazily(self, path: str, mime: str, body: Callable[[], bytes]) -> None:
        """Serve what `body` returns each time it is asked for."""
        self._made[path] = lambda: (mime, body())

    def find(self, path: str) -> Answer | None:
        """The answer for a path without its leading slash; None = not found."""
        if path in self._fixed:
            return self._fixed[path]
        if path in self._made:
            try:
                return self._made[path]()
            except OSError:
                return None
        if path == "qwebchannel.js":
            return "text/javascript", web_channel_script()
        if file := self._files.get(path):
            try:
                return _MIME[file.suffix], file.read_bytes()
            except OSError:
                return None
        return self._tile(path)

    def _tile(self, path: str) -> Answer | None:
        where = tile_of(path)
        if self.tile is None or where is None:
            return None
        found = self.tile(*where)
        shapes = path.endswith(".mvt")
        # A place without shapes is no error: an empty tile is a tile, and the grid shows through.
        return found or (("application/vnd.mapbox-vector-tile", b"") if shapes else None)


def tile_of(path: str) -> tuple[int, int, int] | None:
    """z, x, y of `tiles/12/3262/1924.png` or `.mvt`; None for any other path."""
    parts = path.removesuffix(".png").removesuffix(".mvt").split("/")
    if len(parts) != 4 or parts[0] != "tiles":
        return None
    if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts[1:]):
        return None
    return int(parts[1]), int(parts[2]), int(parts[3])


def web_channel_script() -> bytes:
    """Qt's own qwebchannel.js; pages of another scheme may not load it from `qrc:` themselves."""
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError("qwebchannel.js")
    return bytes(file.readAll().data())
