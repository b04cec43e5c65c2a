"""F1: the purpose of the page in front, and every key of the window, the page's keys first."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QScrollArea,
    QWidget,
)

from console.ui import actions
from console.ui.shell.learning.help_texts import help_for
from console.ui.text import words
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import column_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section


class KeySheet(HouseDialog):
    """Made from the table of commands; each key can be changed here.

    Signals:
        key_wanted: a command's id and its new key, None for the default key.
        handbook_wanted: the page's chapter of the handbook.
    """

    key_wanted = Signal(str, object)
    handbook_wanted = Signal()

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        """For the page in front."""
        super().__init__(self.tr("Phím tắt"), parent)
        self._keys: dict[str, PlainLabel] = {}
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Danh sách phím tắt"))
        content = QWidget()
        column = column_of(margins=(0, 0, 8, 0), gap=10, parent=content)
        self.help: list[PlainLabel] = []
        if paragraphs := help_for(page, words.lang()):
            title = self.tr("Cách làm ở trang {0}").format(actions.page_word(page))
            column.addWidget(Section(title))
            self.help = [PlainLabel(each, wrap=True) for each in paragraphs]
            for label in self.help:
                column.addWidget(label)
        scopes = [page, actions.EVERYWHERE, *(n for n, _ in actions.PAGES if n != page)]
        for scope in scopes:
            specs = [s for s in actions.SPECS if s.scope == scope and actions.key(s.id)]
            if specs:
                everywhere = scope == actions.EVERYWHERE
                title = self.tr("Ở mọi trang") if everywhere else actions.page_word(scope)
                column.addWidget(Section(title))
                column.addLayout(self._rows(specs))
        column.addStretch(1)
        scroll.setWidget(content)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self._change_box())
        row = QHBoxLayout()
        hint = actions.key("window.keys")
        self.handbook = Button(actions.word("window.handbook"), shortcut_hint=hint)
        self.handbook.clicked.connect(lambda _checked=False: self.handbook_wanted.emit())
        row.addWidget(self.handbook)
        row.addStretch(1)
        row.addWidget(self.close_button())
        self.body.addLayout(row)
        self.resize(560, 640)

    def _change_box(self) -> FormGrid:
        """Build the editor of one command's key."""
        box = FormGrid()
        self.command = QComboBox()
        for spec in actions.SPECS:
            everywhere = spec.scope == actions.EVERYWHERE
            where = "" if everywhere else f"{actions.page_word(spec.scope)} · "
            self.command.addItem(f"{where}{actions.word(spec.id)}", spec.id)
        self.wanted = QKeySequenceEdit()
        self.wanted.setMaximumSequenceLength(1)
        self.wanted.setAccessibleName(self.tr("Phím mới"))
        self.said = PlainLabel(kind="caption", wrap=True)
        take = Button(self.tr("Đổi phím"))
        own = Button(self.tr("Phím ban đầu"), kind="flat")
        take.clicked.connect(self._take)
        own.clicked.connect(self._take_own)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        for widget in (self.wanted, take, own):
            line.addWidget(widget)
        box.add_row(self.tr("Lệnh"), self.command)
        box.add_row(self.tr("Phím mới"), row, buddy=self.wanted)
        box.add_remark(self.said)
        return box

    def _take(self) -> None:
        command = str(self.command.currentData())
        wanted = self.wanted.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        problem = actions.trouble(command, wanted)
        if not problem:
            self.key_wanted.emit(command, wanted)
        self._say(problem)

    def _take_own(self) -> None:
        self.key_wanted.emit(str(self.command.currentData()), None)
        self._say("")

    def _say(self, problem: str) -> None:
        """Show an error or the key in force, and announce it to screen readers."""
        command = str(self.command.currentData())
        self.said.set_tone("urgent" if problem else "ok")
        said = self.tr("{0}: {1}").format(actions.word(command), actions.key(command))
        self.said.setText(problem or said)
        if command in self._keys:
            self._keys[command].setText(actions.key(command))
        announce(self, self.said.text(), at_once=False)

    def _rows(self, specs: list[actions.ActionSpec]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        for at, spec in enumerate(specs):
            self._keys[spec.id] = PlainLabel(actions.key(spec.id), kind="mono")
            grid.addWidget(self._keys[spec.id], at, 0)
            grid.addWidget(PlainLabel(actions.word(spec.id)), at, 1)
        return grid
