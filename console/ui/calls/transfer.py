"""Asks where to transfer a call: a typed number, or an agency's contact point."""

import re
from typing import override

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from console.domain.text.cleaning import clean_line
from console.domain.text.folding import fold
from console.domain.text.phone import is_dialable
from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid


class TransferDialog(HouseDialog):
    """Emits, each with the number: `chosen` (blind transfer), `asked` (consult first, the caller
    waits), `invited` (conference of three).
    """

    chosen = Signal(str)
    asked = Signal(str)
    invited = Signal(str)

    def __init__(
        self,
        caller: str,
        places: tuple[tuple[str, str], ...],
        parent: QWidget | None = None,
        *,
        ways: frozenset[str] = frozenset({"blind"}),
    ) -> None:
        """Offer the places; `caller` says whose call it is.

        Args:
            ways: blind, consult, conference: what the line supports.
        """
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
        row.addWidget(cancel)
        cancel.clicked.connect(self.reject)
        self.verbs = self._verbs(ways)
        for verb in self.verbs.values():
            row.addWidget(verb)
        self.body.addLayout(row)
        first = self.asked if "blind" not in ways else self.chosen
        self._to.textChanged.connect(self._narrow)
        self._to.returnPressed.connect(lambda: self._choose(first))
        self._list.itemActivated.connect(lambda _item: self._choose(first))
        self._list.currentItemChanged.connect(lambda *_: self._allow())
        self.resize(580, 380)
        self._narrow("")
        self._to.setFocus()

    def _verbs(self, ways: frozenset[str]) -> dict[str, Button]:
        """A button for each way that the line supports; the blind transfer stands at the right."""
        known: tuple[tuple[str, str, str, ButtonKind, SignalInstance], ...] = (
            ("conference", self.tr("Mời vào cuộc gọi"), "", "plain", self.invited),
            ("consult", self.tr("Hỏi trước"), "Ctrl+Enter", "plain", self.asked),
            ("blind", self.tr("Chuyển máy"), "Enter", "primary", self.chosen),
        )
        made = {}
        for way, text, hint, kind, signal in known:
            if way in ways:
                made[way] = Button(text, shortcut_hint=hint, kind=kind)
                made[way].clicked.connect(lambda _checked=False, s=signal: self._choose(s))
        if "consult" in made:
            QShortcut(QKeySequence("Ctrl+Return"), self, made["consult"].click)
        return made

    @property
    def target(self) -> str:
        """The number that would be dialled; "" if there is none."""
        typed = re.sub(r"[\s.\-]", "", self._to.text())
        if is_dialable(typed):
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
        for verb in self.verbs.values():
            verb.setEnabled(bool(self.target))

    def _choose(self, way: SignalInstance) -> None:
        if self.target:
            way.emit(self.target)
            self.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self._list.count():
            at = min(max(self._list.currentRow() + step, 0), self._list.count() - 1)
            self._list.setCurrentRow(at)
            return
        super().keyPressEvent(event)
