"""F1: every key of the window on one sheet, those of the page in front first."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.ui import actions
from console.ui.dialogs.base import HouseDialog
from console.ui.widgets.button import Button
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.section import Section


class KeysSheet(HouseDialog):
    """Read-only; follows from the table of commands."""

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        """For the page in front."""
        super().__init__(self.tr("Phím tắt"), parent)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Danh sách phím tắt"))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        scopes = [page, actions.EVERYWHERE, *(n for n, _ in actions.PAGES if n != page)]
        for scope in scopes:
            specs = [s for s in actions.SPECS if s.scope == scope and s.key]
            if specs:
                everywhere = scope == actions.EVERYWHERE
                title = self.tr("Ở mọi trang") if everywhere else actions.page_word(scope)
                column.addWidget(Section(title))
                column.addLayout(self._rows(specs))
        column.addStretch(1)
        scroll.setWidget(content)
        self.body.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = Button(self.tr("Đóng lại"), shortcut_hint="Esc")
        close.clicked.connect(self.close)
        row.addWidget(close)
        self.body.addLayout(row)
        self.resize(460, 560)

    @staticmethod
    def _rows(specs: list[actions.ActionSpec]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        for at, spec in enumerate(specs):
            grid.addWidget(PlainLabel(actions.key(spec.id), kind="mono"), at, 0)
            grid.addWidget(PlainLabel(actions.word(spec.id)), at, 1)
        return grid
