"""**Hàng đợi**: what an agency owes, by deadline, and the steps on it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from console.domain.commands import ReportResult
from console.services.views import QueueSummary, RequestDetail
from console.ui import actions, formats, words
from console.ui.dialogs.report import ReportDialog
from console.ui.dialogs.steps import ExtendDialog, ForwardDialog, ReasonDialog, RefuseDialog
from console.ui.models.rows import Column, RowsModel
from console.ui.panels.request_pane import RequestPane
from console.ui.paper import Paper, PaperMenu, made_at, paper_of
from console.ui.presenters.queue import VIEWS, QueueItem, QueuePresenter
from console.ui.presenters.steps import Then, Told
from console.ui.search import Choice
from console.ui.signs import Sign
from console.ui.widgets.figure import Figure
from console.ui.widgets.list_page import ListPage, Verb
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.search_combo import SearchCombo
from console.ui.widgets.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_ALL = "*"
_TYPING_MS = 120


class QueuePage(ListPage):
    """Table left, the chosen request right.

    Signals:
        refused: a sentence for the notice bar.
    """

    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; rows come when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = QueuePresenter(desk, self)
        self._model: RowsModel[QueueItem] = RowsModel(self._columns(), lambda i: i.key, desk.clock)
        self.table = Table(
            self._model, self.tr("Hàng đợi"), empty=self.tr("Không có phản ánh nào ở đây.")
        )
        self.pane = RequestPane(desk)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._build()
        self._wire()

    # --- building

    def _columns(self) -> tuple[Column[QueueItem], ...]:
        return (
            Column(
                self.tr("Mã"), lambda i, _: formats.request_number(i.number), None, "strong", 13
            ),
            Column(self.tr("Loại sự cố"), lambda i, _: i.service, width=21, wide=32),
            Column(self.tr("Địa chỉ"), lambda i, _: i.address, width=0),
            Column(self.tr("Trạng thái"), self._state_words, width=14),
            Column(self.tr("Hạn"), lambda i, now: formats.when(i.deadline, now), width=10),
            Column(self.tr("Còn lại"), None, self._left, width=14, ticks=True),
        )

    @staticmethod
    def _state_words(item: QueueItem, _now: datetime) -> str:
        text = words.state(item.state)
        return f"{text} · {item.bounces}" if item.bounces else text

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
        self.lay_out(
            ((self._filters(), 0), (self._figures(), 0), (self.table, 1), (self.older_note, 0)),
            ((self.pane, 1),),
            self.verb_rows("queue", verbs, hints=(0,)),
            width=360,
        )

    def _paper(self) -> Paper:
        about = made_at(self._desk.clock(), self._model.rowCount())
        where = [self.tr("Hàng đợi"), self.agency.currentText(), self.view.currentText()]
        return paper_of(" · ".join(p for p in where if p), about, self._model)

    def _filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(self.tr("Hàng đợi"), kind="title"))
        self.paper = PaperMenu(self._desk, self._paper, self)
        self.paper.told.connect(self.refused)
        row.addWidget(self.paper_button(self.paper.offer))
        row.addStretch(1)
        label = PlainLabel(self.tr("Đơn vị"), tone="muted")
        self.agency = SearchCombo()
        agencies = self._desk.catalogue.agencies.values()
        every = [Choice(_ALL, self.tr("Tất cả đơn vị"))]
        self.agency.set_choices([*every, *(Choice(a.code, a.name, a.short_name) for a in agencies)])
        self.agency.set_code(self.presenter.agency or _ALL)
        self.agency.setEnabled(not self.presenter.is_officer)
        self.agency.setMinimumWidth(280)
        label.setBuddy(self.agency)
        self.view = QComboBox()
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
        self.search.setClearButtonEnabled(True)
        for widget, stretch in ((label, 0), (self.agency, 2), (self.view, 0), (self.search, 1)):
            row.addWidget(widget, stretch)
        return row

    def _figures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(22)
        self._numbers = {
            "open": Figure(self.tr("đang mở"), "muted"),
            "late": Figure(self.tr("trễ hạn"), "urgent"),
            "due_soon": Figure(self.tr("còn dưới 25 %"), "warn"),
            "refused": Figure(self.tr("trả lại"), "muted"),
            "on_time": Figure(self.tr("đúng hạn 30 ngày"), "ok"),
        }
        for figure in self._numbers.values():
            row.addWidget(figure)
        row.addStretch(1)
        return row

    def _wire(self) -> None:
        steps = {
            "accept": self.presenter.accept,
            "refuse": self.ask_refuse,
            "extend": self.ask_extend,
            "report": self.ask_report,
            "reopen": self.ask_reopen,
            "forward": self.ask_forward,
        }
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, n=name: self._step(n, steps[n]))
            actions.bind(self, f"queue.{name}", lambda n=name: self._step(n, steps[n]))  # type: ignore[misc]
        actions.bind(self, "queue.search", self._to_search)
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.older.changed.connect(self._show_older)
        self.presenter.summary_changed.connect(self._show_summary)
        self.presenter.detail_changed.connect(self._show_detail)
        self.presenter.refused.connect(self.refused)
        self.table.chosen.connect(self._on_chosen)
        self.agency.chosen.connect(lambda _code: self._ask())
        self.view.currentIndexChanged.connect(lambda _at: self._ask())
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self._typing.timeout.connect(self._ask)
        self._show_detail(None)

    # --- the page

    @override
    def shown(self) -> None:
        """Refresh, and start in the table."""
        self.presenter.refresh()
        self.table.setFocus()

    @override
    def tick(self, now: datetime) -> None:
        """Count down."""
        self.table.tick(now)
        self.pane.tick(now)

    @override
    def close_page(self) -> None:
        """End subscriptions."""
        self.presenter.close()

    def figure(self, name: str) -> str:
        """A figure as shown: open, late, due_soon, refused, on_time."""
        return self._numbers[name].value

    # --- the steps

    def ask_refuse(self) -> None:
        """Reason and a better agency."""

        def take(said: object, done: Then, refused: Told) -> None:
            reason, suggested = cast("tuple[str, str | None]", said)
            self.presenter.refuse(request_id, reason, suggested, done, refused)

        request_id = self._request_id()
        agencies = tuple(self._desk.catalogue.agencies.values())
        reasons = self._desk.catalogue.reasons_of("refuse")
        RefuseDialog(self._about(), reasons, agencies, take, self.window()).show()

    def ask_extend(self) -> None:
        """Reason and a later date; a supervisor sees what was asked for."""

        def take(said: object, done: Then, refused: Told) -> None:
            reason, until = cast("tuple[str, datetime]", said)
            self.presenter.extend(request_id, reason, until, done, refused)

        request_id = self._request_id()
        held, grant = self.presenter.assignment, self.presenter.can("grant")
        now = self._desk.clock()
        until = (held.deadline if held else None) or now
        if grant and held is not None and held.asked_at is not None:
            until = held.asked_at - timedelta(minutes=1)
        else:
            until = max(until, now) + timedelta(days=1)
        reasons = self._desk.catalogue.reasons_of("extend")
        ExtendDialog(self._about(), reasons, until, take, self.window(), grant=grant).show()

    def ask_report(self) -> None:
        """What was done."""

        def take(said: object, done: Then, refused: Told) -> None:
            self.presenter.report(cast("ReportResult", said), done, refused)

        held = self.presenter.assignment
        agency = held.agency if held else None
        about = self._about()
        ReportDialog(self._desk, self._request_id(), agency, about, take, self.window()).show()

    def ask_reopen(self) -> None:
        """Why it is not fixed."""

        def take(said: object, done: Then, refused: Told) -> None:
            self.presenter.reopen(request_id, str(said), done, refused)

        request_id = self._request_id()
        reasons = self._desk.catalogue.reasons_of("reopen")
        title = actions.word("queue.reopen")
        ReasonDialog(title, self._about(), reasons, take, self.window()).show()

    def ask_forward(self) -> None:
        """To which agency."""

        def take(said: object, done: Then, refused: Told) -> None:
            agency, reason = cast("tuple[str, str]", said)
            self.presenter.forward(request_id, agency, reason, done, refused)

        request_id = self._request_id()
        agencies = tuple(self._desk.catalogue.agencies.values())
        proposed, why = self.presenter.proposed_agency()
        dialog = ForwardDialog(self._about(), agencies, proposed, why, take, self.window())
        dialog.show()

    # --- inside

    def _step(self, name: str, ask: object) -> None:
        able = self.presenter.can(name) or (name == "extend" and self.presenter.can("grant"))
        if able and callable(ask):
            ask()

    def _request_id(self) -> UUID:
        detail = self.presenter.detail
        assert detail is not None, "a step needs a chosen request"  # noqa: S101 - `can` said so
        return detail.request.id

    def _about(self) -> str:
        detail = self.presenter.detail
        if detail is None:
            return ""
        request = detail.request
        parts = [
            formats.request_number(request.number),
            self.presenter.service_name(request.service_code),
            request.address_string or "",
        ]
        return " · ".join(p for p in parts if p)

    def _ask(self) -> None:
        code = self.agency.code()
        self.presenter.show(
            agency=None if code in (None, _ALL) else code,
            view=str(self.view.currentData()),
            query=self.search.text(),
        )

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_rows(self) -> None:
        self._model.set_rows(self.presenter.items)
        self.table.choose_first()

    def _show_older(self) -> None:
        """What the centre said of its older history, or that it cannot be asked."""
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
        for name, button in self.buttons.items():
            able = self.presenter.can(name) or (name == "extend" and self.presenter.can("grant"))
            button.setEnabled(able)
        if (forward := self.buttons.get("forward")) is not None:
            forward.setVisible(self.presenter.can("forward"))
            self.buttons["report"].setVisible(not self.presenter.can("forward"))
