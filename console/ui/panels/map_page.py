"""**Bản đồ**: open requests where they are, and the same as a list."""

from datetime import datetime
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.live import RequestsChanged
from console.services.views import MapPoint
from console.ui import formats, words
from console.ui.models.rows import Column, RowsModel
from console.ui.panels.points_slot import PointsSlot
from console.ui.presenters.coalesce import Coalesced
from console.ui.widgets.page import Page
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.split import Split
from console.ui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_REFRESH_MS = 500
_DAYS = (1, 7, 30)


class MapPage(Page):
    """The map left, the list right; officers see their own agency's requests through the store.

    Signals:
        request_opened: the id of a request to show whole.
    """

    request_opened = Signal(object)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; points come when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.map_slot = PointsSlot()
        self.points: tuple[MapPoint, ...] = ()
        self._model: RowsModel[MapPoint] = RowsModel(self._columns(), lambda p: p.id, desk.clock)
        self.table = Table(
            self._model, self.tr("Phản ánh trên bản đồ"), empty=self.tr("Chưa có điểm nào.")
        )
        self._refresh = Coalesced(self._load, every_ms=_REFRESH_MS, parent=self)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(RequestsChanged, lambda _e: self._wish())
        ]
        self._build()

    def _columns(self) -> tuple[Column[MapPoint], ...]:
        return (
            Column(
                self.tr("Mã"), lambda p, _: formats.request_number(p.number), None, "strong", 13
            ),
            Column(self.tr("Loại sự cố"), lambda p, _: self._service(p.service_code), width=0),
            Column(self.tr("Trạng thái"), None, lambda p, _: words.state_sign(p.state), width=17),
        )

    def _build(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 10, 10, 0)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(PlainLabel(self.tr("Bản đồ"), kind="title"))
        top.addStretch(1)
        label = PlainLabel(self.tr("Trong"), tone="muted")
        self.days = QComboBox()
        for days in _DAYS:
            self.days.addItem(self.tr("{0} ngày").format(days), days)
        self.days.setCurrentIndex(1)
        label.setBuddy(self.days)
        top.addWidget(label)
        top.addWidget(self.days)
        column.addLayout(top)
        self._count = PlainLabel(tone="muted")
        column.addWidget(self._count)
        column.addWidget(self.table, 1)
        splitter = Split(self.map_slot, side, 470)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)
        self.days.currentIndexChanged.connect(lambda _at: self._refresh.now())
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._fly)

    @override
    def shown(self) -> None:
        """Refresh."""
        self._refresh.now()

    @override
    def tick(self, now: datetime) -> None:
        """Nothing counts here."""

    @override
    def close_page(self) -> None:
        """End subscriptions."""
        self._refresh.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    def _service(self, code: str) -> str:
        found = self._desk.catalogue.services.get(code)
        return found.name if found else code

    def _wish(self) -> None:
        if self.isVisible():
            self._refresh.wish()

    def _open(self, key: object) -> None:
        if key is not None:
            self.request_opened.emit(cast("UUID", key))

    def _fly(self, key: object) -> None:
        point = self._model.row(self._model.place(cast("UUID | None", key)))
        if point is not None and self.table.hasFocus():
            self.map_slot.fly_to(point)

    async def _load(self) -> None:
        now, days = self._desk.clock(), int(self.days.currentData())
        self.points = await self._desk.ask(
            lambda q: q.map_points(now, days=days, agency=self._desk.actor.agency)
        )
        self._model.set_rows(self.points[:2000])
        self._count.setText(self.tr("{0} phản ánh có vị trí").format(len(self.points)))
        self.map_slot.show_points(self.points)
