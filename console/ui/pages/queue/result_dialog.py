"""**Báo xong**: what the agency did, with photos or a reason for none."""

from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtWidgets import QComboBox, QWidget

from console.domain.requests.commands import ReportResult
from console.domain.text.cleaning import clean
from console.ui.photos.strip import PhotoStrip
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.form_grid import FormGrid

if TYPE_CHECKING:
    from console.services.desk import Desk


class ReportDialog(AskingDialog):
    """Returns a `ReportResult`."""

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
        super().__init__(self.tr("Báo xong"), take, parent)
        self._request_id, self._agency = request_id, agency
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        form = FormGrid()
        self._code = QComboBox()
        for reason in desk.catalogue.reasons_of("resolution"):
            self._code.addItem(reason.text, reason.code)
        form.add_row(self.tr("Kết quả"), self._code)
        self._text = remark_box(self.tr("Nội dung xử lý"), 4)
        form.add_row(self.tr("Nội dung xử lý"), self._text)
        self.strip = PhotoStrip(desk.files, self)
        self.strip.problem.connect(self.say_problem)
        form.add_row(self.tr("Ảnh"), self.strip)
        self._none = QComboBox()
        self._none.addItem(self.tr("(có ảnh)"), "")
        for reason in desk.catalogue.reasons_of("no_photo"):
            self._none.addItem(reason.text, reason.code)
        self.strip.added.connect(lambda: self._none.setCurrentIndex(0))
        form.add_row(self.tr("Lý do không ảnh"), self._none)
        self.body.addWidget(form)
        self.add_verb(self.tr("Báo xong"))
        self.setMinimumWidth(520)
        self._code.setFocus()

    @property
    def _said_text(self) -> str:
        return clean(self._text.toPlainText(), 4000)

    @override
    def problem(self) -> str:
        """Text is required, and a photo or a reason for none; focuses what is missing."""
        if not self._said_text:
            self._text.setFocus()
            return self.tr("Ghi rõ đơn vị đã làm gì.")
        if not self.strip.photos and not self._none.currentData():
            self.strip.setFocus()
            return self.tr("Thêm ít nhất một ảnh, hoặc chọn lý do không có ảnh.")
        return ""

    @override
    def said(self) -> object:
        """The command that reports the result."""
        no_photo = bool(self._none.currentData()) and not self.strip.photos
        return ReportResult(
            request_id=self._request_id,
            agency=self._agency,
            resolution_code=str(self._code.currentData() or ""),
            text=self._said_text,
            photos=self.strip.photos,
            no_photo_reason=self._none.currentText() if no_photo else None,
        )
