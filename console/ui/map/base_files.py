"""The map files of this seat: opens the base map, and watches outlines and assets, so that new data
shows without a restart.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from console.domain.errors import InputError
from console.map.display.state import MapSetup
from console.map.tiles.basemap import OpenBase, open_base

logger = logging.getLogger(__name__)

QUIET_MS = 400
"""A file being copied changes many times; it is read once it stops changing."""

type _Mark = tuple[Path, int, int, int] | None


class BaseFiles(QObject):
    """Opens the first base map that works, and emits a signal when that is another one.

    Signals:
        switched: `base` has changed, maybe to None.
        data_changed: ward outlines or assets were added or replaced.

    Attributes:
        base: the open base map; None without one.
        path: its file.
    """

    switched = Signal()
    data_changed = Signal()

    def __init__(self, setup: MapSetup, parent: QObject | None = None) -> None:
        """Open what is there, and watch for more."""
        super().__init__(parent)
        self._find: Callable[[], Path | None] = setup.find_base or (lambda: setup.basemap)
        self._online = bool(setup.tiles_url)
        self._outlines = _mark(setup.outlines) is not None
        self.base: OpenBase | None = None
        self.path: Path | None = None
        self._mark: _Mark = None
        self._data = (setup.outlines, setup.assets)
        self._data_marks = [_mark(each) for each in self._data]
        self._take()
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self._on_changed)
        folders = [setup.folder, setup.basemap.parent if setup.basemap else None]
        for folder in dict.fromkeys(str(each) for each in folders if each and each.is_dir()):
            self._watcher.addPath(folder)

    def look(self) -> None:
        """Check whether the base map or the other data has changed."""
        marks = [_mark(each) for each in self._data]
        if marks != self._data_marks:
            self._data_marks = marks
            self._outlines = marks[0] is not None
            self.data_changed.emit()
        mark = _mark(self._find())
        if mark == self._mark:
            return
        old = self.base
        self._take()
        self.switched.emit()
        if old is not None:
            old.tiles.close()

    def text(self) -> str:
        """One line about the base map; the painted map fetches nothing from the internet."""
        if self.base is not None:
            return self.tr("Bản đồ nền: tệp trên máy")  # the attribution is on the map
        if self._online:
            return self.tr("Bản đồ nền: trực tuyến")
        if self._outlines:
            return self.tr("Chưa có bản đồ nền: chỉ có ranh phường, tên phường và lưới tọa độ")
        return self.tr("Chưa có bản đồ nền: chỉ có tên phường và lưới tọa độ")

    def no_online(self) -> None:
        """The painted map has taken over."""
        self._online = False

    def close(self) -> None:
        """Release the file."""
        self._quiet.stop()
        self._watcher.directoryChanged.disconnect(self._on_changed)
        if self.base is not None:
            self.base.tiles.close()

    def _on_changed(self, _folder: str) -> None:
        self._quiet.start()

    def _take(self) -> None:
        path = self._find()
        self._mark = _mark(path)
        self.base, self.path = None, None
        if path is None:
            return
        try:
            self.base, self.path = open_base(path), path
        except InputError as error:
            logger.warning("base map: %s", error)


def _mark(path: Path | None) -> _Mark:
    """What distinguishes a file from another one of the same name; None without a file."""
    try:
        if path is None:
            return None
        found = path.stat()
    except OSError:
        return None
    return path, found.st_ino, found.st_mtime_ns, found.st_size
