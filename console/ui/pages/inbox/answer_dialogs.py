"""Dialogs that answer a message: ask the sender, or reject."""

from typing import override

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from console.domain.catalogue.catalogue import Reason
from console.domain.text.cleaning import clean
from console.domain.text.sms import part_count, without_accents
from console.ui.text import formats
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.dialogs.reason import ReasonDialog
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.form_grid import FormGrid


class AskDialog(AskingDialog):
    """**Hỏi thêm**: a question to the sender, on the channel of the message."""

    def __init__(
        self,
        to: str,
        offered: tuple[str, ...],
        take: Taken,
        parent: QWidget | None = None,
        *,
        counted: bool = False,
        price: int = 0,
    ) -> None:
        """Ask.

        Args:
            to: recipient and channel, as shown.
            offered: templates to choose from.
            counted: it goes as SMS: show the number of parts, and offer to drop the accents.
            price: of one SMS in đồng, 0 = unknown.
        """
        self._price = price
        super().__init__(self.tr("Hỏi thêm"), take, parent)
        self.body.addWidget(PlainLabel(to, tone="muted", wrap=True))
        self.offered = QComboBox()
        self.offered.addItem(self.tr("Tự viết"), "")
        for text in offered:
            self.offered.addItem(text, text)
        self.offered.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._text = remark_box(self.tr("Nội dung hỏi"), 5)
        form = FormGrid()
        if offered:
            form.add_row(self.tr("Mẫu câu"), self.offered)
        form.add_row(self.tr("Nội dung hỏi"), self._text)
        self.plain = QCheckBox(self.tr("Gửi không dấu"))
        self._count = PlainLabel("", tone="muted")
        if counted:
            form.add_remark(self.plain)
            form.add_remark(self._count)
            self.plain.toggled.connect(lambda _on: self._show_count())
            self._text.textChanged.connect(self._show_count)
        self.body.addWidget(form)
        self.add_verb(self.tr("Gửi"))
        self.offered.currentIndexChanged.connect(self._on_offered)
        self.setMinimumWidth(520)
        self._show_count()
        self._text.setFocus()

    @property
    def count_text(self) -> str:
        """The number of SMS parts, in words."""
        return self._count.text()

    def _on_offered(self, _at: int) -> None:
        if text := self.offered.currentData():
            self._text.setPlainText(str(text))

    @override
    def said(self) -> str:
        """The text as it will be sent."""
        text = clean(self._text.toPlainText(), 2000)
        return without_accents(text) if self.plain.isChecked() else text

    def _show_count(self) -> None:
        said = self.said()
        parts = part_count(said) if said else 0
        told = self.tr("{0} ký tự, {1} tin SMS").format(len(said), parts)
        self._count.setText(
            f"{told} · {formats.dong(parts * self._price)}" if self._price else told
        )

    def set_text(self, text: str) -> None:
        """Set the text."""
        self._text.setPlainText(text)

    @override
    def problem(self) -> str:
        """The question must not be empty."""
        return "" if self.said() else self.tr("Viết điều cần hỏi.")


class RejectDialog(ReasonDialog):
    """**Từ chối**. Returns (reason, whether the sender is told)."""

    def __init__(
        self,
        title: str,
        about: str,
        reasons: tuple[Reason, ...],
        take: Taken,
        parent: QWidget | None = None,
    ) -> None:
        """Ask."""
        self._reply = QCheckBox()
        super().__init__(title, about, reasons, take, parent)

    @override
    def add_fields(self) -> None:
        """Add the choice whether to tell the sender."""
        self._reply.setText(self.tr("Báo lý do cho người gửi"))
        self._reply.setChecked(True)
        self.form.add_remark(self._reply)

    @override
    def said(self) -> object:
        """(reason, reply)."""
        return self.reason_text(), self._reply.isChecked()
