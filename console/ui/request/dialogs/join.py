"""The dialog that joins a message or call to an existing request."""

from functools import partial
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.requests.request import Request
from console.ui.request.possible_steps import find
from console.ui.text import formats, words
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.layout.form_grid import FormGrid

if TYPE_CHECKING:
    from console.services.desk import Desk

_TYPING_MS = 250


class JoinDialog(AskingDialog):
    """**Gộp vào…**: asks for the number of a request and shows it before anything happens. Returns
    its id.
    """

    def __init__(
        self, desk: "Desk", take: Taken, parent: QWidget | None = None, *, first: str = ""
    ) -> None:
        """Ask for the number.

        Args:
            take: gets the id of the request.
            first: a likely number, eleven digits.
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
        """The request with the typed number as shown, or why there is none."""
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
            # A window does not grow by itself with its text.
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
