"""Dialogs of the steps on a request: refuse, extend, forward."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QCoreApplication, QDateTime, QTimeZone
from PySide6.QtWidgets import QDateTimeEdit, QWidget

from console.domain.catalogue.catalogue import Agency, Reason
from console.domain.time_zone import CITY
from console.ui.photos.strip import PhotoStrip
from console.ui.text.choice_search import Choice
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import Taken
from console.ui.widgets.dialogs.reason import ReasonDialog
from console.ui.widgets.fields.search_combo import SearchCombo

if TYPE_CHECKING:
    from console.services.ports.files import Files

_CITY_ZONE = QTimeZone(b"Asia/Ho_Chi_Minh")


def agency_combo(agencies: tuple[Agency, ...]) -> SearchCombo:
    """Agencies, found by a few letters."""
    combo = SearchCombo()
    combo.set_choices([Choice(a.code, a.name, a.short_name) for a in agencies])
    return combo


class RefuseDialog(ReasonDialog):
    """Refuses an assignment, perhaps naming a better agency. Returns (reason, agency code or
    None).
    """

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
        """Add the field for the agency that should have it."""
        self._suggested = agency_combo(self._agencies)
        self._suggested.unmatched.connect(self.say_problem)
        self.form.add_row(self.tr("Đề nghị chuyển"), self._suggested)

    def suggest(self, agency: str) -> None:
        """Choose the agency that should have it."""
        if self._suggested is not None:
            self._suggested.set_code(agency)

    @override
    def said(self) -> object:
        """(reason, agency code or None)."""
        return self.reason_text(), self._suggested.code() if self._suggested else None


class ExtendDialog(ReasonDialog):
    """Asks for a later date, with photos of the place. Returns (reason, aware instant, photos)."""

    def __init__(
        self,
        about: str,
        reasons: tuple[Reason, ...],
        until: datetime,
        take: Taken,
        parent: QWidget | None = None,
        *,
        files: "Files | None",
    ) -> None:
        """Ask.

        Args:
            until: the date offered first.
            files: where photos are stored; None if a supervisor grants a request.
        """
        self._until, self._files = until, files
        self._date = QDateTimeEdit()
        self.strip: PhotoStrip | None = None
        title = QCoreApplication.translate("ExtendDialog", "Gia hạn")
        grant = QCoreApplication.translate("ExtendDialog", "Duyệt gia hạn")
        verb = grant if files is None else title
        super().__init__(title, about, reasons, take, parent, verb=verb)

    @override
    def add_fields(self) -> None:
        """Add the new date, and photos if an agency asks."""
        self._date.setCalendarPopup(True)
        self._date.setDisplayFormat("HH:mm dd/MM/yyyy")
        self._date.setTimeZone(_CITY_ZONE)
        start = self._until + timedelta(minutes=1)
        self._date.setDateTime(
            QDateTime.fromSecsSinceEpoch(int(start.timestamp()) // 60 * 60, _CITY_ZONE)
        )
        self.form.add_row(self.tr("Hạn mới"), self._date)
        if self._files is not None:
            self.strip = PhotoStrip(self._files, self)
            self.strip.problem.connect(self.say_problem)
            self.form.add_row(self.tr("Ảnh"), self.strip)

    @property
    def until(self) -> datetime:
        """The date chosen, aware."""
        return datetime.fromtimestamp(self._date.dateTime().toSecsSinceEpoch(), CITY)

    @override
    def said(self) -> object:
        """(reason, aware instant, sha256 of photos)."""
        return self.reason_text(), self.until, self.strip.photos if self.strip else ()


class ForwardDialog(ReasonDialog):
    """Chooses an agency. Returns (agency code, remark)."""

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
            proposed: the code proposed by the rules or by the refusing agency.
            why: reason shown under the field.
        """
        self._combo = agency_combo(agencies)
        self._combo.set_code(proposed)
        self._why = why
        title = QCoreApplication.translate("ForwardDialog", "Chuyển")
        super().__init__(title, about, (), take, parent)
        self._combo.setFocus()

    @override
    def add_fields(self) -> None:
        """Add the agency, and why it is proposed."""
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
