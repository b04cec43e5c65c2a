"""**Gọi lại**: results to report to citizens, and missed calls."""

from datetime import datetime
from typing import TYPE_CHECKING, cast, override

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.calls import STALE_CALLBACK
from console.domain.states import Outcome, Verdict
from console.services.views.calls import CallbackRow, MissedCallRow
from console.ui import actions
from console.ui.calls.presenter import CallPresenter
from console.ui.pages.callbacks.outcome_dialogs import NotReachedDialog, ReachedDialog
from console.ui.pages.callbacks.presenter import CallbacksPresenter, row_key
from console.ui.printing.paper import Paper, PaperMenu, made_at, paper_of
from console.ui.request.presence_line import PresenceLine
from console.ui.runtime.commands import OnDone, OnRefused
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.text.numbers import number_for
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card
from console.ui.widgets.dialogs.reason import ReasonDialog
from console.ui.widgets.layout.section import Section
from console.ui.widgets.page_frames.list_page import ListPage, Verb
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk


class CallbacksPage(ListPage[CallbacksPresenter]):
    """Two tables at the left, what to say at the right.

    Signals:
        request_opened: the id of a request to show whole.
    """

    request_opened = Signal(object)

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Build the page; rows are loaded when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = CallbacksPresenter(desk, calls, self)
        self._model: RowsModel[CallbackRow] = RowsModel(self._columns(), row_key, desk.clock)
        self._missed: RowsModel[MissedCallRow] = RowsModel(
            self._missed_columns(), lambda m: (m.pbx, m.call_id), desk.clock
        )
        self.table = Table(
            self._model,
            self.tr("Phản ánh cần báo kết quả"),
            empty=self.tr("Không còn ai chờ nghe kết quả."),
        )
        self.missed = Table(
            self._missed, self.tr("Cuộc gọi nhỡ"), empty=self.tr("Không có cuộc gọi nhỡ.")
        )
        self._words = QVBoxLayout()
        self.viewers = PresenceLine(desk, self)
        self._build()
        self._wire()

    def _columns(self) -> tuple[Column[CallbackRow], ...]:
        return (
            Column(
                self.tr("Mã"), lambda r, _: formats.request_number(r.number), None, "strong", 13
            ),
            Column(self.tr("Người phản ánh"), lambda r, _: self._who(r), width=24),
            Column(self.tr("Kết quả"), lambda r, _: r.result_text or "—", width=0),
            Column(self.tr("Lần gọi"), self._tries, width=18),
            Column(self.tr("Còn lại"), None, self._left, width=15, ticks=True),
        )

    def _missed_columns(self) -> tuple[Column[MissedCallRow], ...]:
        return (
            Column(self.tr("Số gọi"), lambda m, _: self._number(m.phone), None, "strong", 18),
            Column(self.tr("Họ tên"), lambda m, _: m.name or "—", width=0),
            Column(self.tr("Loại"), lambda m, _: self._kind(m.kind), width=20),
            Column(self.tr("Số lần"), lambda m, _: str(m.times), width=8),
            Column(self.tr("Người nhận"), None, self._taker, width=14, ticks=True),
            Column(self.tr("Lúc"), lambda m, now: formats.when(m.at, now), width=13),
        )

    def _taker(self, row: MissedCallRow, now: datetime) -> Sign:
        """Who has taken the callback; amber if that was long ago."""
        if row.taken_by is None or row.taken_at is None:
            return Sign(self.tr("chưa ai"), "muted", "none")
        stale = now - row.taken_at > STALE_CALLBACK
        return Sign(row.taken_by, "warn" if stale else "info", "triangle" if stale else "diamond")

    def _number(self, phone: str | None) -> str:
        return number_for(self._desk.actor, phone)

    def _who(self, row: CallbackRow) -> str:
        number = self._number(row.phone) if row.phone else ""
        return " · ".join(p for p in (row.reporter_name or "", number) if p) or "—"

    def _tries(self, row: CallbackRow, _now: datetime) -> str:
        if not row.attempts:
            return self.tr("chưa gọi")
        last = words.outcome(row.last_outcome) if row.last_outcome else ""
        return " · ".join(p for p in (f"{row.attempts}/{self.presenter.attempts(row)}", last) if p)

    @staticmethod
    def _left(row: CallbackRow, now: datetime) -> Sign:
        return formats.countdown(row.due_at, row.resolved_at, now)

    def _kind(self, kind: str) -> str:
        names = {
            "missed": self.tr("Gọi nhỡ"),
            "abandoned": self.tr("Bỏ máy khi chờ"),
            "callback_requested": self.tr("Xin gọi lại"),
            "callback": self.tr("Xin gọi lại"),
        }
        return names.get(kind, kind)

    def _build(self) -> None:
        self._head = Section(self.tr("Báo kết quả cho người dân"))
        holder = QWidget()
        holder.setLayout(self._words)
        self._words.setContentsMargins(0, 0, 0, 0)
        self._words.setSpacing(8)
        verbs: tuple[Verb, ...] = (
            ("dial", "plain", 0),
            ("told", "primary", 0),
            ("missed", "plain", 1),
            ("close", "plain", 1),
        )
        self.lay_out(
            (
                (self._title_row(), 0),
                (self._head, 0),
                (self.table, 3),
                (self._missed_head(), 0),
                (self.missed, 2),
            ),
            ((self.viewers, 0), (holder, 1)),
            self.verb_rows("callbacks", verbs),
            width=390,
            scrolls=False,
        )
        self.buttons["dial"].setVisible(self.presenter.can_dial)

    def _title_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(self.tr("Gọi lại"), kind="title"))
        self.paper = PaperMenu(self._desk, self._paper, self)
        self.paper.announced.connect(self.refused)
        self.paper.done.connect(self.done)
        row.addWidget(self.paper_button(self.paper.offer))
        row.addStretch(1)
        return row

    def _paper(self) -> Paper:
        about = made_at(self._desk.clock(), self._model.rowCount())
        return paper_of(self.tr("Báo kết quả cho người dân"), about, self._model)

    def _missed_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._missed_section = Section(self.tr("Cuộc gọi nhỡ"))
        row.addWidget(self._missed_section, 1)
        self.dial_missed = Button(self.tr("Gọi số này"))
        self.settle = Button(self.tr("Không cần gọi lại"))
        for button in (self.dial_missed, self.settle):
            row.addWidget(button)
        self.dial_missed.setVisible(self.presenter.can_dial)
        return row

    def _wire(self) -> None:
        steps = {
            "dial": self.dial,
            "told": self.ask_told,
            "missed": self.ask_not_reached,
            "close": self.close_request,
        }
        for name, step in steps.items():
            self.buttons[name].clicked.connect(lambda _checked=False, do=step: do())
            actions.bind(self, f"callbacks.{name}", step)
        self.dial_missed.clicked.connect(self.dial_missed_call)
        self.settle.clicked.connect(self.ask_settle)
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.missed_changed.connect(self._show_missed)
        self.presenter.refused.connect(self.refused)
        self.table.chosen.connect(lambda _key: self._show_chosen())
        self.table.opened.connect(lambda _key: self.dial())
        self.missed.chosen.connect(lambda _key: self._enable())
        self.missed.opened.connect(lambda _key: self.dial_missed_call())
        self._show_chosen()

    # --- the page

    @override
    def tick(self, now: datetime) -> None:
        """Count down."""
        self.table.tick(now)
        self.viewers.tick(now)

    # --- actions

    @property
    def chosen(self) -> CallbackRow | None:
        """The chosen callback."""
        return self._model.row(self.table.currentIndex().row())

    @property
    def chosen_missed(self) -> MissedCallRow | None:
        """The chosen missed call."""
        return self._missed.row(self.missed.currentIndex().row())

    def dial(self) -> None:
        """Call the reporter."""
        if (row := self.chosen) is not None:
            self.presenter.dial(row)

    def dial_missed_call(self) -> None:
        """Call back a missed caller."""
        if (row := self.chosen_missed) is not None:
            self.presenter.dial_missed(row)

    def ask_told(self) -> None:
        """Ask for the citizen's verdict, and whether the city may name the citizen when it thanks
        people.
        """
        if (row := self.chosen) is not None:
            spawn(self._ask_told(row), lambda error: self.refused.emit(sentence(error)))

    async def _ask_told(self, row: CallbackRow) -> None:
        named = await self.presenter.named(row)

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            verdict, text = cast("tuple[Verdict, str]", said)
            agreed = dialog.named.isChecked()

            def after() -> None:
                done()
                if named is not None and agreed != named:
                    self.presenter.name(row, agreed=agreed)
                if verdict is Verdict.NOT_SATISFIED:
                    self.ask_reopen(row)

            self.presenter.told(row, verdict, text, after, refused)

        dialog = ReachedDialog(self._about(row), take, self.window(), named=named)
        dialog.show()

    def ask_reopen(self, row: CallbackRow) -> None:
        """Ask why it is not fixed."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.reopen(row, str(said), done, refused)

        reasons = self._desk.catalogue.reasons_of("reopen")
        title = actions.word("queue.reopen")
        ReasonDialog(title, self._about(row), reasons, take, self.window()).show()

    def ask_not_reached(self) -> None:
        """Ask why the citizen was not reached."""
        row = self.chosen
        if row is None:
            return

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            outcome, text = cast("tuple[Outcome, str]", said)
            self.presenter.not_reached(row, outcome, text, done, refused)

        wanted = self.presenter.attempts(row)
        NotReachedDialog(self._about(row), row.attempts, wanted, take, self.window()).show()

    def close_request(self) -> None:
        """Close the request."""
        row = self.chosen
        if row is not None and self.presenter.may_close(row):
            self.presenter.close_request(row)

    def ask_settle(self) -> None:
        """Ask why no callback is needed."""
        row = self.chosen_missed
        if row is None:
            return

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.settle(row, str(said), done, refused)

        about = " · ".join(p for p in (self._number(row.phone), row.name or "") if p)
        reasons = self._desk.catalogue.reasons_of("settle")
        title = self.tr("Không cần gọi lại")
        ReasonDialog(title, about, reasons, take, self.window()).show()

    # --- showing

    def _about(self, row: CallbackRow) -> str:
        return f"{formats.request_number(row.number)} · {self._who(row)}"

    def _show_rows(self) -> None:
        self._model.set_rows(self.presenter.rows)
        self._head.set_trailing(str(len(self.presenter.rows)))
        self.table.choose_first()
        self._show_chosen()

    def _show_missed(self) -> None:
        self._missed.set_rows(self.presenter.missed)
        self._missed_section.set_trailing(str(len(self.presenter.missed)))
        # The other table gets the room that a few missed calls leave.
        self.missed.setMaximumHeight(self.missed.whole_height)
        self._enable()

    def _enable(self) -> None:
        row, missed = self.chosen, self.chosen_missed
        self.buttons["dial"].setEnabled(row is not None and bool(row.phone))
        for name in ("told", "missed"):
            self.buttons[name].setEnabled(row is not None)
        self.buttons["close"].setEnabled(row is not None and self.presenter.may_close(row))
        self.dial_missed.setEnabled(missed is not None and bool(missed.phone))
        self.settle.setEnabled(missed is not None)

    def _show_chosen(self) -> None:
        while (item := self._words.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        row = self.chosen
        self.viewers.show_subject(None if row is None else row.request_id)
        if row is None:
            hint = PlainLabel(self.tr("Chọn một dòng để xem cần báo gì."), tone="muted", wrap=True)
            self._words.addWidget(hint)
        else:
            self._fill(row)
        self._words.addStretch(1)
        self._enable()

    def _fill(self, row: CallbackRow) -> None:
        now = self._desk.clock()
        number = formats.request_number(row.number)
        self._words.addWidget(Section(number, formats.when(row.resolved_at, now)))
        self._words.addWidget(PlainLabel(self._who(row), kind="title", wrap=True))
        service = self._desk.catalogue.services.get(row.service_code)
        what = [service.name if service else row.service_code, row.address_string or ""]
        self._words.addWidget(PlainLabel(" · ".join(p for p in what if p), tone="muted", wrap=True))
        said = Card(activatable=False, tone="ok")
        agency = self._desk.catalogue.agencies.get(row.agency or "")
        who = agency.short_name if agency else row.agency or ""
        said.body.addWidget(PlainLabel(self.tr("{0} báo:").format(who), kind="strong"))
        said.body.addWidget(PlainLabel(row.result_text or "—", wrap=True))
        self._words.addWidget(said)
        if row.attempts:
            last = words.outcome(row.last_outcome) if row.last_outcome else ""
            tried = self.tr("Đã gọi {0} lần, lần cuối {1}: {2}").format(
                row.attempts, formats.when(row.last_at, now), last
            )
            self._words.addWidget(PlainLabel(tried, tone="muted", wrap=True))
        if row.message_state is not None:
            sign = words.delivery_sign(row.message_state)
            badge = Badge(self.tr("Tin nhắn {0}").format(sign.text), sign.tone, sign.shape)
            self._words.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        whole = Button(self.tr("Xem cả phản ánh"))
        whole.clicked.connect(lambda: self.request_opened.emit(row.request_id))
        self._words.addWidget(whole, 0, Qt.AlignmentFlag.AlignLeft)
