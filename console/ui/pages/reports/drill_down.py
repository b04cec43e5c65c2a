"""The requests behind a number of a report; each can be opened."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.services.views.requests import RequestRow
from console.ui.text import formats, words
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk


class DrillDialog(HouseDialog):
    """A list over the report.

    Signals:
        request_opened: the id of a request to show whole.
    """

    request_opened = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        title: str,
        every: int,
        rows: tuple[RequestRow, ...],
        parent: QWidget | None = None,
    ) -> None:
        """Show these rows of a larger number."""
        super().__init__(title, parent)
        self._desk = desk
        self.model: RowsModel[RequestRow] = RowsModel(self._columns(), lambda r: r.id, desk.clock)
        self.table = Table(self.model, title, empty=self.tr("Không có phản ánh nào."))
        said = self.tr("{0} phản ánh").format(formats.number(every))
        if len(rows) < every:
            said = self.tr("{0} phản ánh, hiện {1} phản ánh mới nhất").format(
                formats.number(every), formats.number(len(rows))
            )
        self.body.addWidget(PlainLabel(title, kind="strong", wrap=True))
        self.body.addWidget(PlainLabel(said, tone="muted"))
        self.body.addWidget(self.table, 1)
        row = QHBoxLayout()
        opener = Button(self.tr("Mở phản ánh"), shortcut_hint="Enter", kind="primary")
        opener.clicked.connect(lambda: self._open(self.table.current_key))
        close = self.close_button()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(opener)
        self.body.addLayout(row)
        self.model.set_rows(rows)
        self.table.opened.connect(self._open)
        self.table.choose_first()
        self.table.setFocus()
        self.resize(940, 560)

    def _columns(self) -> tuple[Column[RequestRow], ...]:
        return (
            Column(
                self.tr("Mã"), lambda r, _: formats.request_number(r.number), None, "strong", 14
            ),
            Column(self.tr("Loại sự cố"), lambda r, _: self._service(r.service_code), width=22),
            Column(self.tr("Địa chỉ"), lambda r, _: r.address_string or "—", width=0),
            Column(self.tr("Trạng thái"), None, lambda r, _: words.state_sign(r.state), width=18),
            Column(
                self.tr("Tiếp nhận"), lambda r, now: formats.when(r.requested_at, now), width=13
            ),
            Column(self.tr("Hạn"), lambda r, now: formats.when(r.due_at, now), width=13),
        )

    def _service(self, code: str) -> str:
        found = self._desk.catalogue.services.get(code)
        return found.name if found else code

    def _open(self, key: object) -> None:
        if key is not None:
            self.request_opened.emit(cast("UUID", key))
