"""The small windows of the inbox: join a request, ask the sender, reject."""

from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from console.domain.catalogue import Reason
from console.domain.request import Request
from console.domain.sms_text import part_count, without_accents
from console.domain.text import clean
from console.ui import formats, words
from console.ui.dialogs.base import HouseDialog
from console.ui.dialogs.steps import ReasonDialog, Taken, remark_box
from console.ui.input_method import commit_typed
from console.ui.presenters.inbox import InboxPresenter
from console.ui.widgets.form_grid import FormGrid
from console.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from console.services.desk import Desk

_TYPING_MS = 250


class JoinDialog(HouseDialog):
    """**Gộp vào…**: the number of a request, shown before anything happens."""

    def __init__(
        self,
        desk: "Desk",
        presenter: InboxPresenter,
        parent: QWidget | None = None,
        *,
        first: str = "",
    ) -> None:
        """Ask for the number.

        Args:
            first: one that the message names or answers, eleven digits.
        """
        super().__init__(self.tr("Gộp vào phản ánh có sẵn"), parent)
        self._desk, self._presenter = desk, presenter
        self._found: UUID | None = None
        form = FormGrid()
        self._number = QLineEdit()
        self._number.setPlaceholderText("26 014 00123 7")
        form.add_row(self.tr("Mã phản ánh"), self._number)
        self.body.addWidget(form)
        self._shown = PlainLabel(tone="muted", wrap=True)
        self._shown.setMinimumHeight(self._shown.fontMetrics().lineSpacing() * 3)
        self.body.addWidget(self._shown)
        self.verb = self.add_buttons(self.tr("Gộp vào"))
        self.verb.setEnabled(False)
        self.verb.clicked.connect(self._submit)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._look)
        self._number.textChanged.connect(self._on_typed)
        self.setMinimumWidth(440)
        self._number.setFocus()
        if first:
            self._number.setText(formats.request_number(first))
            self._number.selectAll()
            self._look()

    @property
    def found_text(self) -> str:
        """What is shown of the number typed: the request, or why there is none."""
        return self._shown.text()

    def _on_typed(self, _text: str) -> None:
        self._found = None
        self.verb.setEnabled(False)
        self._typing.start()

    def _look(self) -> None:
        if self._number.text().strip():
            self._presenter.find(self._number.text(), self._show)

    def _show(self, request: Request | None, missing: str) -> None:
        try:
            self._shown.set_tone("warn" if missing else "text")
            self._shown.setText(missing or (self._about(request) if request else ""))
            self._found = request.id if request else None
            self.verb.setEnabled(self._found is not None)
        except RuntimeError:
            # The window was closed before the answer came.
            return

    def _about(self, request: Request) -> str:
        service = self._desk.catalogue.services.get(request.service_code)
        parts = [
            formats.request_number(request.number),
            service.name if service else request.service_code,
            request.address_string or "",
            words.state(request.state),
        ]
        return " · ".join(p for p in parts if p) + "\n" + request.description[:160]

    def _submit(self) -> None:
        if self._found is not None:
            self.verb.setEnabled(False)
            self._presenter.join(self._found, self.accept, self._refused)

    def _refused(self, text: str) -> None:
        self.verb.setEnabled(True)
        self.say_problem(text)


class AskDialog(HouseDialog):
    """**Hỏi thêm**: what the sender is asked, the way he came."""

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
            to: whom and how, ready to read.
            offered: texts to start with, chosen from a list.
            counted: it goes as SMS: show how many it takes, and offer it without accents.
            price: of one SMS in đồng, 0 = not known.
        """
        self._price = price
        super().__init__(self.tr("Hỏi thêm"), parent)
        self._take = take
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
        self.verb = self.add_buttons(self.tr("Gửi"))
        self.verb.clicked.connect(self._submit)
        self.offered.currentIndexChanged.connect(self._on_offered)
        self.setMinimumWidth(520)
        self._show_count()
        self._text.setFocus()

    @property
    def count_text(self) -> str:
        """How many SMS it takes, in words."""
        return self._count.text()

    def _on_offered(self, _at: int) -> None:
        if text := self.offered.currentData():
            self._text.setPlainText(str(text))

    def _said(self) -> str:
        text = clean(self._text.toPlainText(), 2000)
        return without_accents(text) if self.plain.isChecked() else text

    def _show_count(self) -> None:
        said = self._said()
        parts = part_count(said) if said else 0
        told = self.tr("{0} ký tự, {1} tin SMS").format(len(said), parts)
        self._count.setText(
            f"{told} · {formats.dong(parts * self._price)}" if self._price else told
        )

    def set_text(self, text: str) -> None:
        """Put a text into the field."""
        self._text.setPlainText(text)

    def _submit(self) -> None:
        commit_typed()
        text = self._said()
        self.say_problem("" if text else self.tr("Viết điều cần hỏi."))
        if text:
            self.verb.setEnabled(False)
            self._take(text, self.accept, self._refused)

    def _refused(self, text: str) -> None:
        self.verb.setEnabled(True)
        self.say_problem(text)


class RejectDialog(ReasonDialog):
    """**Từ chối**. Says (reason, whether the sender is told)."""

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
        """Whether to answer."""
        self._reply.setText(self.tr("Báo lý do cho người gửi"))
        self._reply.setChecked(True)
        self.form.add_remark(self._reply)

    @override
    def said(self) -> object:
        """(reason, reply)."""
        return self.reason_text(), self._reply.isChecked()
