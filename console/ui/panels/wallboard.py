"""**Giám sát**: the figures of the room, large, live; readable from across it."""

from datetime import datetime
from typing import TYPE_CHECKING, override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.live import CallsChanged, ContactArrived, RequestsChanged
from console.services.views import Counts
from console.ui import formats
from console.ui.models.rows import Column, RowsModel
from console.ui.panels.task_list import TaskList
from console.ui.presenters.calls import CallPresenter
from console.ui.presenters.coalesce import Coalesced
from console.ui.signs import LabelTone, Sign
from console.ui.widgets.bars import BarList
from console.ui.widgets.card import Card
from console.ui.widgets.figure import Figure
from console.ui.widgets.page import Page
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.section import Section
from console.ui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_REFRESH_MS = 500


class WallboardPage(Page):
    """Calls now, requests now, agencies that are late, and what waits for the supervisor.

    Signals:
        request_opened: the id of a request to show whole.
        refused: a sentence.
    """

    request_opened = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Build it; figures come when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self._calls = calls
        self.figures: dict[str, Figure] = {}
        self._model: RowsModel[tuple[str, int, int]] = RowsModel(
            self._columns(), lambda r: r[0], desk.clock
        )
        self.table = Table(
            self._model, self.tr("Đơn vị"), empty=self.tr("Không đơn vị nào đang có việc mở.")
        )
        self._refresh = Coalesced(self._load, every_ms=_REFRESH_MS, parent=self)
        kinds = (RequestsChanged, ContactArrived, CallsChanged)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(kind, self._on_change) for kind in kinds
        ]
        self._build()
        calls.changed.connect(self._show_calls)

    def _columns(self) -> tuple[Column[tuple[str, int, int]], ...]:
        return (
            Column(self.tr("Đơn vị"), lambda r, _: self._agency(r[0]), None, "strong", 0),
            Column(self.tr("Đang mở"), lambda r, _: formats.number(r[1]), width=10, right=True),
            Column(self.tr("Trễ hạn"), None, self._late, width=12),
        )

    def _late(self, row: tuple[str, int, int], _now: datetime) -> Sign:
        if not row[2]:
            return Sign(self.tr("không"), "ok", "circle")
        return Sign(self.tr("{0} trễ").format(row[2]), "urgent", "square")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 0)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Giám sát"), kind="title"))
        rows: tuple[tuple[tuple[str, str, LabelTone], ...], ...] = (
            (
                ("waiting", self.tr("cuộc gọi chờ"), "warn"),
                ("longest", self.tr("chờ lâu nhất"), "warn"),
                ("missed_calls", self.tr("gọi nhỡ"), "warn"),
                ("inbox_new", self.tr("tin mới"), "accent"),
            ),
            (
                ("open_requests", self.tr("phản ánh đang mở"), "text"),
                ("late", self.tr("trễ hạn"), "urgent"),
                ("not_forwarded", self.tr("chờ phân công"), "warn"),
                ("callbacks", self.tr("chờ báo kết quả"), "accent"),
            ),
            (
                ("received_today", self.tr("tiếp nhận hôm nay"), "text"),
                ("closed_today", self.tr("đóng hôm nay"), "ok"),
                ("outbox", self.tr("chưa đồng bộ"), "text"),
            ),
        )
        grid = QGridLayout()
        grid.setSpacing(10)
        for place, row in enumerate(rows):
            for at, (name, caption, tone) in enumerate(row):
                figure = Figure(caption, tone, "huge")
                card = Card(activatable=False)
                card.body.setContentsMargins(16, 10, 16, 12)
                card.body.addWidget(figure)
                grid.addWidget(card, place, at)
                self.figures[name] = figure
        whole = QHBoxLayout()
        whole.setSpacing(16)
        left = QVBoxLayout()
        left.addLayout(grid)
        left.addSpacing(10)
        left.addWidget(Section(self.tr("Phản ánh đang mở theo lĩnh vực")))
        self.groups = BarList(self.tr("Phản ánh đang mở theo lĩnh vực"))
        left.addWidget(self.groups)
        left.addStretch(1)
        whole.addLayout(left, 3)
        right = QVBoxLayout()
        right.addWidget(Section(self.tr("Đơn vị nhiều việc trễ nhất")))
        right.addWidget(self.table, 1)
        self.tasks = TaskList(self._desk)
        self.tasks.opened.connect(self.request_opened)
        self.tasks.refused.connect(self.refused)
        right.addWidget(self.tasks, 1)
        whole.addLayout(right, 2)
        column.addLayout(whole, 1)

    def show_counts(self, counts: Counts) -> None:
        """Show these figures."""
        for name in (
            "missed_calls",
            "inbox_new",
            "open_requests",
            "late",
            "not_forwarded",
            "callbacks",
            "received_today",
            "closed_today",
            "outbox",
        ):
            self.figures[name].set(formats.number(getattr(counts, name)))
        ranked = sorted(counts.by_agency, key=lambda r: (-r[2], -r[1], r[0]))
        self._model.set_rows(ranked)
        groups = sorted(counts.by_group, key=lambda r: (-r[1], r[0]))
        self.groups.set_rows([(self._group(code), n) for code, n in groups])

    @override
    def shown(self) -> None:
        """Refresh."""
        self._refresh.now()
        self._show_calls()

    @override
    def tick(self, now: datetime) -> None:
        """The longest wait grows; deadlines pass without an event."""
        self._show_wait(now)
        if now.second == 0:
            self._refresh.wish()

    @override
    def close_page(self) -> None:
        """End subscriptions."""
        self._refresh.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    def _agency(self, code: str) -> str:
        found = self._desk.catalogue.agencies.get(code)
        return found.short_name if found else code

    def _group(self, code: str) -> str:
        found = self._desk.catalogue.groups.get(code)
        return found.name if found else code

    def _on_change(self, _event: object) -> None:
        if self.isVisible():
            self._refresh.wish()

    def _show_calls(self) -> None:
        self.figures["waiting"].set(formats.number(len(self._calls.waiting)))
        self._show_wait(self._desk.clock())

    def _show_wait(self, now: datetime) -> None:
        waits = [now - c.offered_at for c in self._calls.waiting]
        self.figures["longest"].set(formats.waited(max(waits)) if waits else "0")

    async def _load(self) -> None:
        now = self._desk.clock()
        self.show_counts(await self._desk.ask(lambda q: q.counts(now)))
        await self.tasks.load()
