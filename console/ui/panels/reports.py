"""**Báo cáo**: open work by agency and by field, as it stands now, with what the figures mean."""

from datetime import datetime
from typing import TYPE_CHECKING, override

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.services.views import Counts, QueueSummary
from console.ui import formats
from console.ui.models.rows import Column, RowsModel
from console.ui.presenters.coalesce import Coalesced
from console.ui.widgets.button import Button
from console.ui.widgets.page import Page
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.section import Section
from console.ui.widgets.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk


class ReportsPage(Page):
    """Two tables and the words that belong to them; an officer sees his agency's line only."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; figures come when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self._agencies: RowsModel[tuple[str, int, int]] = RowsModel(
            self._agency_columns(), lambda r: r[0], desk.clock
        )
        self._groups: RowsModel[tuple[str, int]] = RowsModel(
            self._group_columns(), lambda r: r[0], desk.clock
        )
        nothing = self.tr("Chưa có số liệu.")
        self.agencies = Table(self._agencies, self.tr("Theo đơn vị"), empty=nothing)
        self.groups = Table(self._groups, self.tr("Theo lĩnh vực"), empty=nothing)
        self._load_once = Coalesced(self._load, parent=self)
        self._build()

    def _agency_columns(self) -> tuple[Column[tuple[str, int, int]], ...]:
        return (
            Column(self.tr("Đơn vị"), lambda r, _: self._agency(r[0]), None, "strong", 0),
            Column(self.tr("Đang mở"), lambda r, _: formats.number(r[1]), width=11, right=True),
            Column(self.tr("Trễ hạn"), lambda r, _: formats.number(r[2]), width=11, right=True),
            Column(
                self.tr("Tỷ lệ trễ"),
                lambda r, _: formats.percent(r[2] / r[1] if r[1] else None),
                width=12,
                right=True,
            ),
        )

    def _group_columns(self) -> tuple[Column[tuple[str, int]], ...]:
        return (
            Column(self.tr("Lĩnh vực"), lambda r, _: self._group(r[0]), None, "strong", 0),
            Column(self.tr("Số phản ánh"), lambda r, _: formats.number(r[1]), width=14, right=True),
        )

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(PlainLabel(self.tr("Báo cáo"), kind="title"))
        top.addStretch(1)
        again = Button(self.tr("Tính lại"))
        again.clicked.connect(self._load_once.now)
        top.addWidget(again)
        column.addLayout(top)
        self._total = PlainLabel(wrap=True)
        column.addWidget(self._total)
        tables = QHBoxLayout()
        tables.setSpacing(24)
        for title, table, stretch in (
            (self.tr("Theo đơn vị"), self.agencies, 3),
            (self.tr("Theo lĩnh vực"), self.groups, 2),
        ):
            one = QVBoxLayout()
            one.addWidget(Section(title))
            one.addWidget(table, 1)
            tables.addLayout(one, stretch)
        column.addLayout(tables, 1)
        self._formula = PlainLabel(tone="muted", kind="caption", wrap=True)
        column.addWidget(self._formula)

    @override
    def shown(self) -> None:
        """Compute."""
        self._load_once.now()

    @override
    def close_page(self) -> None:
        """No further run."""
        self._load_once.stop()

    def _agency(self, code: str) -> str:
        found = self._desk.catalogue.agencies.get(code)
        return found.name if found else code

    def _group(self, code: str) -> str:
        found = self._desk.catalogue.groups.get(code)
        return found.name if found else code

    async def _load(self) -> None:
        now, own = self._desk.clock(), self._desk.actor.agency
        counts: Counts = await self._desk.ask(lambda q: q.counts(now))
        summary: QueueSummary = await self._desk.ask(lambda q: q.queue_summary(own, now))
        rows = [r for r in counts.by_agency if own is None or r[0] == own]
        self._agencies.set_rows(sorted(rows, key=lambda r: (-r[2], -r[1], r[0])))
        self._groups.set_rows([] if own else sorted(counts.by_group, key=lambda r: (-r[1], r[0])))
        self._show_words(counts, summary, now)

    def _show_words(self, counts: Counts, summary: QueueSummary, now: datetime) -> None:
        share = formats.percent(summary.on_time_share)
        self._total.setText(
            self.tr(
                "Lúc {0}: {1} phản ánh đang mở, {2} trễ hạn; hôm nay tiếp nhận {3}, đóng {4}; "
                "đúng hạn 30 ngày qua {5}."
            ).format(
                formats.full(now),
                formats.number(counts.open_requests),
                formats.number(counts.late),
                formats.number(counts.received_today),
                formats.number(counts.closed_today),
                share,
            )
        )
        self._formula.setText(
            self.tr(
                "Cách tính: đang mở = phân công chưa báo xong; trễ hạn = quá hạn đang hiệu lực "
                "(hạn gia hạn nếu đã duyệt); đúng hạn = xong đúng hạn / (đã xong + đang mở quá "
                "hạn). Bộ quy tắc {0}."
            ).format(self._desk.catalogue.version)
        )
