"""Choice of a period: the city's own months, common spans, or two times typed in."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QWidget

from console.domain.reports import figures
from console.domain.time_zone import CITY
from console.ui.widgets.basic.plain_label import PlainLabel

MONTHS = 14
OWN = "own"


class PeriodBox(QWidget):
    """Emits `chosen` with two aware instants.

    Signals:
        chosen: (since, until).
    """

    chosen = Signal(object)

    def __init__(self, now: datetime, parent: QWidget | None = None) -> None:
        """Start with the city's current month; nothing is emitted yet."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._before: int | None = None
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Kỳ báo cáo"))
        self.box.setMaxVisibleItems(24)
        self.since, self.until = date_edit(self.tr("Từ lúc")), date_edit(self.tr("Đến trước"))
        self._fill(now)
        row.addWidget(self.box)
        self._own = (
            PlainLabel(self.tr("từ"), tone="muted"),
            self.since,
            PlainLabel(self.tr("đến trước"), tone="muted"),
            self.until,
        )
        for widget in self._own:
            row.addWidget(widget)
            widget.setVisible(False)
        self.box.currentIndexChanged.connect(lambda _at: self._on_choice())
        for edit in (self.since, self.until):
            edit.editingFinished.connect(self._on_typed)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """The period chosen now."""
        data = self.box.currentData()
        if data != OWN:
            return (data[0], data[1])
        return said_time(self.since), said_time(self.until)

    def choose_ahead(self, most: timedelta) -> None:
        """Choose the coming days, unless the period is already short enough."""
        since, until = self.period
        if until - since > most:
            self._before = self.box.currentIndex()
            self.box.setCurrentIndex(self.box.findText(self.tr("7 ngày tới")))

    def choose_back(self) -> None:
        """Return to what `choose_ahead` replaced, unless the person chose something else since."""
        if self._before is not None and self.box.currentText() == self.tr("7 ngày tới"):
            self.box.setCurrentIndex(self._before)
        self._before = None

    def _fill(self, now: datetime) -> None:
        month = figures.city_month_of(now)
        with QSignalBlocker(self.box):
            for n in range(MONTHS):
                local = month.until.astimezone(CITY)
                name = self.tr("Kỳ {0:02d}/{1} (25 12:00)").format(local.month, local.year)
                if not n:
                    name = self.tr("Kỳ này, {0:02d}/{1}").format(local.month, local.year)
                self.box.addItem(name, (month.since, month.until))
                month = month.before()
            day = now.astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
            first, beginning = day.replace(day=1), day.replace(year=2013, month=4, day=1)
            for name, since, until in (
                (self.tr("Hôm nay"), day, day + timedelta(days=1)),
                (self.tr("Hôm qua"), day - timedelta(days=1), day),
                (self.tr("7 ngày qua"), day - timedelta(days=6), day + timedelta(days=1)),
                (self.tr("Tháng này"), first, day + timedelta(days=1)),
                (self.tr("Năm nay"), first.replace(month=1), day + timedelta(days=1)),
                (self.tr("Từ đầu"), beginning, day + timedelta(days=1)),
                (self.tr("Ngày mai"), day + timedelta(days=1), day + timedelta(days=2)),
                (self.tr("7 ngày tới"), day, day + timedelta(days=7)),
            ):
                self.box.addItem(name, (since.astimezone(UTC), until.astimezone(UTC)))
            self.box.addItem(self.tr("Tự chọn…"), OWN)

    def _on_choice(self) -> None:
        own = self.box.currentData() == OWN
        if own:
            known = figures.city_month_of(datetime.now(UTC))
            for edit, at in ((self.since, known.since), (self.until, known.until)):
                if not edit.property("typed"):
                    edit.setDateTime(local_time(at))
        for widget in self._own:
            widget.setVisible(own)
        self.chosen.emit(self.period)

    def _on_typed(self) -> None:
        self.since.setProperty("typed", True)
        self.until.setProperty("typed", True)
        self.chosen.emit(self.period)


def date_edit(name: str) -> QDateTimeEdit:
    """A field for a time, with a calendar."""
    edit = QDateTimeEdit()
    edit.setDisplayFormat("dd/MM/yyyy HH:mm")
    edit.setCalendarPopup(True)
    edit.setAccessibleName(name)
    return edit


def local_time(at: datetime) -> QDateTime:
    """The city's local time, whatever the time zone of this machine."""
    local = at.astimezone(CITY)
    return QDateTime(local.year, local.month, local.day, local.hour, local.minute, 0)


def said_time(edit: QDateTimeEdit) -> datetime:
    """The value of the field, as a time of the city."""
    said = edit.dateTime().toString("yyyy-MM-ddTHH:mm")
    return datetime.fromisoformat(said).replace(tzinfo=CITY).astimezone(UTC)
