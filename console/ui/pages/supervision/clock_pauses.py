"""**Tạm dừng đồng hồ**: a supervisor's orders to stop clocks (force majeure): the list, and a new
one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from console.domain.desk.pause_orders import PauseOrder
from console.domain.errors import ConsoleError
from console.domain.requests.events import PauseOrdered
from console.services.supervision.clock_orders import end_pause, order_pause
from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.choice_search import Choice
from console.ui.text.error_sentences import sentence
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.fields.period_box import date_edit, local_time, said_time
from console.ui.widgets.fields.search_combo import SearchCombo
from console.ui.widgets.layout.boxes import NONE, column_of, row_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_USUAL = timedelta(hours=12)


class ScopePicker(QWidget):
    """Chooses several entries of a long list by a few letters; none means all."""

    def __init__(self, name: str, everything: str, choices: Sequence[Choice]) -> None:
        """Start with nothing chosen."""
        super().__init__()
        self._names = {choice.code: choice.text for choice in choices}
        self._everything = everything
        self.codes: list[str] = []
        self.combo = SearchCombo()
        self.combo.setAccessibleName(name)
        self.combo.set_choices(list(choices))
        self._said = PlainLabel(everything, tone="muted", wrap=True)
        self.clear_button = Button(self.tr("Bỏ chọn"), kind="flat")
        self.clear_button.setVisible(False)
        column = column_of(self.combo, margins=NONE, gap=2, parent=self)
        column.addLayout(row_of((self._said, 1), self.clear_button))
        self.combo.chosen.connect(self.add)
        self.clear_button.clicked.connect(lambda _checked=False: self.clear())

    def add(self, code: str) -> None:
        """Add the entry in the field."""
        if code in self._names and code not in self.codes:
            self.codes.append(code)
        self.combo.set_code(None)
        self._show()

    def clear(self) -> None:
        """Clear the choice; that means all."""
        self.codes.clear()
        self._show()

    def _show(self) -> None:
        said = ", ".join(self._names[code] for code in self.codes)
        self._said.setText(said or self._everything)
        self.clear_button.setVisible(bool(self.codes))


class PauseDialog(HouseDialog):
    """The list above, the form below.

    Signals:
        announced: a sentence about what was done.
    """

    announced = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; rows are loaded from the store."""
        super().__init__(self.tr("Tạm dừng đồng hồ"), parent)
        self._desk = desk
        self.model: RowsModel[PauseOrder] = RowsModel(self._columns(), lambda o: o.id, desk.clock)
        self.table = Table(
            self.model, self.windowTitle(), empty=self.tr("Chưa có lệnh tạm dừng nào.")
        )
        self.end_reason = QLineEdit()
        self.end_reason.setPlaceholderText(self.tr("Lý do kết thúc sớm"))
        self.end_reason.setAccessibleName(self.tr("Lý do kết thúc sớm"))
        self.end_button = Button(self.tr("Kết thúc sớm"), kind="danger")
        self.reason, self.paper = QLineEdit(), QLineEdit()
        self.since, self.until = date_edit(self.tr("Từ lúc")), date_edit(self.tr("Đến trước"))
        catalogue = desk.catalogue
        self.groups = ScopePicker(
            self.tr("Lĩnh vực"), self.tr("Mọi lĩnh vực"),
            [Choice(g.code, g.name, "") for g in catalogue.groups.values()],
        )  # fmt: skip
        self.wards = ScopePicker(
            self.tr("Phường/Xã"), self.tr("Cả thành phố"),
            [Choice(w.code, w.name, "") for w in catalogue.wards.values()],
        )  # fmt: skip
        self.agencies = ScopePicker(
            self.tr("Đơn vị xử lý"), self.tr("Mọi đơn vị"),
            [Choice(a.code, a.name, a.short_name) for a in catalogue.agencies.values()],
        )  # fmt: skip
        self._build()
        self.resize(900, 640)
        spawn(self._load())

    def _columns(self) -> tuple[Column[PauseOrder], ...]:
        return (
            Column(self.tr("Lý do"), lambda o, _: self._why(o), None, "strong", 0),
            Column(self.tr("Phạm vi"), lambda o, _: self._scope(o), width=30),
            Column(
                self.tr("Thời gian"),
                lambda o, now: f"{formats.when(o.said.since, now)} - {formats.when(o.until, now)}",
                width=28,
            ),
            Column(self.tr("Tình trạng"), None, self._state, width=16, ticks=True),
        )

    def _build(self) -> None:
        self.body.addWidget(Section(self.tr("Lệnh đã ra")))
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row_of((self.end_reason, 1), self.end_button))
        self.body.addWidget(Section(self.tr("Lệnh mới")))
        form = FormGrid()
        form.add_row(self.tr("Lý do"), self.reason)
        form.add_row(self.tr("Số văn bản"), self.paper)
        form.add_pair(self.tr("Từ lúc"), self.since, self.tr("Đến trước"), self.until)
        form.add_row(self.tr("Lĩnh vực"), self.groups, buddy=self.groups.combo)
        form.add_row(self.tr("Phường/Xã"), self.wards, buddy=self.wards.combo)
        form.add_row(self.tr("Đơn vị xử lý"), self.agencies, buddy=self.agencies.combo)
        self.body.addWidget(form)
        hint = self.tr(
            "Đồng hồ nhận việc và xử lý của các đơn vị trong phạm vi đứng lại suốt thời gian này. "
            "Hạn đã qua trước đó không đổi."
        )
        self.body.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        now = self._desk.clock()
        self.since.setDateTime(local_time(now))
        self.until.setDateTime(local_time(now + _USUAL))
        self.verb = self.add_buttons(self.tr("Ra lệnh tạm dừng"))
        self.verb.clicked.connect(lambda _checked=False: self.order())
        self.end_button.clicked.connect(lambda _checked=False: self.end())
        self.table.chosen.connect(lambda _key: self._enable())
        self.reason.setFocus()

    def _why(self, order: PauseOrder) -> str:
        return " · ".join(p for p in (order.said.reason, order.said.paper) if p)

    def _scope(self, order: PauseOrder) -> str:
        said, catalogue = order.said, self._desk.catalogue
        names = [
            *(catalogue.groups[c].name for c in said.groups if c in catalogue.groups),
            *(catalogue.services[c].name for c in said.services if c in catalogue.services),
            *(catalogue.wards[c].name for c in said.wards if c in catalogue.wards),
            *(catalogue.agencies[c].short_name for c in said.agencies if c in catalogue.agencies),
        ]
        return ", ".join(names) or self.tr("Toàn bộ")

    def _state(self, order: PauseOrder, now: datetime) -> Sign:
        if order.is_over(now):
            ended = self.tr("kết thúc sớm") if order.end_reason else self.tr("đã hết")
            return Sign(ended, "muted", "none")
        if now < order.said.since:
            return Sign(self.tr("sắp có hiệu lực"), "info", "circle")
        return Sign(self.tr("đang dừng"), "warn", "triangle")

    async def _load(self) -> None:
        found = await self._desk.ask(lambda q: q.pause_orders())
        if not isValid(self):
            return
        now = self._desk.clock()
        self.model.set_rows(sorted(found, key=lambda o: (o.is_over(now), -o.until.timestamp())))
        self.table.choose_first()
        self._enable()

    @property
    def chosen(self) -> PauseOrder | None:
        """The chosen order."""
        return self.model.row(self.table.currentIndex().row())

    def _enable(self) -> None:
        order = self.chosen
        runs = order is not None and not order.is_over(self._desk.clock())
        self.end_button.setEnabled(runs)
        self.end_reason.setEnabled(runs)

    # --- actions

    def order(self) -> None:
        """Give the order that is in the form."""
        commit_typed()
        # No scope means the whole city; unknown text must not turn into that.
        if astray := self.stray():
            self.say_problem(astray)
            return
        begins = said_time(self.since)
        minute = self._desk.clock().replace(second=0, microsecond=0)
        said = PauseOrdered(
            reason=self.reason.text(),
            paper=self.paper.text(),
            # The field has minutes: the current minute means now.
            since=self._desk.clock() if begins == minute else begins,
            until=said_time(self.until),
            groups=tuple(self.groups.codes),
            wards=tuple(self.wards.codes),
            agencies=tuple(self.agencies.codes),
        )

        async def work() -> None:
            await order_pause(self._desk, said)
            await self._done(self.tr("Đã ra lệnh tạm dừng đồng hồ."))

        spawn(work(), self._failed)

    def end(self) -> None:
        """End the chosen order now."""
        order, reason = self.chosen, self.end_reason.text()
        if order is None:
            return

        async def work() -> None:
            await end_pause(self._desk, order.id, reason)
            await self._done(self.tr("Đã kết thúc lệnh tạm dừng, đồng hồ chạy tiếp."))

        spawn(work(), self._failed)

    async def _done(self, text: str) -> None:
        self.announced.emit(text)
        if isValid(self):
            self.say_problem("")
            self.reason.clear()
            self.end_reason.clear()
            await self._load()

    def _failed(self, error: ConsoleError) -> None:
        if isValid(self):
            self.say_problem(sentence(error))
