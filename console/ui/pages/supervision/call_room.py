"""The call room: waiting calls, operators and their states, the hour's service level; for
supervisors the three ways into an operator's call. Shown in **Giám sát** and in a window of its
own.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from console.services.views.calls import CallFigures
from console.services.wording import sentences as wording
from console.ui.calls.presenter import AgentView, CallPresenter, CallView
from console.ui.runtime.coalescing import Coalesced
from console.ui.text import formats, words
from console.ui.theme.signs import BadgeTone, Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import NONE, column_of
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_PERIOD = timedelta(hours=1)
_TONES: dict[str, BadgeTone] = {
    "ready": "ok",
    "ringing": "info",
    "on_call": "info",
    "wrap_up": "info",
    "paused": "warn",
    "unreachable": "urgent",
}
_SHAPES = {"ok": "circle", "info": "diamond", "warn": "triangle", "urgent": "square"}


class RoomPanel(QWidget):
    """Follows the exchange while it is visible."""

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Build it; data is loaded when it is shown."""
        super().__init__(parent)
        self.body = column_of(margins=NONE, gap=8, parent=self)
        self._desk, self._calls = desk, calls
        self._waiting: RowsModel[CallView] = RowsModel(
            self._waiting_columns(), lambda c: c.call_id, desk.clock
        )
        self._agents: RowsModel[AgentView] = RowsModel(
            self._agent_columns(), lambda a: a.operator, desk.clock
        )
        self.waiting = Table(self._waiting, self.tr("Đang chờ"), empty=self.tr("Không ai chờ."))
        self.agents = Table(
            self._agents, self.tr("Tổng đài viên"), empty=self.tr("Chưa có tổng đài viên nào.")
        )
        self.figures = PlainLabel(tone="muted")
        self._waits = Section(self.tr("Đang chờ"))
        self.body.addWidget(self.figures)
        self.body.addWidget(self._waits)
        self.body.addWidget(self.waiting, 2)
        self.body.addWidget(Section(self.tr("Tổng đài viên")))
        self.body.addWidget(self.agents, 3)
        self.buttons = self._verbs()
        self._ask = Coalesced(self._load, every_ms=2000, parent=self)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        # A busy exchange sends a hundred events a second; ten repaints are enough.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(100)
        self._soon.timeout.connect(self._show)
        calls.changed.connect(self._changed)
        self.agents.chosen.connect(lambda _key: self._allow())

    def _waiting_columns(self) -> tuple[Column[CallView], ...]:
        return (
            Column(self.tr("Vị trí"), lambda c, _: str(c.position or "—"), width=6),
            Column(self.tr("Số gọi"), lambda c, _: c.number_text, None, "strong", 15),
            Column(self.tr("Họ tên"), lambda c, _: c.name or "—", width=0),
            Column(self.tr("Hàng"), lambda c, _: c.queue or "—", width=7),
            Column(
                self.tr("Chờ"),
                lambda c, now: formats.waited(now - c.offered_at),
                width=6,
                ticks=True,
            ),
        )

    def _agent_columns(self) -> tuple[Column[AgentView], ...]:
        return (
            Column(self.tr("Máy"), lambda a, _: a.operator, None, "strong", 6),
            Column(self.tr("Họ tên"), lambda a, _: a.name or "—", width=0),
            Column(self.tr("Trạng thái"), None, self._state, width=26, ticks=True),
            Column(
                self.tr("Từ"), lambda a, now: formats.waited(now - a.since), width=6, ticks=True
            ),
        )

    def _state(self, agent: AgentView, now: datetime) -> Sign:
        text = wording.agent_state_name(self._calls.state_of(agent), words.lang())
        if agent.reason:
            text = f"{text}: {agent.reason}"
        if agent.spying:
            text = self.tr("{0} (đang nghe cùng)").format(text)
        tone = _TONES.get(agent.state, "muted")
        if self._calls.operators.is_over_limit(agent, now):
            text, tone = self.tr("{0} · quá giờ").format(text), "urgent"
        return Sign(text, tone, _SHAPES.get(tone, "none"))  # type: ignore[arg-type]

    def _verbs(self) -> dict[str, Button]:
        if not self._calls.may_listen:
            return {}
        row = QHBoxLayout()
        row.addStretch(1)
        made = {}
        for way, text, hint in (
            ("listen", self.tr("Nghe"), self.tr("Không ai nghe thấy bạn")),
            ("whisper", self.tr("Nhắc"), self.tr("Chỉ tổng đài viên nghe thấy bạn")),
            ("barge", self.tr("Xen vào"), self.tr("Cả hai bên nghe thấy bạn")),
        ):
            made[way] = Button(text)
            made[way].setAccessibleDescription(hint)
            made[way].clicked.connect(lambda _checked=False, w=way: self._listen(w))
            row.addWidget(made[way])
        self.body.addLayout(row)
        note = self.tr("Máy của bạn đổ chuông trước. Mỗi lần nghe được ghi vào nhật ký.")
        self.body.addWidget(PlainLabel(note, tone="muted", kind="caption"))
        return made

    # --- showing

    def _chosen(self) -> AgentView | None:
        key = self.agents.current_key
        return next((a for a in self._calls.operators.all if a.operator == key), None)

    def _listen(self, way: str) -> None:
        if (agent := self._chosen()) is not None:
            self._calls.listen(agent.operator, way)

    def _changed(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        now = self._desk.clock()
        waiting = self._calls.waiting
        self._waiting.set_rows(waiting)
        self._agents.set_rows(self._calls.operators.all)
        longest = max((now - c.offered_at for c in waiting), default=timedelta())
        text = self.tr("{0} · lâu nhất {1}").format(len(waiting), formats.waited(longest))
        self._waits.set_trailing(text if waiting else "")
        self._allow()
        self._ask.wish()

    def _allow(self) -> None:
        agent = self._chosen()
        talks = agent is not None and agent.state == "on_call"
        own = agent is not None and agent.operator == self._calls.extension
        for button in self.buttons.values():
            button.setEnabled(talks and not own)

    def _tick(self) -> None:
        self._show()
        for model in (self._waiting, self._agents):
            if last := model.rowCount():
                end = model.index(last - 1, model.columnCount() - 1)
                model.dataChanged.emit(model.index(0, 0), end)

    async def _load(self) -> None:
        now = self._desk.clock()
        found = await self._desk.ask(lambda q: q.call_figures(now - _PERIOD, now))
        if isValid(self.figures):
            self.figures.setText(self._figures_words(found))

    def _figures_words(self, found: CallFigures) -> str:
        if found.service_level is None or found.abandonment is None:
            return self.tr("Một giờ qua chưa có cuộc gọi đến nào.")
        text = self.tr(
            "Một giờ qua: {0} cuộc gọi · {1} nghe trong {2} giây · {3} bỏ máy · chờ lâu nhất {4}"
        )
        return text.format(
            found.offered,
            f"{found.service_level * 100:.0f} %",
            f"{found.within_s:g}",
            f"{found.abandonment * 100:.0f} %",
            formats.waited(timedelta(seconds=found.longest_wait_s)),
        )

    def stop(self) -> None:
        """Unsubscribe: its window or page is closing."""
        self._ask.stop()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self._show()
        self._ask.now()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        self._soon.stop()
        super().hideEvent(event)


class RoomDialog(HouseDialog):
    """**Tổng đài**: the call room in a window of its own, for work on another page."""

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Show the call room."""
        super().__init__(self.tr("Tổng đài"), parent)
        self.room = RoomPanel(desk, calls)
        self.body.addWidget(self.room)
        self.resize(640, 560)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.room.stop()
        super().closeEvent(event)
