"""The map in a web page. The only module that imports WebEngine; import it when a map is built.

The page may read `app://console/` and nothing else: strict policy, an interceptor that lets only
our schemes pass, a profile that keeps nothing, no windows, no downloads, no permissions.
"""

import itertools
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import override

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, Qt, QUrl, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (  # noqa: TID253 (see above)
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: TID253
from PySide6.QtWidgets import QApplication, QWidget

from console.map.layers import outlines_json, requests_json, wards_json
from console.map.messages import (
    Base,
    Click,
    Config,
    Drawn,
    FromPage,
    Load,
    Near,
    Open,
    PageError,
    Pin,
    Ping,
    PinMoved,
    Ready,
    Theme,
    ToPage,
    Unpin,
    View,
    ViewChanged,
    Wards,
)
from console.map.resources import ORIGIN, POLICY
from console.map.state import LocationPicked, MapSetup, MapState, Source
from console.map.tiles import MbTiles
from console.map.wards import WardTable
from console.ui.map.bridge import Bridge
from console.ui.map.scheme import SCHEME, Answer, Answers, register_scheme

logger = logging.getLogger(__name__)

_PASSING = frozenset({"app", "qrc", "data", "blob"})
_page_ids = itertools.count(1)


class WebMap(QWebEngineView):
    """The map page with its state; says what the person does.

    Attributes:
        picked: LocationPicked.
        opened: id of a request.
        moved: ViewChanged.
        drawn: Drawn, a layer is on the screen.
        ready: the page listens (again after each restart).
        died: the renderer died and the page was loaded again.
    """

    picked = Signal(object)
    opened = Signal(str)
    moved = Signal(object)
    drawn = Signal(object)
    ready = Signal()
    died = Signal()

    def __init__(
        self,
        state: MapState,
        setup: MapSetup,
        table: WardTable,
        tiles: MbTiles | None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the view and load the page; takes 0.3 s."""
        register_scheme()
        super().__init__(parent)
        self._state, self._setup, self._tiles = state, setup, tiles
        self._answers = Answers()
        self._version = 0
        self.errors: list[str] = []
        self._profile = QWebEngineProfile(self)
        _harden(self._profile)
        self._handler = _Handler(self._answers, self._profile)
        self._profile.installUrlSchemeHandler(SCHEME, self._handler)
        self._interceptor = _Interceptor(self._profile)
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._page = _Page(self._profile, self)
        self._page.complained.connect(self._on_complaint)
        self._page.renderProcessTerminated.connect(self._on_renderer_ended)
        self.bridge = Bridge(self)
        self.bridge.received.connect(self._on_received)
        self._channel = QWebChannel(self._page)
        self._channel.registerObject("bridge", self.bridge)
        self._page.setWebChannel(self._channel)
        self.setPage(self._page)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName(self.tr("Bản đồ"))
        wards = wards_json(table)
        self._answers.put("data/wards.json", "application/json", wards)
        self._answers.put_lazily("data/requests.json", "application/json", self._requests)
        if setup.outlines is not None:
            path = setup.outlines
            self._answers.put_lazily(
                "data/outlines.json", "application/json", lambda: outlines_json(path)
            )
        if tiles is not None:
            self._answers.tile = tiles.tile
        app = QApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.dispose)
        self._load_page()

    # --- what the owner says

    def tell(self, *messages: ToPage) -> None:
        """Send messages; before the page listens they are not needed, it gets the whole state."""
        self.bridge.tell(messages)

    def ping(self) -> None:
        """Ask the page for an `Ack` after all that was said before."""
        self.tell(Ping())

    def send_points(self) -> None:
        """Let the page fetch the requests of the state."""
        # The number only tells the page that it must fetch again: any address gives the newest
        # requests, so that an answer that comes late is never an old one, or none.
        self._version += 1
        self.tell(Load("requests", f"{ORIGIN}/data/requests.json?n={self._version}"))

    def _requests(self) -> bytes:
        return requests_json(self._state.points, datetime.now(UTC), self._setup.describe)

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
        yield Pin(*state.pin, pan=False) if state.pin else Unpin()

    @Slot()
    def dispose(self) -> None:
        """Let the page go before its profile; the other way round Chromium complains at exit."""
        self.bridge.shut()
        if shiboken6.isValid(self._page):
            self._page.renderProcessTerminated.disconnect(self._on_renderer_ended)
            shiboken6.delete(self._page)

    # --- the page

    def _load_page(self) -> None:
        from console.map.page import build_page  # noqa: PLC0415 (folium; warmed by MapView)

        page = build_page(f"p{next(_page_ids)}", self._state.centre, self._state.zoom)
        for path, (mime, text) in page.files.items():
            self._answers.put(path, mime, text.encode())
        self._page.setUrl(QUrl(f"{ORIGIN}/{page.path}"))

    def _base(self) -> Base:
        if self._tiles is None:
            return Base()
        info = self._tiles.info
        url = f"{ORIGIN}/tiles/{{z}}/{{x}}/{{y}}.png"
        return Base("raster", url, info.min_zoom, info.max_zoom, info.attribution)

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
                self.bridge.tell(self.whole_state())
                self.send_points()
                self.bridge.open()
                self.ready.emit()
            case Click():
                self._pick(LocationPicked(message.lat, message.long, "click"))
            case PinMoved():
                source: Source = "drag" if message.source == "drag" else "keyboard"
                self._pick(LocationPicked(message.lat, message.long, source))
            case Open():
                self.opened.emit(message.id)
            case ViewChanged():
                self._state.centre = (message.lat, message.long)
                self._state.zoom = round(message.zoom)
                self.moved.emit(message)
            case Drawn():
                self.drawn.emit(message)
            case PageError():
                self._on_complaint(f"{message.file}:{message.line}: {message.message}")
            case _:
                pass

    def _pick(self, picked: LocationPicked) -> None:
        self._state.pin = (picked.lat, picked.long)
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
        self.died.emit()

    def restart(self) -> None:
        """Load a new page after the renderer died; it gets the state when it listens."""
        self._load_page()

    @override
    def event(self, event: QEvent) -> bool:
        # A drop of a file or link on the map must not navigate.
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            event.ignore()
            return True
        return super().event(event)


def near_message(state: MapState) -> Near:
    """The circle of the state, or the message that takes it away."""
    near = state.nearby
    if near is None:
        return Near(0, 0, None, ())
    return Near(near.lat, near.long, near.radius_m, near.ids)


def _harden(profile: QWebEngineProfile) -> None:
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(
        QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
    )
    profile.downloadRequested.connect(_refuse_download)
    settings = profile.settings()
    attribute = QWebEngineSettings.WebAttribute
    for off in (
        attribute.LocalStorageEnabled,
        attribute.PluginsEnabled,
        attribute.PdfViewerEnabled,
        attribute.JavascriptCanOpenWindows,
        attribute.JavascriptCanAccessClipboard,
        attribute.JavascriptCanPaste,
        attribute.LocalContentCanAccessFileUrls,
        attribute.LocalContentCanAccessRemoteUrls,
        attribute.HyperlinkAuditingEnabled,
        attribute.ErrorPageEnabled,
        attribute.FullScreenSupportEnabled,
        attribute.ScreenCaptureEnabled,
        attribute.AutoLoadIconsForPage,
        attribute.NavigateOnDropEnabled,
        attribute.DnsPrefetchEnabled,
        attribute.WebGLEnabled,
        attribute.AllowRunningInsecureContent,
    ):
        settings.setAttribute(off, False)


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()


class _Interceptor(QWebEngineUrlRequestInterceptor):
    """Stops every request that is not for our own schemes, whatever the policy let through."""

    def __init__(self, parent: QWebEngineProfile) -> None:
        super().__init__(parent)
        self.stopped = 0

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in _PASSING:
            self.stopped += 1
            info.block(True)


class _Handler(QWebEngineUrlSchemeHandler):
    """Answers `app://console/…` from the table, with the policy on every answer."""

    def __init__(self, answers: Answers, parent: QWebEngineProfile) -> None:
        super().__init__(parent)
        self._answers = answers

    @override
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        found: Answer | None = None
        if job.requestMethod() == b"GET" and url.host() == "console":
            found = self._answers.find(url.path().removeprefix("/"))
        if found is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        mime, body = found
        # A list of values: with the plain value, as the stub says, each letter becomes a header.
        job.setAdditionalResponseHeaders(
            {
                QByteArray(b"Content-Security-Policy"): [QByteArray(POLICY.encode())],  # type: ignore[dict-item]
                QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")],  # type: ignore[dict-item]
                QByteArray(b"Cache-Control"): [QByteArray(b"no-store")],  # type: ignore[dict-item]
            }
        )
        buffer = QBuffer(job)
        buffer.setData(body)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(mime.encode(), buffer)


class _Page(QWebEnginePage):
    """Goes nowhere else, opens nothing, grants nothing."""

    complained = Signal(str)

    def __init__(self, profile: QWebEngineProfile, parent: QWidget) -> None:
        super().__init__(profile, parent)
        self.permissionRequested.connect(_deny)

    @override
    def acceptNavigationRequest(
        self,
        url: QUrl | str,
        type: QWebEnginePage.NavigationType,
        isMainFrame: bool,
    ) -> bool:
        address = QUrl(url)
        return isMainFrame and address.scheme() == "app" and address.host() == "console"

    @override
    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return None  # type: ignore[return-value] # Qt takes None as "no window"

    @override
    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,
        sourceID: str,
    ) -> None:
        self.complained.emit(f"{sourceID}:{lineNumber}: {message}")


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()
