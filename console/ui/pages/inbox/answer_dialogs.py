"""The small windows of the inbox: join a request, ask the sender, reject."""

from functools import partial
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from console.domain.catalogue.catalogue import Reason
from console.domain.requests.request import Request
from console.domain.text.cleaning import clean
from console.domain.text.sms import part_count, without_accents
from console.ui.request.dialogs.steps import ReasonDialog, remark_box
from console.ui.request.possible_steps import find
from console.ui.text import formats, words
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.layout.form_grid import FormGrid

if TYPE_CHECKING:
    from console.services.desk import Desk

_TYPING_MS = 250


class JoinDialog(AskingDialog):
    """**Gộp vào…**: the number of a request, shown before anything happens. Says its id."""

    def __init__(
        self, desk: "Desk", take: Taken, parent: QWidget | None = None, *, first: str = ""
    ) -> None:
        """Ask for the number.

        Args:
            take: gets the id of the request.
            first: one that is likely, eleven digits.
        """
        super().__init__(self.tr("Gộp vào phản ánh có sẵn"), take, parent)
        self._desk = desk
        self._found: UUID | None = None
        form = FormGrid()
        self._number = QLineEdit()
        self._number.setPlaceholderText("26 014 00123 7")
        form.add_row(self.tr("Mã phản ánh"), self._number)
        self.body.addWidget(form)
        self._shown = PlainLabel(tone="muted", wrap=True)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._least = self._shown.fontMetrics().lineSpacing() * 3
        self._shown.setMinimumHeight(self._least)
        self.body.addWidget(self._shown)
        self.add_verb(self.tr("Gộp vào"))
        self.verb.setEnabled(False)
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
        if (number := self._number.text()).strip():
            find(self._desk, number, partial(self._show, number))

    def _show(self, number: str, request: Request | None, missing: str) -> None:
        try:
            if number != self._number.text():
                return  # Another one was typed meanwhile.
            self._shown.set_tone("warn" if missing else "text")
            self._shown.setText(missing or (self._about(request) if request else ""))
            # A window does not grow by itself with what is written into it.
            wanted = self._shown.heightForWidth(self._shown.width())
            self._shown.setMinimumHeight(max(self._least, wanted))
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

    @override
    def said(self) -> object:
        """The id of the request."""
        return self._found

    @override
    def problem(self) -> str:
        """A request must have been found."""
        return "" if self._found else self.tr("Gõ mã của phản ánh.")


class AskDialog(AskingDialog):
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
        """How many SMS it takes, in words."""
        return self._count.text()

    def _on_offered(self, _at: int) -> None:
        if text := self.offered.currentData():
            self._text.setPlainText(str(text))

    @override
    def said(self) -> str:
        """The text as it goes out."""
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
        """Put a text into the field."""
        self._text.setPlainText(text)

    @override
    def problem(self) -> str:
        """Something must be asked."""
        return "" if self.said() else self.tr("Viết điều cần hỏi.")


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
