"""The reports sealed at this seat, and whether they are unaltered."""

from typing import override

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from console.services.reports.words import TITLES
from console.services.views.reports import SealedReport
from console.ui.pages.reports.presenter import ReportsPresenter
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import STRETCH, row_of
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table


class SealsDialog(HouseDialog):
    """A table, and above it a line with the result of the check."""

    def __init__(self, presenter: ReportsPresenter, parent: QWidget | None = None) -> None:
        """Build it; rows are loaded when it is shown."""
        super().__init__(self.tr("Báo cáo đã niêm phong"), parent)
        self._presenter = presenter
        self._english = words.lang() == "en"
        self.model: RowsModel[SealedReport] = RowsModel(
            self._columns(), lambda s: s.n, lambda: presenter.period.cut
        )
        self.judgement = PlainLabel("", kind="strong", wrap=True)
        self.body.addWidget(self.judgement)
        self.table = Table(
            self.model, self.windowTitle(), empty=self.tr("Chưa niêm phong báo cáo nào.")
        )
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row_of(STRETCH, self.close_button()))
        self.resize(900, 420)

    def _columns(self) -> tuple[Column[SealedReport], ...]:
        return (
            Column(self.tr("Số"), lambda s, _: str(s.n), None, "strong", 5, right=True),
            Column(self.tr("Báo cáo"), lambda s, _: self._title(s.name), width=0),
            Column(
                self.tr("Kỳ"),
                lambda s, _: f"{formats.full(s.since)} - {formats.full(s.until)}",
                width=36,
            ),
            Column(self.tr("Lúc"), lambda s, _: formats.full(s.at), width=17),
            Column(self.tr("Người niêm phong"), lambda s, _: s.by, width=18),
            Column(self.tr("Mã"), lambda s, _: s.digest[:16], width=19),
        )

    def _title(self, name: str) -> str:
        return TITLES[name][self._english] if name in TITLES else name

    async def _load(self) -> None:
        found, broken = await self._presenter.seals()
        self.model.set_rows(found)
        if broken is None:
            self.judgement.setText(self.tr("Mọi báo cáo niêm phong còn nguyên vẹn."))
            self.judgement.set_tone("ok")
        else:
            said = self.tr("Báo cáo niêm phong số {0} đã bị sửa hoặc mất!")
            self.judgement.setText(said.format(broken))
            self.judgement.set_tone("urgent")

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        spawn(self._load())
