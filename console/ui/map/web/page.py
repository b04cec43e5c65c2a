"""The page's surroundings: a profile that keeps nothing, a scheme that answers from a table, no way
out. Only `view.py` imports it.
"""

from typing import override

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl, Signal
from PySide6.QtWebEngineCore import (  # noqa: TID253 (see web_view.py)
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
from PySide6.QtWidgets import QWidget

from console.map.page.origin import POLICY
from console.ui.map.web.online_tiles import OnlineTiles
from console.ui.map.web.scheme import Answer, Answers, tile_of

_PASSING = frozenset({"app", "qrc", "data", "blob"})


def harden(profile: QWebEngineProfile) -> None:
    """Keep nothing, load nothing, run nothing but the page's own scripts."""
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


class Interceptor(QWebEngineUrlRequestInterceptor):
    """Blocks every request that is not for our own schemes, even if the policy let it through."""

    def __init__(self, parent: QWebEngineProfile) -> None:
        """Nothing has been blocked yet."""
        super().__init__(parent)
        self.stopped = 0

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in _PASSING:
            self.stopped += 1
            info.block(True)


class Handler(QWebEngineUrlSchemeHandler):
    """Answers `app://console/…` from the table, with the policy on every answer."""

    def __init__(self, answers: Answers, parent: QWebEngineProfile) -> None:
        """Answer from this table."""
        super().__init__(parent)
        self._answers = answers
        self.online: OnlineTiles | None = None

    @override
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        found: Answer | None = None
        if job.requestMethod() == b"GET" and url.host() == "console":
            where = tile_of(url.path().removeprefix("/"))
            if where is not None and self.online is not None:
                self.online.answer(job, *where)
                return
            found = self._answers.find(url.path().removeprefix("/"))
        if found is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        mime, body = found
        # A list of values: with a plain string, as the stub wants it, each letter becomes a header.
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


class Page(QWebEnginePage):
    """A page that goes nowhere else, opens nothing and grants nothing."""

    complained = Signal(str)

    def __init__(self, profile: QWebEngineProfile, parent: QWidget) -> None:
        """Make a page of this profile."""
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
