"""Tiles from an address that IT allows (`[map] tiles_url`). Qt fetches them for the page, which
itself may still ask only `app://console/`.
"""

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, QUrl
from PySide6.QtNetwork import (
    QNetworkAccessManager,
    QNetworkDiskCache,
    QNetworkReply,
    QNetworkRequest,
)
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob  # noqa: TID253 (see web_view.py)

from console.map.tiles.mbtiles import picture_mime

logger = logging.getLogger(__name__)

WAIT_MS = 4000
_CACHE_BYTES = 200 * 1024 * 1024
_LARGEST = 2 * 1024 * 1024
_AGENT = "console1022 (hotline console)"


class OnlineTiles(QObject):
    """Fetches image tiles and keeps them on disk.

    Attributes:
        host: where they come from, for the line below the map.
    """

    def __init__(self, address: str, cache: Path | None, parent: QObject | None = None) -> None:
        """Make it; nothing is fetched yet.

        Args:
            address: with {z}, {x} and {y}.
            cache: folder for tiles fetched before, or None.
        """
        super().__init__(parent)
        self._address = address
        self.host = QUrl(self._at(0, 0, 0)).host()
        self._net = QNetworkAccessManager(self)
        self._net.setTransferTimeout(WAIT_MS)
        if cache is not None:
            kept = QNetworkDiskCache(self)
            kept.setCacheDirectory(str(cache))
            kept.setMaximumCacheSize(_CACHE_BYTES)
            self._net.setCache(kept)
        self.failed = 0

    def answer(self, job: QWebEngineUrlRequestJob, z: int, x: int, y: int) -> None:
        """Give a tile to the page when it comes. After four seconds, or when it is no image, tell
        the page that there is none; it shows what lies below.
        """
        request = QNetworkRequest(QUrl(self._at(z, x, y)))
        request.setHeader(QNetworkRequest.KnownHeaders.UserAgentHeader, _AGENT)
        prefer = QNetworkRequest.CacheLoadControl.PreferCache
        request.setAttribute(QNetworkRequest.Attribute.CacheLoadControlAttribute, prefer)
        reply = self._net.get(request)
        waiting = _Waiting(job, reply)
        job.destroyed.connect(waiting.on_job_gone)
        reply.finished.connect(partial(self._on_finished, waiting))

    def _at(self, z: int, x: int, y: int) -> str:
        found = self._address
        for name, value in (("{z}", z), ("{x}", x), ("{y}", y)):
            found = found.replace(name, str(value))
        return found

    def _on_finished(self, waiting: "_Waiting") -> None:
        reply = waiting.reply
        reply.deleteLater()
        if waiting.job is None:
            return
        job, waiting.job = waiting.job, None
        body = bytes(reply.readAll().data()) if reply.bytesAvailable() <= _LARGEST else b""
        mime = picture_mime(body)
        if reply.error() is not QNetworkReply.NetworkError.NoError or mime is None:
            self.failed += 1
            if self.failed <= 5:
                logger.warning("online tile: %s", reply.errorString())
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)
        buffer.setData(body)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(mime.encode(), buffer)


class _Waiting:
    """A job and the reply it waits for. When the job goes first, nothing may touch it again: inside
    `destroyed`, Qt's own answer to whether it still exists comes too late.
    """

    def __init__(self, job: QWebEngineUrlRequestJob, reply: QNetworkReply) -> None:
        self.job: QWebEngineUrlRequestJob | None = job
        self.reply = reply

    def on_job_gone(self) -> None:
        """The page no longer wants it. Forget first, then abort: abort finishes at once."""
        if self.job is not None:
            self.job = None
            self.reply.abort()
