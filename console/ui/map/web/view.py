"""The map in a web page. Besides `page.py` this is the only module that imports WebEngine: import
it when a map is built.

The page may read `app://console/` and nothing else: strict policy, an interceptor that lets only
our schemes pass, a profile that keeps nothing, no windows, no downloads, no permissions.
"""

import itertools
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import override

import shiboken6
from PySide6.QtCore import (
    QEvent,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (  # noqa: TID253 (see above)
    QWebEnginePage,
    QWebEngineProfile,
)
from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: TID253
from PySide6.QtWidgets import QApplication, QWidget

from console.map.display.geojson import (
    assets_json,
    notices_json,
    outlines_json,
    requests_json,
    wards_json,
)
from console.map.display.heat import heat_json, resolution_for
from console.map.display.state import LocationPicked, MapSetup, MapState, Source
from console.map.geography.assets import AssetFile
from console.map.geography.wards import WardTable
from console.map.page.messages import (
    AssetChosen,
    Base,
    Click,
    Config,
    Drawn,
    Drop,
    FromPage,
    Load,
    Measured,
    Near,
    Open,
    PageError,
    Pin,
    Ping,
    PinMoved,
    Ready,
    Ring,
    Theme,
    Tool,
    ToPage,
    Unpin,
    View,
    ViewChanged,
    Wards,
)
from console.map.page.origin import ORIGIN
from console.map.page.process import make_page
from console.map.tiles.basemap import OpenBase
from console.ui.map.printing import sheet
from console.ui.map.web.bridge import Bridge
from console.ui.map.web.online_tiles import OnlineTiles
from console.ui.map.web.page import Handler, Interceptor, Page, harden
from console.ui.map.web.scheme import SCHEME, Answers, register_scheme
from console.ui.map.words import ASSETS_FROM_ZOOM, asset_names
from console.ui.printing.page_output import begin_part, put_in_place

logger = logging.getLogger(__name__)

_page_ids = itertools.count(1)


class WebMap(QWebEngineView):
    """The map page with its state; reports what the person does.

    Attributes:
        picked: LocationPicked.
        opened: id of a request.
        asset_chosen: (kind, code) of an asset.
        measured: the path as a tuple of (lat, long).
        moved: ViewChanged.
        drawn: Drawn, a layer is on the screen.
        ready: the page listens (again after each restart).
        died: the renderer died, and the page was loaded again.
    """

    picked = Signal(object)
    opened = Signal(str)
    asset_chosen = Signal(str, str)
    measured = Signal(object)
    moved = Signal(object)
    drawn = Signal(object)
    ready = Signal()
    died = Signal()

    def __init__(
        self,
        state: MapState,
        setup: MapSetup,
        table: WardTable,
        base: OpenBase | None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the view and load the page; takes 0.3 s."""
        register_scheme()
        super().__init__(parent)
        self._state, self._setup, self._open = state, setup, base
        self._online: OnlineTiles | None = None
        self._base_version = 0
        self._assets = AssetFile(setup.assets)
        self._heat_zoom = -1
        self._answers = Answers()
        self._version = 0
        self.errors: list[str] = []
        self._profile = QWebEngineProfile(self)
        harden(self._profile)
        self._handler = Handler(self._answers, self._profile)
        self._profile.installUrlSchemeHandler(SCHEME, self._handler)
        self._interceptor = Interceptor(self._profile)
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._page = Page(self._profile, self)
        self._page.complained.connect(self._on_complaint)
        self._page.renderProcessTerminated.connect(self._on_renderer_ended)
        self._page.pdfPrintingFinished.connect(self._on_printed)
        self._print_done: Callable[[], None] | None = None
        self.bridge = Bridge(self)
        self.bridge.received.connect(self._on_received)
        self._channel = QWebChannel(self._page)
        self._channel.registerObject("bridge", self.bridge)
        self._page.setWebChannel(self._channel)
        self.setPage(self._page)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName(self.tr("Bản đồ"))
        self._answers.put("data/wards.json", "application/json", wards_json(table))
        for layer, body in (
            ("requests", self._requests),
            ("outlines", self._outlines),
            ("heat", lambda: heat_json(state.points, state.zoom)),
            ("assets", self._assets_in_sight),
            ("notices", lambda: notices_json(state.notices)),
        ):
            self._answers.put_lazily(f"data/{layer}.json", "application/json", body)
        self._take_base(base)
        if (app := QApplication.instance()) is not None:
            app.aboutToQuit.connect(self.dispose)
        self.load_page()

    def tell(self, *messages: ToPage) -> None:
        """Send messages. Before the page listens there is no need: it will get the whole state."""
        self.bridge.tell(messages)

    def ping(self) -> None:
        """Ask the page for an `Ack` of everything sent before."""
        self.tell(Ping())

    def send_points(self) -> None:
        """Let the page fetch the requests of the state."""
        self._load("requests")

    def _load(self, layer: str) -> None:
        # The number only makes the page fetch again. Any address returns the newest data, so an
        # answer that comes late is never outdated or missing.
        self._version += 1
        self.tell(Load(layer, f"{ORIGIN}/data/{layer}.json?n={self._version}"))

    def set_base(self, base: OpenBase | None) -> None:
        """Use another base map, or none; the page shows it at once."""
        self._take_base(base)
        if self.bridge.is_open:
            self.tell(Config(self._base(), self._texts()))

    def _take_base(self, base: OpenBase | None) -> None:
        self._open = base
        self._base_version += 1
        self._answers.tile = base.tiles.tile if base is not None else None
        address = self._setup.tiles_url if base is None else ""
        if address and self._online is None:
            self._online = OnlineTiles(address, self._setup.cache, self)
        self._handler.online = self._online if address else None

    def take_data(self, setup: MapSetup) -> None:
        """Outlines or assets have changed; the page shows them at once."""
        self._setup = setup
        if not self.bridge.is_open:
            return
        if setup.outlines is not None:
            self._load("outlines")
        self.send_assets()

    def _outlines(self) -> bytes:
        path = self._setup.outlines
        if path is None:
            raise FileNotFoundError
        return outlines_json(path)

    def send_notices(self) -> None:
        """Let the page fetch the areas of notices."""
        self._load("notices")

    def send_heat(self) -> None:
        """Let the page fetch the heat map, or remove it."""
        if not self._state.heat:
            self.tell(Drop("heat"))
            return
        self._heat_zoom = resolution_for(self._state.zoom)
        self._load("heat")

    def send_assets(self) -> None:
        """Let the page fetch the visible assets, or remove them where there are too many."""
        if not self._state.asset_kinds or self._state.zoom < ASSETS_FROM_ZOOM:
            self.tell(Drop("assets"))
            return
        self._load("assets")

    def _requests(self) -> bytes:
        return requests_json(self._state.points, datetime.now(UTC), self._setup.describe)

    def _assets_in_sight(self) -> bytes:
        box = self._state.box
        found = self._assets.within(self._state.asset_kinds, box) if box else ()
        return assets_json(found, asset_names())

    def print_to(self, path: str, done: Callable[[str, str], None]) -> None:
        """Print the page; `done` receives the path, and why the file does not exist, or ""."""
        if self._print_done is not None:
            return  # one at a time: Chromium would give the same answer to both
        target = Path(path)
        try:
            part = begin_part(target)
        except OSError as error:
            done(path, error.strerror or str(error))
            return
        self._print_done = partial(self._put_in_place, part, target, done)
        self._page.printToPdf(str(part), sheet())

    def _put_in_place(self, part: Path, target: Path, done: Callable[[str, str], None]) -> None:
        """Chromium empties what it writes to, and reports success even when it failed."""
        try:
            put_in_place(part, target)
        except OSError as error:
            done(str(target), error.strerror or str(error))
        else:
            done(str(target), "")

    @Slot(str, bool)
    def _on_printed(self, _path: str, _well: bool) -> None:
        done, self._print_done = self._print_done, None
        if done is not None:
            done()

    def whole_state(self) -> Iterable[ToPage]:
        """Every message that makes a fresh page show the state."""
        state = self._state
        yield Config(self._base(), self._texts())
        yield Theme(state.theme)
        yield View(*state.centre, state.zoom)
        yield Load("wards", f"{ORIGIN}/data/wards.json")
        if self._setup.outlines is not None:
            yield Load("outlines", f"{ORIGIN}/data/outlines.json")
        yield Wards(state.wards)
        yield near_message(state)
        pin = state.pin
        yield Pin(*pin, pan=False, accuracy_m=state.accuracy_m) if pin else Unpin()
        yield Tool(state.tool, state.measured)
        yield Ring(*state.ring) if state.ring else Ring(None, None)

    @Slot()
    def dispose(self) -> None:
        """Close the page before its profile; in the other order Chromium complains at exit."""
        self.bridge.shut()
        if shiboken6.isValid(self._page):
            self._page.renderProcessTerminated.disconnect(self._on_renderer_ended)
            shiboken6.delete(self._page)

    def load_page(self) -> None:
        """Load a new page, also after the renderer died; it gets the state once it listens."""
        made = make_page(f"p{next(_page_ids)}", self._state.centre, self._state.zoom)
        for path, (mime, text) in made.files.items():
            self._answers.put(path, mime, text.encode())
        self._page.setUrl(QUrl(f"{ORIGIN}/{made.path}"))

    def _base(self) -> Base:
        base, online = self._open, self._handler.online
        if base is None and online is not None:
            url = f"{ORIGIN}/tiles/{{z}}/{{x}}/{{y}}.png"
            return Base("raster", url, 0, 19, f"© {online.host}")
        if base is None:
            return Base()
        kind, end = ("vector", "mvt") if base.vector else ("raster", "png")
        # The number: the page caches tiles, and another file has other tiles.
        url = f"{ORIGIN}/tiles/{{z}}/{{x}}/{{y}}.{end}?n={self._base_version}"
        return Base(kind, url, base.min_zoom, base.max_zoom, base.attribution)

    def _texts(self) -> dict[str, str]:
        return {
            "map": self.tr("Bản đồ. Phím mũi tên dời ghim, Enter đặt ghim ở giữa bản đồ."),
            "pin": self.tr("Vị trí sự cố"),
            "zoom_in": self.tr("Phóng to"),
            "zoom_out": self.tr("Thu nhỏ"),
        }

    @Slot(object)
    def _on_received(self, message: FromPage) -> None:
        match message:
            case Ready():
                self._on_ready()
            case Click():
                self._pick(LocationPicked(message.lat, message.long, "click"))
            case PinMoved():
                source: Source = "drag" if message.source == "drag" else "keyboard"
                self._pick(LocationPicked(message.lat, message.long, source))
            case Open():
                self.opened.emit(message.id)
            case ViewChanged():
                self._on_view(message)
            case AssetChosen():
                self.asset_chosen.emit(message.asset_kind, message.code)
            case Measured():
                self._state.measured = message.path
                self.measured.emit(message.path)
            case Drawn():
                self.drawn.emit(message)
            case PageError():
                self._on_complaint(f"{message.file}:{message.line}: {message.message}")

    def _on_ready(self) -> None:
        self.bridge.tell(self.whole_state())
        self.send_points()
        self.send_notices()
        self.send_heat()
        self.send_assets()
        self.bridge.open()
        self.ready.emit()

    def _on_view(self, message: ViewChanged) -> None:
        state = self._state
        state.centre, state.zoom = (message.lat, message.long), round(message.zoom)
        state.box = (message.south, message.west, message.north, message.east)
        if state.heat and resolution_for(state.zoom) != self._heat_zoom:
            self.send_heat()
        if state.asset_kinds:
            self.send_assets()
        self.moved.emit(message)

    def _pick(self, picked: LocationPicked) -> None:
        self._state.pin, self._state.accuracy_m = (picked.lat, picked.long), None
        self.picked.emit(picked)

    @Slot(str)
    def _on_complaint(self, text: str) -> None:
        self.errors.append(text[:500])
        del self.errors[:-50]
        logger.warning("map page: %s", text[:500])

    @Slot(QWebEnginePage.RenderProcessTerminationStatus, int)
    def _on_renderer_ended(
        self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int
    ) -> None:
        logger.warning("map renderer ended: %s, code %d", status.name, code)
        self.bridge.shut()
        self._on_printed("", False)  # Chromium does not report this, and the next print would wait
        self.died.emit()

    @override
    def event(self, event: QEvent) -> bool:
        # Dropping a file or link on the map must not navigate.
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            event.ignore()
            return True
        return super().event(event)


def near_message(state: MapState) -> Near:
    """The circle of the state, or the message that removes it."""
    near = state.nearby
    if near is None:
        return Near(0, 0, None, ())
    return Near(near.lat, near.long, near.radius_m, near.ids)
