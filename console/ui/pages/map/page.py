"""**Bản đồ**: open requests on the map and as a list."""

from datetime import datetime
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from console.domain.desk.notices import Notice
from console.domain.live_events import RequestsChanged
from console.domain.text.folding import collation
from console.map.display.state import MapNotice
from console.services.ports.places import Suggestion
from console.services.views.requests import MapPoint
from console.ui import actions
from console.ui.map.points_slot import PointsSlot
from console.ui.pages.map.notice_editor import NoticeEditor
from console.ui.pages.map.notice_list import NoticeList
from console.ui.request.notices import NoticesPresenter
from console.ui.runtime.coalescing import Coalesced
from console.ui.text import formats, words
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.place_search import PlaceSearch
from console.ui.widgets.fields.typed_text import TypedLine
from console.ui.widgets.layout.boxes import NONE, column_of, row_of
from console.ui.widgets.layout.split import Split
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_REFRESH_MS = 500
_DAYS = (1, 7, 30)


class MapPage(Page):
    """The map at the left, the list at the right, notices below the list. The store shows officers
    only their own agency's requests.

    Signals:
        request_opened: the id of a request to show whole.
    """

    request_opened = Signal(object)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build the page; points are loaded when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.map_slot = PointsSlot()
        self.points: tuple[MapPoint, ...] = ()
        self._model: RowsModel[MapPoint] = RowsModel(self._columns(), lambda p: p.id, desk.clock)
        self.table = Table(
            self._model, self.tr("Phản ánh trên bản đồ"), empty=self.tr("Chưa có điểm nào.")
        )
        self.notices = NoticesPresenter(desk, self)
        self.notice_list = NoticeList(desk, self.notices)
        self.editor = NoticeEditor(desk)
        self._side = QStackedWidget()
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
        column = column_of(
            PlainLabel(self.tr("Bản đồ"), kind="title"), margins=(10, 10, 10, 0), gap=8, parent=side
        )
        self.place_line = TypedLine(self.tr("Tìm nơi: đường, phường, địa danh, số trụ đèn, tọa độ"))
        self.place_line.setAccessibleName(self.tr("Tìm nơi"))
        self.search = PlaceSearch(self.place_line, self._desk.places.suggest, eager=True)
        column.addWidget(self.place_line)
        self.days = QComboBox()
        for days in _DAYS:
            self.days.addItem(self.tr("{0} ngày").format(days), days)
        self.days.setCurrentIndex(1)
        self.group = QComboBox()
        self.group.addItem(self.tr("Mọi lĩnh vực"), "")
        for group in sorted(self._desk.catalogue.groups.values(), key=lambda g: g.order):
            self.group.addItem(group.name, group.code)
        self.agency = QComboBox()
        self.agency.addItem(self.tr("Mọi đơn vị"), "")
        column.addLayout(self._filters())
        self._count = PlainLabel(tone="muted")
        column.addWidget(self._count)
        column.addWidget(self.table, 1)
        column.addWidget(self.notice_list)
        self._side.addWidget(side)
        self._side.addWidget(self.editor)
        splitter = Split(self.map_slot, self._side, 470)
        row_of(splitter, margins=NONE, parent=self)
        self.days.currentIndexChanged.connect(lambda _at: self._refresh.now())
        self.group.currentIndexChanged.connect(lambda _at: self._show())
        self.agency.currentIndexChanged.connect(lambda _at: self._show())
        self.place_line.typed.connect(self.search.search)
        self.search.chosen.connect(self._go)
        self.place_line.returnPressed.connect(self._say_nowhere)
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._fly)
        self._wire_notices()

    def _wire_notices(self) -> None:
        slot, editor = self.map_slot, self.editor
        self.notices.changed.connect(self._show_notices)
        self.notice_list.edit_wanted.connect(self.edit_notice)
        self.notice_list.chosen.connect(self._show_notice)
        editor.closed.connect(lambda: self._side.setCurrentIndex(0))
        editor.closed.connect(self._show_notices)
        editor.drawing_wanted.connect(slot.draw_area)
        editor.drawing_wanted.connect(lambda _on, _corners: self._show_notices())
        editor.wards_marked.connect(slot.mark_wards)
        slot.area_drawn.connect(editor.take_corners)
        slot.picked.connect(self._on_picked)
        slot.arrived.connect(self._on_arrived)
        actions.bind(self, "map.notice", self.notice_list.begin)
        # Keys of the page, so that they work during drawing; Esc on the map removes the last
        # corner.
        for key, owner, do in (("Ctrl+Return", self, self._submit), ("Esc", editor, self._give_up)):
            shortcut = QShortcut(QKeySequence(key), owner, do)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _show_notices(self) -> None:
        """Show current notices, and the areas of one that is being edited."""
        making = self.editor.done_areas
        mine = (MapNotice(self.tr("Thông báo mới"), (), making),) if making else ()
        self.map_slot.show_notices((*self.notices.drawn(), *mine))

    def _submit(self) -> None:
        if self.editor.isVisible():
            self.editor.submit()

    def _give_up(self) -> None:
        self.editor.close_editor()

    def edit_notice(self, notice: Notice | None) -> None:
        """Open the editor for this notice, or for a new one."""
        self._side.setCurrentWidget(self.editor)
        self.editor.begin(notice)

    def _on_arrived(self) -> None:
        if self._side.currentWidget() is self.editor:
            self.editor.say_again()

    def _on_picked(self, lat: float, long: float) -> None:
        """While wards are being chosen, a click selects the ward under it."""
        ward = self._desk.places.ward_at(lat, long)
        if self.editor.picks_wards:
            self.map_slot.clear_pin()
            if ward is not None:
                self.editor.toggle_ward(ward.code)

    def _show_notice(self, notice: Notice) -> None:
        said = notice.said
        centre = self._desk.places.centre_of(said.wards[0]) if said.wards else None
        if said.areas:
            ring = said.areas[0]
            lat, long = (sum(corner[i] for corner in ring) / len(ring) for i in (0, 1))
            centre = lat, long
        if centre is not None:
            self.map_slot.show_place(*centre)

    def _filters(self) -> QHBoxLayout:
        """Build the filters: age, field and agency; officers have no choice of agency."""
        row = QHBoxLayout()
        row.setSpacing(6)
        for box, name, room in (
            (self.days, self.tr("Thời gian"), 1),
            (self.group, self.tr("Lĩnh vực"), 2),
            (self.agency, self.tr("Đơn vị"), 2),
        ):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(6)
            row.addWidget(box, room)
        self.agency.setVisible(self._desk.actor.agency is None)
        return row

    @override
    def shown(self) -> None:
        """Refresh."""
        self._refresh.now()

    @override
    def tick(self, now: datetime) -> None:
        """Notices begin and end with time."""
        self.notices.tick(now)

    @override
    def close_page(self) -> None:
        """Unsubscribe."""
        self._refresh.stop()
        self.notices.close()
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
        self._offer_agencies()
        self._show()

    def _offer_agencies(self) -> None:
        """List the agencies of these requests; keep the choice."""
        chosen = self.agency.currentData()
        known = self._desk.catalogue.agencies
        codes = {p.agency for p in self.points if p.agency} | ({chosen} if chosen else set())
        named = {code: known[code].short_name for code in codes if code in known}
        with QSignalBlocker(self.agency):
            while self.agency.count() > 1:
                self.agency.removeItem(1)
            for code in sorted(named, key=lambda code: collation(named[code])):
                self.agency.addItem(named[code], code)
            self.agency.setCurrentIndex(max(0, self.agency.findData(chosen)))

    def _show(self) -> None:
        """Show the filtered requests on the map and in the list."""
        group, agency = self.group.currentData(), self.agency.currentData()
        services = self._desk.catalogue.services
        found = tuple(
            p
            for p in self.points
            if (
                not group
                or (p.service_code in services and services[p.service_code].group == group)
            )
            and (not agency or p.agency == agency)
        )
        self._model.set_rows(found[:2000])
        said = self.tr("{0} phản ánh có vị trí").format(len(found))
        if len(found) < len(self.points):
            said = self.tr("{0} trong {1} phản ánh có vị trí").format(len(found), len(self.points))
        self._count.setText(said)
        self.map_slot.show_points(found)

    def _say_nowhere(self) -> None:
        """Say that nothing was found, after Enter on an unknown text."""
        said = self.place_line.text().strip()
        if said and not self._desk.places.suggest(said, 1):
            self._count.setText(self.tr("Không có nơi nào tên “{0}”.").format(said))

    def _go(self, place: Suggestion) -> None:
        """Show a found place on the map."""
        self.place_line.show_text(place.text)
        lat, long = place.lat, place.long
        if lat is None or long is None:
            centre = self._desk.places.centre_of(place.ward_code) if place.ward_code else None
            if centre is None:
                self._count.setText(self.tr("Chưa biết {0} nằm ở đâu.").format(place.text))
                return
            lat, long = centre
        if place.asset_kind:
            self.map_slot.show_kind(place.asset_kind)
        self.map_slot.stress(lat, long, place.text)
