"""Photos attached to an agency's step: picked from files or dropped on the dialog, shown small."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from console.ui.photos.loading import load_photo
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import NONE, STRETCH, row_of

if TYPE_CHECKING:
    from console.domain.errors import ConsoleError
    from console.services.ports.files import Files

_THUMB = 72
_MOST_PHOTOS = 10


class PhotoStrip(QWidget):
    """A button and the photos chosen with it.

    Signals:
        added: a photo was stored.
        problem: a sentence that says why one was not; "" removes it.
    """

    added = Signal()
    problem = Signal(str)

    def __init__(self, files: "Files", dialog: QWidget) -> None:
        """Start empty; files dropped on the dialog are taken too."""
        super().__init__()
        self._files = files
        self._photos: list[str] = []
        self.button = Button(self.tr("Thêm ảnh…"))
        self.button.clicked.connect(self._pick)
        self.setFocusProxy(self.button)
        self._strip = row_of(self.button, STRETCH, margins=NONE, gap=6, parent=self)
        dialog.setAcceptDrops(True)
        dialog.installEventFilter(self)

    @property
    def photos(self) -> tuple[str, ...]:
        """sha256 of the photos stored so far."""
        return tuple(self._photos)

    def add(self, path: Path) -> None:
        """Store a photo on another thread; a file that is no photo is refused with a sentence."""
        spawn(self._store(path), self._failed)

    async def _store(self, path: Path) -> None:
        if len(self._photos) >= _MOST_PHOTOS:
            self.problem.emit(self.tr("Nhiều nhất {0} ảnh.").format(_MOST_PHOTOS))
            return
        stored = await asyncio.to_thread(self._files.put, path)
        if stored.sha256 in self._photos:
            return
        self._photos.append(stored.sha256)
        self.added.emit()
        self.problem.emit("")
        where = self._files.path(stored.sha256)
        image = await asyncio.to_thread(load_photo, where, _THUMB) if where else None
        shown = PlainLabel(stored.name if image is None else "")
        if image is not None:
            shown.setPixmap(QPixmap.fromImage(image))
        shown.setAccessibleName(self.tr("Ảnh {0}").format(stored.name))
        self._strip.insertWidget(self._strip.count() - 1, shown)

    def _failed(self, error: "ConsoleError") -> None:
        self.problem.emit(sentence(error))

    def _pick(self) -> None:
        picker = QFileDialog(self, self.tr("Chọn ảnh hiện trường"))
        picker.setFileMode(QFileDialog.FileMode.ExistingFiles)
        picker.setNameFilter(self.tr("Ảnh (*.jpg *.jpeg *.png *.webp)"))
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.filesSelected.connect(self._picked)
        picker.open()

    def _picked(self, files: list[str]) -> None:
        for file in files:
            self.add(Path(file))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files dropped on the dialog."""
        if isinstance(event, QDragEnterEvent) and event.mimeData().hasUrls():
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            for url in event.mimeData().urls():
                if url.isLocalFile():
                    self.add(Path(url.toLocalFile()))
            return True
        return super().eventFilter(watched, event)
