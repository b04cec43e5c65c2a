"""**Giám sát**: live figures, large enough to be read across the room."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)
from shiboken6 import isValid

from console.domain.actors import leads
from console.domain.live_events import (
    CallsChanged,
    ContactArrived,
    DraftsChanged,
    OutreachChanged,
    RequestsChanged,
    VolumeLeftBand,
    WarningsRaised,
)
from console.services.supervision.volume_alarm import ActiveAlarm, active_alarms
from console.services.views.requests import Counts
from console.services.wording import sentences as wording
from console.ui import actions
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.words import ringing_words
from console.ui.pages.supervision.call_room import RoomPanel
from console.ui.pages.supervision.data_requests import DataRequestList
from console.ui.pages.supervision.figures import COUNTED, PAGES, ROOM, FigureGrid
from console.ui.pages.supervision.task_list import TaskList
from console.ui.pages.supervision.wall_screen import WallFigure, WallScreen
from console.ui.pages.supervision.watch_list import WatchList
from console.ui.request.progress_owed import silence
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.screens import choose_screen
from console.ui.text import formats, words
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.charts.bars import BarList
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of, row_of
from console.ui.widgets.layout.section import Section
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_REFRESH_MS = 500
_HOUR = timedelta(hours=1)


class SupervisionPage(Page):
    """Current calls and requests, late agencies, and tasks for the supervisor.

    Signals:
        request_opened: the id of a request to show whole.
        drafts_taken: drafts of others now belong to this person.
        refused: a sentence.
        page_wanted: name of the page for the work that a figure counts.
        shift_wanted: open the shift and its hand-over.
        wall_placed: name of the screen that shows the wall.
    """

    request_opened = Signal(object)
    drafts_taken = Signal()
    refused = Signal(str)
    page_wanted = Signal(str)
    shift_wanted = Signal()
    wall_placed = Signal(str)

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Build the page; figures are loaded when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self._calls = calls
        self.grid = FigureGrid(self.open_figure)
        self.figures, self.cards = self.grid.figures, self.grid.cards
        self.wall: WallScreen | None = None
        self.liked_screen = ""
        self._model: RowsModel[tuple[str, int, int]] = RowsModel(
            self._columns(), lambda r: r[0], desk.clock
        )
        self.table = Table(
            self._model, self.tr("Đơn vị"), empty=self.tr("Không đơn vị nào đang có việc mở.")
        )
        self._refresh = Coalesced(self._load, every_ms=_REFRESH_MS, parent=self)
        kinds = (RequestsChanged, ContactArrived, CallsChanged, OutreachChanged, DraftsChanged,
                 WarningsRaised, VolumeLeftBand)  # fmt: skip
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(kind, self._on_change) for kind in kinds
        ]
        self._build()
        calls.changed.connect(self._show_calls)
        calls.answered.connect(self._on_answered)

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
        column = column_of(self._top(), margins=(16, 12, 16, 0), gap=10, parent=self)
        self.alarm = PlainLabel(tone="urgent", kind="strong", wrap=True)
        self.alarm.setVisible(False)
        column.addWidget(self.alarm)
        whole = QHBoxLayout()
        whole.setSpacing(16)
        left = column_of(self.grid, Section(self.tr("Phản ánh đang mở theo lĩnh vực")))
        self.groups = BarList(self.tr("Phản ánh đang mở theo lĩnh vực"))
        left.addWidget(self.groups)
        left.addStretch(1)
        whole.addLayout(left, 3)
        agencies = QWidget()
        right = column_of(
            Section(self.tr("Đơn vị nhiều việc trễ nhất")),
            (self.table, 1),
            self._below(),
            margins=NONE,
            parent=agencies,
        )
        self.tasks = TaskList(self._desk)
        self.tasks.opened.connect(self.request_opened)
        self.tasks.refused.connect(self.refused)
        right.addWidget(self.tasks, 1)
        self.watch = WatchList(self._desk)
        self.watch.opened.connect(self.request_opened)
        self.watch.refused.connect(self.refused)
        self.watch.done.connect(self.done)
        self.watch.left.connect(self.show_agencies)
        self.watch.taken.connect(self.drafts_taken)
        self.side = QStackedWidget()
        self.side.addWidget(agencies)
        self.side.addWidget(self.watch)
        self.room = RoomPanel(self._desk, self._calls)
        self.side.addWidget(self.room)
        self.side.addWidget(self.wishes)
        whole.addWidget(self.side, 2)
        column.addLayout(whole, 1)

    def _below(self) -> QHBoxLayout:
        """Build the buttons of lists that have no figure."""
        self.silent_button = Button(self.tr("Chưa báo tiến độ"))
        self.silent_button.clicked.connect(lambda _checked=False: self.open_silent())
        self.wishes = DataRequestList(self._desk)
        self.wishes.done.connect(self.done)
        self.wishes.left.connect(self.show_agencies)
        self.wishes.entry.clicked.connect(lambda _checked=False: self.open_wishes())
        return row_of(self.silent_button, self.wishes.entry, STRETCH, margins=(0, 0, 0, 10))

    def _top(self) -> QHBoxLayout:
        """Build the title, the operators, and the buttons that open windows."""
        top = row_of(PlainLabel(self.tr("Giám sát"), kind="title"), gap=8)
        self.agents = PlainLabel("", tone="muted", elide=True)
        top.addWidget(self.agents, 1)
        self.room_button = Button(self.tr("Tổng đài"))
        self.room_button.setCheckable(True)
        self.room_button.clicked.connect(
            lambda shown: self.open_room() if shown else self.show_agencies()
        )
        top.addWidget(self.room_button)
        self.warned_button = Button(self.tr("Cảnh báo hạn"))
        self.warned_button.clicked.connect(lambda _checked=False: self.open_warnings())
        self.pause_button = Button(self.tr("Dừng đồng hồ…"))
        self.pause_button.setVisible(leads(self._desk.actor))
        self.pause_button.clicked.connect(lambda _checked=False: self.open_pauses())
        self.shift_button = Button(self.tr("Ca trực…"))
        self.shift_button.clicked.connect(lambda _checked=False: self.shift_wanted.emit())
        for button in (self.warned_button, self.pause_button, self.shift_button):
            top.addWidget(button)
        self.wall_button = Button(
            actions.word("wallboard.screens"), shortcut_hint=actions.key("wallboard.screens")
        )
        self.wall_button.clicked.connect(lambda _checked=False: self.offer_screens())
        top.addWidget(self.wall_button)
        actions.bind(self, "wallboard.screens", self.offer_screens)
        return top

    # --- what figures open

    def open_figure(self, name: str) -> None:
        """Show what this figure counts: a list next to it, or the page for the work."""
        if name in PAGES:
            self.page_wanted.emit(PAGES[name])
            return
        if name in ROOM:
            self.open_room()
            return
        if name == "tasks":
            self.show_agencies()
            self.tasks.table.setFocus()
            return
        self.grid.select(name)
        caption = next(c for n, c, _ in self.grid.captions if n == name)
        self._watch(name, caption[:1].upper() + caption[1:])

    def open_warnings(self) -> None:
        """Show the last day's warnings of open requests, most urgent first."""
        self.grid.select("")
        self._watch("warned", self.tr("Cảnh báo hạn"))

    def open_silent(self) -> None:
        """Show agencies that have sent no progress report within the city's number of working
        days.
        """
        self.grid.select("")
        rules = self._desk.catalogue.clocks_at(self._desk.clock())
        self._watch("silent", silence(rules))

    def open_wishes(self) -> None:
        """Show citizens' requests about their own data."""
        self.show_agencies()
        self.side.setCurrentWidget(self.wishes)
        self.wishes.table.setFocus()
        self._refresh.now()

    def open_pauses(self) -> None:
        """Open the orders that stop clocks."""
        from console.ui.pages.supervision.clock_pauses import PauseDialog  # noqa: PLC0415 - not before use

        dialog = PauseDialog(self._desk, self.window())
        dialog.announced.connect(self.done)
        dialog.show()

    def open_room(self) -> None:
        """Open the call room."""
        self.show_agencies()
        self.side.setCurrentWidget(self.room)
        self.room_button.setChecked(True)

    def _watch(self, kind: str, title: str) -> None:
        self.room_button.setChecked(False)
        self.watch.choose(kind, title)
        self.side.setCurrentWidget(self.watch)
        self.watch.table.setFocus()
        self._refresh.now()

    def show_agencies(self) -> None:
        """Show the agencies again."""
        self.grid.select("")
        self.watch.kind = ""
        self.room_button.setChecked(False)
        self.side.setCurrentIndex(0)

    # --- the wall

    def offer_screens(self) -> None:
        """Show the wall on the only other screen, on the one used before, or on one that the person
        chooses. If it is shown already, close it: on a seat with one monitor it hides everything
        else.
        """
        if self.wall is not None and isValid(self.wall) and self.wall.isVisible():
            self.wall.close()
            return
        at = self.wall_button.mapToGlobal(QPoint(0, self.wall_button.height()))
        choose_screen(self, at, self.open_wall, liked=self.liked_screen)

    def open_wall(self, screen: QScreen) -> None:
        """Show the figures on this screen, whatever page is in front."""
        if self.wall is None or not isValid(self.wall):
            self.wall = WallScreen(self)
        self._show_wall()
        self.wall.cover(screen)
        self.liked_screen = screen.name()
        self.wall_placed.emit(screen.name())
        self._refresh.now()

    def _is_watched(self) -> bool:
        return self.isVisible() or (self.wall is not None and isValid(self.wall))

    def _show_wall(self) -> None:
        if self.wall is None or not isValid(self.wall):
            return
        now = self._desk.clock()
        shown = [
            WallFigure(self.figures[name].value, caption, tone)
            for name, caption, tone in self.grid.captions
        ]
        foot = " · ".join(p for p in (formats.clock_time(now), self.agents.text()) if p)
        self.wall.set_figures(shown, foot, self.alarm.text(), self._ring_words())

    def _hides_window(self) -> bool:
        """Whether the wall covers this window, as on a seat with one monitor."""
        return (
            self.wall is not None
            and isValid(self.wall)
            and self.wall.screen() is self.window().screen()
        )

    def _ring_words(self) -> str:
        """The ringing call, for a person who sees only the wall; "" if there is none. On another
        screen the wall names no caller, because the whole room reads it.
        """
        rings = (c for c in self._calls.calls if c.mine and c.state == "ringing")
        call = next((c for c in rings if c.direction == "in"), None)
        if call is None or not self._hides_window():
            return ""
        who = f"◆ {ringing_words()} {call.number_text}"
        answer = f"{actions.word('call.answer')} {actions.key('call.answer')}".strip()
        return " · ".join(filter(None, (who, call.name, answer)))

    def _on_answered(self, _call: CallView) -> None:
        """Close the wall: the person has answered a call and needs the window."""
        if self.wall is not None and self._hides_window():
            self.wall.close()

    def show_alarms(self, alarms: Sequence[ActiveAlarm]) -> None:
        """Show what left the forecast's band in this hour or the last."""
        said = []
        for each in alarms:
            hours = f"{formats.clock_time(each.hour)}-{formats.clock_time(each.hour + _HOUR)}"
            series = words.series_name(self._desk.catalogue, each.series)
            said.append(
                self.tr("{0} {1} nhiều hơn dự báo").format(series, hours)
                if each.above
                else self.tr("{0} {1} ít hơn dự báo, kiểm tra đường dây").format(series, hours)
            )
        head = self.tr("▲ Lượng bất thường: {0}")
        self.alarm.setText(head.format("; ".join(said)) if said else "")
        self.alarm.setVisible(bool(said))

    def show_counts(self, counts: Counts) -> None:
        """Show these figures."""
        for name in COUNTED:
            self.figures[name].set(formats.number(getattr(counts, name)))
        ranked = sorted(counts.by_agency, key=lambda r: (-r[2], -r[1], r[0]))
        self._model.set_rows(ranked)
        groups = sorted(counts.by_group, key=lambda r: (-r[1], r[0]))
        self.groups.set_rows([(self._group(code), n) for code, n in groups])
        self._show_wall()

    @override
    def shown(self) -> None:
        """Refresh."""
        self._refresh.now()
        self._show_calls()

    @override
    def tick(self, now: datetime) -> None:
        """Update waits and deadlines, which change without an event."""
        self._show_wait(now)
        if now.second == 0:
            self._refresh.wish()

    @override
    def close_page(self) -> None:
        """Unsubscribe."""
        self._refresh.stop()
        self.room.stop()
        if self.wall is not None and isValid(self.wall):
            self.wall.close()
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
        if self._is_watched():
            self._refresh.wish()

    def _show_calls(self) -> None:
        self.figures["waiting"].set(formats.number(len(self._calls.waiting)))
        self._show_agents()
        self._show_wait(self._desk.clock())

    def _show_agents(self) -> None:
        """Show the number of operators in each state; a pause over its limit is named."""
        now, lang = self._desk.clock(), words.lang()
        counted = Counter(self._calls.state_of(a) for a in self._calls.operators.all if a.state)
        said = [
            f"{n} {wording.agent_state_name(state, lang)}" for state, n in counted.most_common()
        ]
        over = [
            a.name or a.operator
            for a in self._calls.operators.all
            if self._calls.operators.is_over_limit(a, now)
        ]
        if over:
            said.append(self.tr("nghỉ quá giờ: {0}").format(", ".join(over)))
        head = self.tr("Tổng đài viên: {0}")
        self.agents.setText(head.format(", ".join(said)) if said else "")

    def _show_wait(self, now: datetime) -> None:
        waits = [now - c.offered_at for c in self._calls.waiting]
        self.figures["longest"].set(formats.waited(max(waits)) if waits else "0")
        self._show_wall()

    async def _load(self) -> None:
        now = self._desk.clock()
        counts, watched, alarms = await self._desk.ask(
            lambda q: (q.counts(now), q.watch_counts(now), active_alarms(q, now))
        )
        self.show_alarms(alarms)
        warned, silent = watched.pop("warned"), watched.pop("silent")
        self.warned_button.setText(self.tr("Cảnh báo hạn: {0}").format(warned))
        self.silent_button.setText(self.tr("Chưa báo tiến độ: {0}").format(silent))
        for name, n in watched.items():
            self.figures[name].set(formats.number(n))
        self.show_counts(counts)
        await self.watch.load()
        await self.tasks.load()
        await self.wishes.load()
