"""**Hàng đợi**: an agency's requests by deadline, and the steps on them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from console.domain.requests.commands import ReportResult
from console.domain.states import Priority
from console.services.publication.notices import MatchingNotice, where_of
from console.services.views.requests import QueueSummary, RequestDetail
from console.ui import actions
from console.ui.pages.queue.presenter import VIEWS, QueueItem, QueuePresenter
from console.ui.pages.queue.result_dialog import ReportDialog
from console.ui.printing.paper import Paper, PaperMenu, made_at, paper_of
from console.ui.request.dialogs.steps import ExtendDialog, RefuseDialog
from console.ui.request.notices import NoticesPresenter
from console.ui.request.pane import RequestPane
from console.ui.request.steps_menu import StepsMenu
from console.ui.runtime.commands import OnDone, OnRefused
from console.ui.text import formats, words
from console.ui.text.choice_search import Choice
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.notice import NoticeCards
from console.ui.widgets.charts.figure import Figure
from console.ui.widgets.fields.search_combo import SearchCombo
from console.ui.widgets.fields.short_combo import ShortCombo
from console.ui.widgets.layout.boxes import row_of
from console.ui.widgets.layout.flow import FlowLayout
from console.ui.widgets.layout.head_row import HeadRow
from console.ui.widgets.page_frames.list_page import ListPage, Verb
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_ALL = "*"
_TYPING_MS = 120


class QueuePage(ListPage[QueuePresenter]):
    """The table at the left, the chosen request at the right."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build the page; rows are loaded when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = QueuePresenter(desk, self)
        self._model: RowsModel[QueueItem] = RowsModel(self._columns(), lambda i: i.key, desk.clock)
        self.table = Table(
            self._model, self.tr("Hàng đợi"), empty=self.tr("Không có phản ánh nào ở đây.")
        )
        self.pane = RequestPane(desk)
        self.notices = NoticesPresenter(desk, self)
        self.notice_cards = NoticeCards(written=True)
        self.notice_cards.setContentsMargins(0, 0, 6, 0)  # as the pane below it
        self.more = StepsMenu(desk, self._stepped, self, agency=self._part)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._build()
        self._wire()

    # --- building

    def _columns(self) -> tuple[Column[QueueItem], ...]:
        # All rows of an officer belong to the own agency.
        agency = Column(self.tr("Đơn vị xử lý"), self._agency_words, width=11, wide=24)
        return (
            Column(
                self.tr("Mã"), lambda i, _: formats.request_number(i.number), None, "strong", 12
            ),
            # An officer's table has one column less, so texts get more room.
            Column(
                self.tr("Loại sự cố"),
                lambda i, _: i.service,
                width=21 if self.presenter.is_officer else 15,
                wide=32,
            ),
            Column(self.tr("Địa chỉ"), lambda i, _: i.address, width=0),
            Column(self.tr("Trạng thái"), self._state_words, width=13, wide=14),
            Column(self.tr("Hạn"), lambda i, now: formats.when(i.deadline, now), width=10),
            Column(self.tr("Còn lại"), None, self._left, width=13, wide=14, ticks=True),
            Column(self.tr("Ưu tiên"), self._priority_words, None, "strong", 7),
            *(() if self.presenter.is_officer else (agency,)),
        )

    @staticmethod
    def _state_words(item: QueueItem, _now: datetime) -> str:
        text = words.state(item.state)
        return f"{text} · {item.bounces}" if item.bounces else text

    @staticmethod
    def _priority_words(item: QueueItem, _now: datetime) -> str:
        """The word for a raised priority; nothing for the normal one."""
        return "" if item.priority is Priority.NORMAL else words.priority(item.priority)

    def _agency_words(self, item: QueueItem, _now: datetime) -> str:
        found = self._desk.catalogue.agencies.get(item.agency or "")
        return found.short_name if found else item.agency or ""

    def _left(self, item: QueueItem, now: datetime) -> Sign:
        if not item.open:
            return words.state_sign(item.state)
        if item.agency is None:
            return Sign(self.tr("chờ phân công"), "warn", "triangle")
        if item.asked_at is not None:
            return Sign(self.tr("xin gia hạn"), "warn", "triangle")
        return formats.countdown(item.deadline, item.start, now)

    def _build(self) -> None:
        self.older_note = PlainLabel(tone="muted", wrap=True)
        self.older_note.hide()
        verbs: list[Verb] = [
            ("report", "primary", 0),
            ("accept", "plain", 0),
            ("extend", "plain", 1),
            ("refuse", "plain", 1),
            ("reopen", "plain", 1),
        ]
        if not self.presenter.is_officer:
            verbs.append(("forward", "primary", 0))
        rows = self.verb_rows("queue", verbs, hints=(0,))
        rows[1].insertWidget(rows[1].count() - 1, self.more.button)
        self.lay_out(
            ((self._filters(), 0), (self._figures(), 0), (self.table, 1), (self.older_note, 0)),
            ((self.notice_cards, 0), (self.pane, 1)),
            rows,
            width=360,
        )

    def _paper(self) -> Paper:
        about = made_at(self._desk.clock(), self._model.rowCount())
        where = [self.tr("Hàng đợi"), self.agency.currentText(), self.view.currentText()]
        return paper_of(" · ".join(p for p in where if p), about, self._model)

    def _filters(self) -> HeadRow:
        row = row_of(PlainLabel(self.tr("Hàng đợi"), kind="title"), gap=8)
        self.paper = PaperMenu(self._desk, self._paper, self)
        self.paper.announced.connect(self.refused)
        self.paper.done.connect(self.done)
        row.addWidget(self.paper_button(self.paper.offer))
        row.addStretch(1)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        label = PlainLabel(self.tr("Đơn vị"), tone="muted")
        self.agency = SearchCombo()
        agencies = self._desk.catalogue.agencies.values()
        every = [Choice(_ALL, self.tr("Tất cả đơn vị"))]
        self.agency.set_choices([*every, *(Choice(a.code, a.name, a.short_name) for a in agencies)])
        self.agency.set_code(self.presenter.agency or _ALL)
        self.agency.setEnabled(not self.presenter.is_officer)
        self.agency.setMinimumWidth(165)
        label.setBuddy(self.agency)
        self.view = ShortCombo()
        self.view.setAccessibleName(self.tr("Trạng thái"))
        names = {
            "open": self.tr("Đang mở"),
            "unassigned": self.tr("Chờ phân công"),
            "info": self.tr("Chờ bổ sung"),
            "resolved": self.tr("Đơn vị báo xong"),
            "closed": self.tr("Đã đóng"),
        }
        for view in VIEWS:
            if view not in ("unassigned", "info") or not self.presenter.is_officer:
                self.view.addItem(names[view], view)
        self.search = QLineEdit()
        self.search.setObjectName("queue.query")
        self.search.setPlaceholderText(self.tr("Tìm: mã, địa chỉ…"))
        self.search.setAccessibleName(self.tr("Tìm trong hàng đợi"))
        self.search.setMinimumWidth(120)
        self.search.setClearButtonEnabled(True)
        for widget, stretch in ((label, 0), (self.agency, 2), (self.view, 0), (self.search, 1)):
            filters.addWidget(widget, stretch)
        return HeadRow(row, filters, 3)

    def _figures(self) -> FlowLayout:
        row = FlowLayout(gap=22)
        self._numbers = {
            "open": Figure(self.tr("đang mở"), "muted"),
            "late": Figure(self.tr("trễ hạn"), "urgent"),
            "due_soon": Figure(self.tr("còn dưới 25 %"), "warn"),
            "refused": Figure(self.tr("trả lại"), "muted"),
            "on_time": Figure(self.tr("đúng hạn 30 ngày"), "ok"),
        }
        for figure in self._numbers.values():
            row.addWidget(figure)
        return row

    def _wire(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "accept": self.presenter.accept,
            "refuse": self.ask_refuse,
            "extend": self.ask_extend,
            "report": self.ask_report,
            "reopen": partial(self.more.ask, "reopen"),
            "forward": partial(self.more.ask, "forward"),
        }
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, n=name: self._step(n, steps[n]))
            actions.bind(self, f"queue.{name}", lambda n=name: self._step(n, steps[n]))  # type: ignore[misc]
        actions.bind(self, "queue.search", self._to_search)
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.older.changed.connect(self._show_older)
        self.presenter.summary_changed.connect(self._show_summary)
        self.presenter.detail_changed.connect(self._show_detail)
        self.notices.changed.connect(self._show_notices)
        self.presenter.refused.connect(self.refused)
        self.more.refused.connect(self.refused)
        self.table.chosen.connect(self._on_chosen)
        self.agency.chosen.connect(lambda _code: self._ask())
        self.view.currentIndexChanged.connect(lambda _at: self._ask())
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self._typing.timeout.connect(self._ask)
        self._show_detail(None)

    # --- the page

    @override
    def tick(self, now: datetime) -> None:
        """Update the countdowns."""
        self.table.tick(now)
        self.pane.tick(now)
        self.notices.tick(now)

    @override
    def close_page(self) -> None:
        """Unsubscribe."""
        super().close_page()
        self.notices.close()

    def figure(self, name: str) -> str:
        """A figure as shown: open, late, due_soon, refused, on_time."""
        return self._numbers[name].value

    # --- steps

    def ask_refuse(self) -> None:
        """Ask for a reason and a better agency."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            reason, suggested = cast("tuple[str, str | None]", said)
            self.presenter.refuse(request_id, reason, suggested, done, refused)

        request_id = self._request_id()
        agencies = tuple(self._desk.catalogue.agencies.values())
        reasons = self._desk.catalogue.reasons_of("refuse")
        RefuseDialog(self._about(), reasons, agencies, take, self.window()).show()

    def ask_extend(self) -> None:
        """Ask for a reason and a later date; a supervisor sees the requested one."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            wish = cast("tuple[str, datetime, tuple[str, ...]]", said)
            self.presenter.extend(request_id, *wish, done, refused)

        request_id = self._request_id()
        held, grant = self.presenter.assignment, self.presenter.can("grant")
        now = self._desk.clock()
        until = (held.deadline if held else None) or now
        if grant and held is not None and held.asked_at is not None:
            until = held.asked_at - timedelta(minutes=1)
        else:
            until = max(until, now) + timedelta(days=1)
        reasons = self._desk.catalogue.reasons_of("extend")
        files = None if grant else self._desk.files
        ExtendDialog(self._about(), reasons, until, take, self.window(), files=files).show()

    def ask_report(self) -> None:
        """Ask what was done."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.report(cast("ReportResult", said), done, refused)

        held = self.presenter.assignment
        agency = held.agency if held else None
        about = self._about()
        ReportDialog(self._desk, self._request_id(), agency, about, take, self.window()).show()

    # --- inside

    def _step(self, name: str, ask: Callable[[], None]) -> None:
        if self._able(name):
            ask()

    def _able(self, name: str) -> bool:
        return self.presenter.can(name) or (name == "extend" and self.presenter.can("grant"))

    def _stepped(self) -> RequestDetail | None:
        """The chosen request, if this seat may change it."""
        return None if self.presenter.is_older else self.presenter.detail

    def _part(self) -> str | None:
        held = self.presenter.assignment
        return held.agency if held is not None else None

    def _request_id(self) -> UUID:
        detail = self.presenter.detail
        assert detail is not None, "a step needs a chosen request"  # noqa: S101 - `can` said so
        return detail.request.id

    def _about(self) -> str:
        detail = self.presenter.detail
        return self.more.about(detail.request) if detail is not None else ""

    def _ask(self) -> None:
        code = self.agency.code()
        self.presenter.show(
            agency=None if code in (None, _ALL) else code,
            view=str(self.view.currentData()),
            query=self.search.text(),
        )

    def show_agency(self, code: str) -> None:
        """Choose this agency in the filter."""
        self.agency.set_code(code)
        self._ask()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_rows(self) -> None:
        self._model.set_rows(self.presenter.items)
        self.table.choose_first()

    def _show_notices(self) -> None:
        """Show notices for the place of the chosen request."""
        detail = self.presenter.detail
        told: tuple[MatchingNotice, ...] = ()
        if detail is not None:
            request = detail.request
            pin = (request.lat, request.long) if request.lat and request.long else None
            wards = (request.ward_code,) if request.ward_code else ()
            service = self._desk.catalogue.services.get(request.service_code)
            group = service.group if service else None
            where = where_of(self._desk.places, pin=pin, wards=wards)
            told = self.notices.told(where, group)
        self.notice_cards.show_told(told, self._desk.clock())

    def _show_older(self) -> None:
        """Show what the centre found of older history, or that it cannot be reached."""
        older = self.presenter.older
        self.older_note.setText(older.note)
        self.older_note.set_tone("warn" if older.away else "muted")
        self.older_note.setVisible(bool(older.note))

    def _show_summary(self, summary: QueueSummary) -> None:
        for name in ("open", "late", "due_soon", "refused"):
            self._numbers[name].set(formats.number(getattr(summary, name)))
        self._numbers["on_time"].set(formats.percent(summary.on_time_share))

    def _on_chosen(self, key: object) -> None:
        self.presenter.select(cast("tuple[UUID, str | None] | None", key))

    def _show_detail(self, detail: RequestDetail | None) -> None:
        self.pane.show_detail(detail, older=self.presenter.is_older)
        self._show_notices()
        for name, button in self.buttons.items():
            button.setEnabled(self._able(name))
        self.more.refresh()
        if (forward := self.buttons.get("forward")) is not None:
            forward.setVisible(self.presenter.can("forward"))
            self.buttons["report"].setVisible(not self.presenter.can("forward"))
