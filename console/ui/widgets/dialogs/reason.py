"""Dialogs that ask for a reason, or for a few lines of text."""

from typing import override

from PySide6.QtWidgets import QComboBox, QWidget

from console.domain.catalogue.catalogue import Reason
from console.domain.errors import RefusedError
from console.domain.requests.decide.checks import DESCRIPTION_LIMIT
from console.domain.text.cleaning import clean
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.form_grid import FormGrid


class ReasonDialog(AskingDialog):
    """A reason from the list, and words of one's own."""

    def __init__(
        self,
        title: str,
        about: str,
        reasons: tuple[Reason, ...],
        take: Taken,
        parent: QWidget | None = None,
        *,
        verb: str = "",
    ) -> None:
        """Ask.

        Args:
            about: which request, ready to read.
            take: gets what `said()` gives.
        """
        super().__init__(title, take, parent)
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        self.form = FormGrid()
        self.body.addWidget(self.form)
        self._reason = QComboBox()
        for reason in reasons:
            self._reason.addItem(reason.text, reason.code)
        if reasons:
            self.form.add_row(self.tr("Lý do"), self._reason)
        self._remark = remark_box(self.tr("Nói rõ thêm"))
        self.add_fields()
        self.form.add_row(self.tr("Nói rõ thêm"), self._remark)
        self.add_verb(verb or title)
        self.setMinimumWidth(460)
        self._reason.setFocus()

    def add_fields(self) -> None:
        """More fields between reason and remark; for the classes below."""

    def reason_text(self) -> str:
        """The reason in words, with what was added."""
        listed = self._reason.currentText() if self._reason.count() else ""
        remark = clean(self._remark.toPlainText(), 1000)
        return ": ".join(p for p in (listed, remark) if p)

    @override
    def said(self) -> object:
        """The reason in words."""
        return self.reason_text()

    @override
    def problem(self) -> str:
        """A reason must be named."""
        return "" if self.reason_text() else self.tr("Cần nêu lý do.")


class WordsDialog(AskingDialog):
    """A few lines: a note, a question to the citizen, what he answered, a reminder. Says the
    text.
    """

    def __init__(
        self,
        title: str,
        about: str,
        hint: str,
        take: Taken,
        parent: QWidget | None = None,
        *,
        proposed: str = "",
        limit: int = DESCRIPTION_LIMIT,
        verb: str = "",
    ) -> None:
        """Ask.

        Args:
            about: which request, ready to read.
            hint: what becomes of the text; "" for nothing.
            proposed: stands there at first, selected: a key replaces it.
            limit: characters.
        """
        super().__init__(title, take, parent)
        self._limit = limit
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        self._text = remark_box(title, 5)
        self._text.setPlainText(proposed)
        self._text.selectAll()
        self.body.addWidget(self._text)
        if hint:
            self.body.addWidget(PlainLabel(hint, tone="muted", kind="caption", wrap=True))
        self.add_verb(verb or self.tr("Lưu"))
        self.setMinimumWidth(460)
        self._text.setFocus()

    @override
    def said(self) -> object:
        """The text."""
        return self._words()

    def _words(self) -> str:
        return clean(self._text.toPlainText(), self._limit + 1)

    @override
    def problem(self) -> str:
        """Something must be written, and not too much."""
        if len(said := self._words()) > self._limit:
            return sentence(RefusedError("text_too_long", limit=self._limit))
        return "" if said else self.tr("Chưa viết gì.")
