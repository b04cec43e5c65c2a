"""**Báo cáo**: choose a report, a period and an area; open the requests behind a number; print,
export, seal.
"""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QWidget

from console.domain.live_events import RequestsChanged
from console.domain.reports.quality import MAY_SCORE
from console.domain.states import Role
from console.services.reports.access import MAY_SEAL
from console.services.reports.builder import OFFICERS
from console.services.reports.words import TITLES
from console.services.views.reports import NAMES, Report, Scope, SealedReport
from console.services.views.requests import RequestRow
from console.ui import actions
from console.ui.pages.reports.drill_down import DrillDialog
from console.ui.pages.reports.presenter import ReportsPresenter
from console.ui.pages.reports.view import ReportView
from console.ui.runtime.long_work import StoppedError
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.choice_search import Choice
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.fields.period_box import PeriodBox
from console.ui.widgets.fields.search_combo import SearchCombo
from console.ui.widgets.page_frames.filtered_page import FileOffer, FilteredPage

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from console.services.desk import Desk

_AHEAD = timedelta(days=8)
_FORMS = (("xlsx", "Excel (XLSX)"), ("pdf", "PDF"), ("csv", "CSV"), ("json", "JSON"))


class ReportsPage(FilteredPage):
    """Filters above the report.

    Signals:
        request_opened: the id of a request to show whole.
        refused: a sentence.
    """

    request_opened = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build the page; the report is computed when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = ReportsPresenter(desk, self)
        self.name = QComboBox()
        self.group = QComboBox()
        self.agency = SearchCombo()
        self.period = PeriodBox(desk.clock())
        self.view = ReportView(self._short_name)
        self.buttons: dict[str, Button] = {}
        self._fill()
        self._build()
        self._wire()

    def _fill(self) -> None:
        english, officer = words.lang() == "en", self._desk.actor.role is Role.OFFICER
        for name in NAMES:
            if not officer or name in OFFICERS:
                self.name.addItem(TITLES[name][english], name)
        self.name.setAccessibleName(self.tr("Báo cáo"))
        self.group.addItem(self.tr("Mọi lĩnh vực"), "")
        for group in sorted(self._desk.catalogue.groups.values(), key=lambda g: g.order):
            self.group.addItem(group.name_en if english else group.name, group.code)
        self.group.setAccessibleName(self.tr("Lĩnh vực"))
        self.agency.setAccessibleName(self.tr("Đơn vị"))
        self.agency.lineEdit().setPlaceholderText(self.tr("Mọi đơn vị"))  # type: ignore[union-attr]
        self.agency.set_choices(
            [Choice(a.code, a.name, a.short_name) for a in self._desk.catalogue.agencies.values()]
        )
        self.agency.setVisible(not officer)

    def _build(self) -> None:
        for key, text, hint in (
            ("score", self.tr("Nghe và chấm…"), ""),
            ("seals", self.tr("Đã niêm phong"), ""),
            ("seal", self.tr("Niêm phong"), ""),
            ("print", self.tr("In"), actions.key("reports.print")),
            ("export", self.tr("Xuất tệp"), ""),
        ):
            self.buttons[key] = Button(text, shortcut_hint=hint)
        may_seal = self._desk.actor.role in MAY_SEAL
        self.buttons["seal"].setVisible(may_seal)
        self.buttons["seals"].setVisible(may_seal)
        self.buttons["score"].setVisible(False)
        filters = ((self.name, 0), (self.period, 0), (self.group, 0), (self.agency, 1))
        self.lay_out(self.tr("Báo cáo"), [*self.buttons.values()], filters, self.view)

    def _wire(self) -> None:
        presenter = self.presenter
        self.name.currentIndexChanged.connect(lambda _at: self._on_name())
        self.period.chosen.connect(lambda period: presenter.choose(period=period))
        self.group.currentIndexChanged.connect(lambda _at: self._on_scope())
        self.agency.chosen.connect(lambda _code: self._on_scope())
        self.view.drilled.connect(presenter.drill)
        presenter.made.connect(self._show)
        presenter.busy.connect(self._on_busy)
        presenter.refused.connect(self.refused)
        presenter.drilled.connect(self._on_drilled)
        presenter.written.connect(self.show_written)
        presenter.progress.connect(self.show_progress)
        presenter.sealed.connect(self._on_sealed)
        self.buttons["export"].clicked.connect(self._offer_forms)
        self.buttons["print"].clicked.connect(self.open_print)
        self.buttons["seal"].clicked.connect(presenter.seal)
        self.buttons["seals"].clicked.connect(self.open_seals)
        self.buttons["score"].clicked.connect(self.open_scores)
        actions.bind(self, "reports.print", self.open_print)
        QShortcut(QKeySequence("Esc"), self, presenter.cancel_export)
        self._end = self._desk.bus.subscribe(RequestsChanged, lambda _e: self._on_change())

    @override
    def shown(self) -> None:
        """Compute the report."""
        self.name.setFocus()
        self.presenter.choose(name=str(self.name.currentData()))

    @override
    def close_page(self) -> None:
        """Stop all refreshes."""
        self._end()
        self.presenter.stop()

    def _short_name(self, key: str) -> str | None:
        found = self._desk.catalogue.agencies.get(key)
        return found.short_name if found else None

    def _on_name(self) -> None:
        name = str(self.name.currentData())
        may_score = self._desk.actor.role in MAY_SCORE
        self.buttons["score"].setVisible(name == "quality" and may_score)
        with QSignalBlocker(self.period.box):
            if name == "forecast":
                self.period.choose_ahead(_AHEAD)
            else:
                self.period.choose_back()
        self.presenter.choose(name=name, period=self.period.period)

    def _on_scope(self) -> None:
        group, agency = self.group.currentData(), self.agency.code()
        services = tuple(
            s.code for s in self._desk.catalogue.services.values() if group and s.group == group
        )
        self.presenter.choose(scope=Scope((agency,) if agency else (), services))

    def _on_change(self) -> None:
        """Do not change figures while they are read; only say that something changed."""
        if self.isVisible() and self.presenter.report is not None:
            made_at = formats.clock_time(self.presenter.report.made_at)
            self.status.setText(
                self.tr("Số liệu lúc {0}; đã có thay đổi, chọn lại kỳ để tính lại.").format(made_at)
            )

    def _show(self, report: Report) -> None:
        self.view.show_report(report)
        self.status.setText(self.tr("Số liệu lúc {0}").format(formats.clock_time(report.made_at)))

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self.status.setText(self.tr("Đang tính…"))

    # --- drill-down

    def _on_drilled(self, title: str, every: int, rows: tuple[RequestRow, ...]) -> None:
        dialog = DrillDialog(self._desk, title, every, rows, self.window())
        dialog.request_opened.connect(self.request_opened)
        dialog.show()

    # --- files

    def _offer_forms(self) -> None:
        if (report := self.presenter.report) is not None:
            stem = f"{report.name} {report.period.until:%Y-%m-%d}"
            offer = FileOffer(self.tr("Xuất báo cáo"), _FORMS, stem, self.presenter.export)
            self.offer_files(self.buttons["export"], offer)

    def open_print(self) -> None:
        """Open the system's print dialog, then print."""
        from console.ui.printing.preview import ask_printer  # noqa: PLC0415 - on first use

        if (report := self.presenter.report) is not None:
            ask_printer(self.window(), self.tr("In báo cáo"), partial(self._print, report))

    def _print(self, report: Report, printer: "QPrinter") -> None:
        spawn(self._printed(report, printer), lambda error: self.refused.emit(sentence(error)))

    async def _printed(self, report: Report, printer: "QPrinter") -> None:
        from console.ui.pages.reports.pdf import text_of  # noqa: PLC0415
        from console.ui.printing.page_output import on_a4  # noqa: PLC0415
        from console.ui.printing.preview import print_text  # noqa: PLC0415 - on first use

        text = text_of(report, english=words.lang() == "en")
        on_a4(printer, turned=text.turned)
        try:
            await print_text(printer, text, self.tr("In báo cáo"))
        except StoppedError:
            self.refused.emit(self.tr("Đã dừng in."))

    # --- seals

    def _on_sealed(self, sealed: SealedReport) -> None:
        said = self.tr("Đã niêm phong số {0}, mã {1}…")
        self.status.setText(said.format(sealed.n, sealed.digest[:16]))

    def open_seals(self) -> None:
        """Show sealed reports, and whether they are unaltered."""
        from console.ui.pages.reports.seals import SealsDialog  # noqa: PLC0415 - not before use

        SealsDialog(self.presenter, self.window()).show()

    # --- scores

    def open_scores(self) -> None:
        """Show the sampled calls of the period, to listen to and to mark."""
        from console.ui.pages.reports.call_scores import ScoresDialog  # noqa: PLC0415 - not before use

        dialog = ScoresDialog(self._desk, self.presenter.period, self.window())
        dialog.scored.connect(self.presenter.refresh)
        dialog.show()
