"""**Báo xong**: what the agency did, with photos or a reason for none."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from console.domain.commands import ReportResult
from console.domain.text import clean
from console.ui.dialogs.base import HouseDialog
from console.ui.dialogs.steps import Taken, remark_box
from console.ui.input_method import commit_typed
from console.ui.photos import load_photo
from console.ui.sentences import sentence
from console.ui.tasks import spawn
from console.ui.widgets.button import Button
from console.ui.widgets.form_grid import FormGrid
from console.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from console.domain.errors import ConsoleError
    from console.services.desk import Desk

_THUMB = 72
_MOST_PHOTOS = 10


class ReportDialog(HouseDialog):
    """Hands a `ReportResult` to whoever opened it."""

    def __init__(
        self,
        desk: "Desk",
        request_id: UUID,
        agency: str | None,
        about: str,
        take: Taken,
        parent: QWidget | None = None,
    ) -> None:
        """Ask what was done."""
        super().__init__(self.tr("Báo xong"), parent)
        self._desk, self._request_id, self._agency, self._take = desk, request_id, agency, take
        self._photos: list[str] = []
        self.setAcceptDrops(True)
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        form = FormGrid()
        self._code = QComboBox()
        for reason in desk.catalogue.reasons_of("resolution"):
            self._code.addItem(reason.text, reason.code)
        form.add_row(self.tr("Kết quả"), self._code)
        self._text = remark_box(self.tr("Nội dung xử lý"), 4)
        form.add_row(self.tr("Nội dung xử lý"), self._text)
        self._add = Button(self.tr("Thêm ảnh…"))
        self._add.clicked.connect(self._pick)
        form.add_row(self.tr("Ảnh"), self._photo_row())
        self._none = QComboBox()
        self._none.addItem(self.tr("(có ảnh)"), "")
        for reason in desk.catalogue.reasons_of("no_photo"):
            self._none.addItem(reason.text, reason.code)
        form.add_row(self.tr("Lý do không ảnh"), self._none)
        self.body.addWidget(form)
        self.verb = self.add_buttons(self.tr("Báo xong"))
        self.verb.clicked.connect(self._submit)
        self.setMinimumWidth(520)
        self._code.setFocus()

    @property
    def photos(self) -> tuple[str, ...]:
        """sha256 of the photos stored so far."""
        return tuple(self._photos)

    def add_photo(self, path: Path) -> None:
        """Copy a photo into the store, off the loop; a file that is none is refused in words."""
        spawn(self._store(path), self._photo_failed)

    def _photo_row(self) -> QWidget:
        holder = QWidget()
        self._strip = QHBoxLayout(holder)
        self._strip.setContentsMargins(0, 0, 0, 0)
        self._strip.setSpacing(6)
        self._strip.addWidget(self._add)
        self._strip.addStretch(1)
        return holder

    async def _store(self, path: Path) -> None:
        if len(self._photos) >= _MOST_PHOTOS:
            self.say_problem(self.tr("Nhiều nhất {0} ảnh.").format(_MOST_PHOTOS))
            return
        stored = await asyncio.to_thread(self._desk.files.put, path)
        if stored.sha256 in self._photos:
            return
        self._photos.append(stored.sha256)
        self._none.setCurrentIndex(0)
        self.say_problem("")
        where = self._desk.files.path(stored.sha256)
        image = await asyncio.to_thread(load_photo, where, _THUMB) if where else None
        shown = PlainLabel(stored.name if image is None else "")
        if image is not None:
            shown.setPixmap(QPixmap.fromImage(image))
        shown.setAccessibleName(self.tr("Ảnh {0}").format(stored.name))
        self._strip.insertWidget(self._strip.count() - 1, shown)

    def _photo_failed(self, error: "ConsoleError") -> None:
        self.say_problem(sentence(error))

    def _pick(self) -> None:
        picker = QFileDialog(self, self.tr("Chọn ảnh hiện trường"))
        picker.setFileMode(QFileDialog.FileMode.ExistingFiles)
        picker.setNameFilter(self.tr("Ảnh (*.jpg *.jpeg *.png *.webp)"))
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.filesSelected.connect(self._picked)
        picker.open()

    def _picked(self, files: list[str]) -> None:
        for file in files:
            self.add_photo(Path(file))

    def _submit(self) -> None:
        commit_typed()
        text = clean(self._text.toPlainText(), 4000)
        none = str(self._none.currentData() or "")
        if not text:
            self.say_problem(self.tr("Ghi rõ đơn vị đã làm gì."))
            self._text.setFocus()
            return
        if not self._photos and not none:
            self.say_problem(self.tr("Thêm ít nhất một ảnh, hoặc chọn lý do không có ảnh."))
            self._add.setFocus()
            return
        self.say_problem("")
        self.verb.setEnabled(False)
        command = ReportResult(
            request_id=self._request_id,
            agency=self._agency,
            resolution_code=str(self._code.currentData() or ""),
            text=text,
            photos=self.photos,
            no_photo_reason=self._none.currentText() if none and not self._photos else None,
        )
        self._take(command, self.accept, self._refused)

    def _refused(self, text: str) -> None:
        self.verb.setEnabled(True)
        self.say_problem(text)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.add_photo(Path(url.toLocalFile()))
