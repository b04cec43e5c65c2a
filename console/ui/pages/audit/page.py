"""**Nhật ký**: who read or changed what, by person, kind, time and request; whether the log's hash
chain is intact.
"""

from datetime import datetime
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from console.domain.errors import ConsoleError
from console.domain.requests import numbering
from console.domain.time_zone import CITY
from console.services.supervision.audit import detail_words, role_name_of, subject_words
from console.services.views.audit import AuditFilter, AuditLine, Side
from console.services.wording.labels import EVENTS
from console.services.wording.people import AUDIT_ACTS
from console.services.wording.sentences import act_name
from console.ui.pages.audit.presenter import MOST_SHOWN, AuditPresenter
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.period_box import PeriodBox
from console.ui.widgets.page_frames.filtered_page import FileOffer, FilteredPage
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_FORMS = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"))


class AuditPage(FilteredPage):
    """A table with filters; every look at it is logged in it.

    Signals:
        request_opened: the id of a request to show whole.
        refused: a sentence.
    """

    request_opened = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build the page; rows are loaded when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = AuditPresenter(desk, self)
        self.period = PeriodBox(desk.clock())
        self.person, self.act, self.side = QComboBox(), QComboBox(), QComboBox()
        self.request = QLineEdit()
        self.chain = PlainLabel("", tone="muted", kind="caption")
        self.model: RowsModel[AuditLine] = RowsModel(
            self._columns(), lambda line: (line.side, line.n), desk.clock
        )
        self.table = Table(
            self.model, self.tr("Nhật ký"), empty=self.tr("Không có dòng nào với bộ lọc này.")
        )
        self.verify = Button(self.tr("Kiểm tra chuỗi"))
        self.export = Button(self.tr("Xuất tệp"))
        self._fill()
        self._build()
        self._wire()

    def _columns(self) -> tuple[Column[AuditLine], ...]:
        return (
            Column(self.tr("Lúc"), lambda x, _: _second(x.at), width=19),
            Column(self.tr("Ai"), lambda x, _: x.actor, None, "strong", 15, wide=18),
            Column(self.tr("Vai trò"), lambda x, _: role_name_of(x.role, words.lang()), width=11),
            Column(self.tr("Máy trạm"), lambda x, _: x.workstation, width=11),
            Column(self.tr("Việc"), lambda x, _: act_name(x.act, words.lang()), width=22),
            Column(self.tr("Về"), lambda x, _: subject_words(x, words.lang()) or "—", width=30),
            Column(
                self.tr("Chi tiết"), lambda x, _: detail_words(x, words.lang()), None, "muted", 0
            ),
        )

    def _fill(self) -> None:
        with QSignalBlocker(self.period.box):
            self.period.box.setCurrentIndex(self.period.box.findText(self.period.tr("Hôm nay")))
        self.person.addItem(self.tr("Mọi người"), "")
        self.person.setAccessibleName(self.tr("Ai"))
        self.act.addItem(self.tr("Mọi việc"), "")
        for code in (*AUDIT_ACTS, *EVENTS):
            self.act.addItem(act_name(code, words.lang()), code)
        self.act.setAccessibleName(self.tr("Việc"))
        self.act.setMaxVisibleItems(24)
        for name, side in (
            (self.tr("Xem và sửa"), None),
            (self.tr("Chỉ xem, đọc"), "access"),
            (self.tr("Chỉ sửa"), "change"),
        ):
            self.side.addItem(name, side)
        self.side.setAccessibleName(self.tr("Xem hay sửa"))
        self.request.setAccessibleName(self.tr("Mã phản ánh"))
        self.request.setPlaceholderText(self.tr("Mã phản ánh, Enter"))
        self.request.setClearButtonEnabled(True)
        self.request.setMinimumWidth(220)

    def _build(self) -> None:
        filters = (self.period, self.person, self.side, self.act, self.request)
        column = self.lay_out(
            self.tr("Nhật ký"),
            (self.verify, self.export),
            [(widget, 0) for widget in filters],
            self.table,
        )
        column.addWidget(self.chain)

    def _wire(self) -> None:
        presenter = self.presenter
        self.period.chosen.connect(lambda _period: self.read())
        for box in (self.person, self.side, self.act):
            box.currentIndexChanged.connect(lambda _at: self.read())
        self.request.returnPressed.connect(self.read)
        self.verify.clicked.connect(presenter.verify)
        self.export.clicked.connect(self._offer_forms)
        self.table.opened.connect(lambda _key: self._open())
        presenter.changed.connect(self._show)
        presenter.verified.connect(self._on_verified)
        presenter.refused.connect(self.refused)
        presenter.written.connect(self.show_written)
        presenter.progress.connect(self.show_progress)
        QShortcut(QKeySequence("Esc"), self, presenter.cancel_export)

    @override
    def shown(self) -> None:
        """Load today's entries and verify the chain."""
        self.table.setFocus()
        self.read()
        self.presenter.verify()

    @override
    def close_page(self) -> None:
        """Stop all refreshes."""
        self.presenter.stop()

    def read(self) -> None:
        """Load by the chosen filters; an invalid request number is refused with a sentence."""
        since, until = self.period.period
        side: Side | None = self.side.currentData()
        try:
            typed = self.request.text().strip()
            number = numbering.parse(typed) if typed else ""
        except ConsoleError as error:
            self.refused.emit(sentence(error))
            return
        self.presenter.choose(
            AuditFilter(
                since=since,
                until=until,
                person=str(self.person.currentData() or ""),
                act=str(self.act.currentData() or ""),
                request=number,
                side=side,
            )
        )

    def _show(self) -> None:
        presenter = self.presenter
        self.model.set_rows(presenter.lines)
        self.table.choose_first()
        self._offer_people()
        shown = formats.number(len(presenter.lines))
        said = self.tr("{0} dòng; lần xem này cũng được ghi lại")
        if len(presenter.lines) == MOST_SHOWN:
            said = self.tr(
                "{0} dòng mới nhất, xuất tệp để có tất cả; lần xem này cũng được ghi lại"
            )
        self.status.setText(said.format(shown))

    def _offer_people(self) -> None:
        """List the accounts and everybody else who appears in the log; keep the choice."""
        known = {a.user for a in self._desk.catalogue.accounts.values()}
        names = sorted(known | set(self.presenter.people))
        if [self.person.itemData(n) for n in range(1, self.person.count())] == names:
            return
        chosen = self.person.currentData()
        with QSignalBlocker(self.person):
            while self.person.count() > 1:
                self.person.removeItem(1)
            for name in names:
                self.person.addItem(name, name)
            self.person.setCurrentIndex(max(0, self.person.findData(chosen)))

    def _on_verified(self, broken: int) -> None:
        if broken:
            said = self.tr("Nhật ký bị sửa từ dòng {0}! Giữ nguyên máy này và báo quản trị.")
            self.chain.setText(said.format(broken))
            self.chain.set_tone("urgent")
            return
        head = self.presenter.head
        said = self.tr("Chuỗi nguyên vẹn, {0} dòng, mã cuối {1}; báo cáo ca in mã cuối của ca.")
        number, digest = head or (0, "—")
        self.chain.setText(said.format(formats.number(number), digest[:32]))
        self.chain.set_tone("ok")

    def _open(self) -> None:
        row = self.model.row(self.table.currentIndex().row())
        if row is None or not row.subject:
            return
        spawn(self._find(row.subject), lambda error: self.refused.emit(sentence(error)))

    async def _find(self, subject: str) -> None:
        """Open the request, if the entry is about one."""
        found = await self._desk.ask(lambda q: q.find_number(subject))
        if found is not None:
            self.request_opened.emit(found)

    def _offer_forms(self) -> None:
        stem = f"audit {self._desk.clock().astimezone(CITY):%Y-%m-%d}"
        title = self.tr("Xuất nhật ký")
        self.offer_files(self.export, FileOffer(title, _FORMS, stem, self.presenter.export))


def _second(at: datetime) -> str:
    return f"{at.astimezone(CITY):%d/%m/%Y %H:%M:%S}"
