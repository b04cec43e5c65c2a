"""Where to transfer a call: a number typed, or an agency's contact point chosen."""

import re
from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from console.domain.text import clean_line, fold
from console.ui.dialogs.base import HouseDialog
from console.ui.widgets.button import Button
from console.ui.widgets.form_grid import FormGrid
from console.ui.widgets.plain_label import PlainLabel

_NUMBER = re.compile(r"\+?[0-9*#]{2,20}")


class TransferDialog(HouseDialog):
    """Signals: `chosen` with the number to transfer to."""

    chosen = Signal(str)

    def __init__(
        self, caller: str, places: tuple[tuple[str, str], ...], parent: QWidget | None = None
    ) -> None:
        """Offer the places; `caller` names whose call it is."""
        super().__init__(self.tr("Chuyển máy"), parent)
        self._places = places
        self.body.addWidget(
            PlainLabel(self.tr("Chuyển cuộc gọi của {0}").format(caller), tone="muted")
        )
        form = FormGrid()
        self._to = QLineEdit()
        self._to.setPlaceholderText(self.tr("số máy, hoặc tên đơn vị"))
        form.add_row(self.tr("Chuyển đến"), self._to)
        self.body.addWidget(form)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Đơn vị"))
        self.body.addWidget(self._list, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(self.tr("Thôi"), shortcut_hint="Esc")
        self._go = Button(self.tr("Chuyển máy"), shortcut_hint="Enter", kind="primary")
        row.addWidget(cancel)
        row.addWidget(self._go)
        self.body.addLayout(row)
        cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self._choose)
        self._to.textChanged.connect(self._narrow)
        self._to.returnPressed.connect(self._choose)
        self._list.itemActivated.connect(lambda _item: self._choose())
        self._list.currentItemChanged.connect(lambda *_: self._allow())
        self.resize(440, 380)
        self._narrow("")
        self._to.setFocus()

    @property
    def target(self) -> str:
        """The number that would be dialled; "" while there is none."""
        typed = re.sub(r"[\s.\-]", "", self._to.text())
        if _NUMBER.fullmatch(typed):
            return typed
        at = self._list.currentRow()
        return str(self._list.item(at).data(Qt.ItemDataRole.UserRole)) if at >= 0 else ""

    def _narrow(self, text: str) -> None:
        wanted = fold(clean_line(text)).split()
        self._list.clear()
        for name, number in self._places:
            if all(word in fold(f"{name} {number}") for word in wanted):
                item = QListWidgetItem(f"{name}   {number}")
                item.setData(Qt.ItemDataRole.UserRole, number)
                self._list.addItem(item)
        if wanted and self._list.count():
            self._list.setCurrentRow(0)
        self._allow()

    def _allow(self) -> None:
        self._go.setEnabled(bool(self.target))

    def _choose(self) -> None:
        if self.target:
            self.chosen.emit(self.target)
            self.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self._list.count():
            at = min(max(self._list.currentRow() + step, 0), self._list.count() - 1)
            self._list.setCurrentRow(at)
            return
        super().keyPressEvent(event)
