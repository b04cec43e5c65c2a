"""The small windows of the agency's steps: refuse, extend, reopen, forward. Each asks, and hands
what was said to whoever opened it; it stays open until the step is on disk.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, override

from PySide6.QtCore import QCoreApplication, QDateTime, QTimeZone
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QPlainTextEdit, QWidget

from console.domain.catalogue import Agency, Reason
from console.domain.text import clean
from console.domain.zone import CITY
from console.ui.dialogs.base import HouseDialog
from console.ui.input_method import commit_typed
from console.ui.search import Choice
from console.ui.widgets.form_grid import FormGrid
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.search_combo import SearchCombo

_CITY_ZONE = QTimeZone(b"Asia/Ho_Chi_Minh")
_REMARK_LINES = 3


class Taken(Protocol):
    """What a dialog calls with the outcome: `done` closes it, `refused` shows the sentence."""

    def __call__(
        self, said: object, done: Callable[[], None], refused: Callable[[str], None]
    ) -> None:
        """Try the step."""


def remark_box(name: str, lines: int = _REMARK_LINES) -> QPlainTextEdit:
    """A box of a few lines; Tab leaves it."""
    box = QPlainTextEdit()
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    box.setFixedHeight(box.fontMetrics().lineSpacing() * lines + 18)
    return box


def agency_combo(agencies: tuple[Agency, ...]) -> SearchCombo:
    """Agencies, found by a few letters."""
    combo = SearchCombo()
    combo.set_choices([Choice(a.code, a.name, a.short_name) for a in agencies])
    return combo


class ReasonDialog(HouseDialog):
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
        super().__init__(title, parent)
        self._take = take
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
        self.verb = self.add_buttons(verb or title)
        self.verb.clicked.connect(self._submit)
        self.setMinimumWidth(460)
        self._reason.setFocus()

    def add_fields(self) -> None:
        """More fields between reason and remark; for the classes below."""

    def reason_text(self) -> str:
        """The reason in words, with what was added."""
        listed = self._reason.currentText() if self._reason.count() else ""
        remark = clean(self._remark.toPlainText(), 1000)
        return ": ".join(p for p in (listed, remark) if p)

    def said(self) -> object:
        """What `take` gets."""
        return self.reason_text()

    def problem(self) -> str:
        """What is still missing; "" when nothing is."""
        return "" if self.reason_text() else self.tr("Cần nêu lý do.")

    def _submit(self) -> None:
        commit_typed()
        wrong = self.problem()
        self.say_problem(wrong)
        if not wrong:
            self.verb.setEnabled(False)
            self._take(self.said(), self.accept, self._refused)

    def _refused(self, text: str) -> None:
        self.verb.setEnabled(True)
        self.say_problem(text)


class RefuseDialog(ReasonDialog):
    """Send back, maybe with a better address. Says (reason, agency code or None)."""

    def __init__(
        self,
        about: str,
        reasons: tuple[Reason, ...],
        agencies: tuple[Agency, ...],
        take: Taken,
        parent: QWidget | None = None,
    ) -> None:
        """Ask."""
        self._agencies = agencies
        self._suggested: SearchCombo | None = None
        title = QCoreApplication.translate("RefuseDialog", "Trả lại")
        super().__init__(title, about, reasons, take, parent)

    @override
    def add_fields(self) -> None:
        """The agency that should have it."""
        self._suggested = agency_combo(self._agencies)
        self._suggested.unmatched.connect(self.say_problem)
        self.form.add_row(self.tr("Đề nghị chuyển"), self._suggested)

    @override
    def problem(self) -> str:
        """A reason, and no agency that the list does not know."""
        astray = self._suggested.stray_sentence() if self._suggested else ""
        return super().problem() or astray

    def suggest(self, agency: str) -> None:
        """Name the agency that should have it."""
        if self._suggested is not None:
            self._suggested.set_code(agency)

    @override
    def said(self) -> object:
        """(reason, agency code or None)."""
        return self.reason_text(), self._suggested.code() if self._suggested else None


class ExtendDialog(ReasonDialog):
    """A later date. Says (reason, aware instant)."""

    def __init__(
        self,
        about: str,
        reasons: tuple[Reason, ...],
        until: datetime,
        take: Taken,
        parent: QWidget | None = None,
        *,
        grant: bool = False,
    ) -> None:
        """Ask.

        Args:
            until: the date offered first.
            grant: a supervisor grants what was asked for.
        """
        self._until = until
        self._date = QDateTimeEdit()
        title = QCoreApplication.translate("ExtendDialog", "Gia hạn")
        verb = QCoreApplication.translate("ExtendDialog", "Duyệt gia hạn") if grant else title
        super().__init__(title, about, reasons, take, parent, verb=verb)

    @override
    def add_fields(self) -> None:
        """The new date."""
        self._date.setCalendarPopup(True)
        self._date.setDisplayFormat("HH:mm dd/MM/yyyy")
        self._date.setTimeZone(_CITY_ZONE)
        start = self._until + timedelta(minutes=1)
        self._date.setDateTime(
            QDateTime.fromSecsSinceEpoch(int(start.timestamp()) // 60 * 60, _CITY_ZONE)
        )
        self.form.add_row(self.tr("Hạn mới"), self._date)

    @property
    def until(self) -> datetime:
        """The date chosen, aware."""
        return datetime.fromtimestamp(self._date.dateTime().toSecsSinceEpoch(), CITY)

    @override
    def said(self) -> object:
        """(reason, aware instant)."""
        return self.reason_text(), self.until


class ForwardDialog(ReasonDialog):
    """Which agency. Says (agency code, remark)."""

    def __init__(
        self,
        about: str,
        agencies: tuple[Agency, ...],
        proposed: str | None,
        why: str,
        take: Taken,
        parent: QWidget | None = None,
    ) -> None:
        """Ask.

        Args:
            proposed: the code that the rules or the refusing agency name.
            why: shown under the field.
        """
        self._combo = agency_combo(agencies)
        self._combo.set_code(proposed)
        self._why = why
        title = QCoreApplication.translate("ForwardDialog", "Chuyển")
        super().__init__(title, about, (), take, parent)
        self._combo.setFocus()

    @override
    def add_fields(self) -> None:
        """The agency and why it is proposed."""
        self.form.add_row(self.tr("Đơn vị xử lý"), self._combo)
        if self._why:
            self.form.add_remark(PlainLabel(self._why, tone="muted", kind="caption", wrap=True))

    def choose(self, agency: str) -> None:
        """Choose this agency."""
        self._combo.set_code(agency)

    @override
    def problem(self) -> str:
        """An agency must be chosen."""
        return "" if self._combo.code() else self.tr("Chọn đơn vị xử lý.")

    @override
    def said(self) -> object:
        """(agency code, remark)."""
        return self._combo.code(), self.reason_text()
