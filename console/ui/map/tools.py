"""The row below the map: the name of the base map, and the tools that work with both engines."""

from collections.abc import Mapping, Sequence
from typing import override

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLayoutItem, QMenu, QWidget

from console.ui.map.words import asset_names
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.layout.flow import FlowLayout

_LEAST_WORDS = 96
"""Minimum width for the note about the base map next to the tools; below that it gets its own line.
"""


class ToolsLayout(FlowLayout):
    """Lays out two texts, then tools: in one row while there is room, with the first text elided;
    else the texts get a row of their own. The tools stay together.
    """

    def __init__(self) -> None:
        """Start empty; the first two widgets are the texts."""
        super().__init__(gap=6)

    @override
    def _arrange(self, rect: QRect, *, place: bool) -> int:
        texts, tools = self._items[:2], [i for i in self._items[2:] if not i.isEmpty()]
        gap = self._gap
        wide = sum(i.sizeHint().width() + gap for i in tools)
        said = texts[1].sizeHint().width() + gap if _has_words(texts[1]) else 0
        high = max((i.sizeHint().height() for i in (*texts, *tools)), default=0)
        left = rect.width() - wide
        together = left >= said + min(_LEAST_WORDS, texts[0].sizeHint().width())
        words = left if together else rect.width()
        if place:
            base = max(0, min(texts[0].sizeHint().width(), words - said))
            texts[0].setGeometry(QRect(rect.x(), rect.y(), base, high))
            texts[1].setGeometry(QRect(rect.x() + base + gap, rect.y(), max(0, said - gap), high))
        at = QRect(rect.x() + left, rect.y(), wide, high)
        if not together:
            at = QRect(rect.x(), rect.y() + high + self._line_gap, rect.width(), high)
        bottom = self._tools(tools, at, place=place)
        return bottom - rect.y()

    def _tools(self, tools: Sequence[QLayoutItem], rect: QRect, *, place: bool) -> int:
        """Place the tools from the left, in several lines only if one is too narrow; return the
        bottom.
        """
        x, y = rect.x(), rect.y()
        for item in tools:
            width = item.sizeHint().width()
            if x > rect.x() and x + width > rect.x() + rect.width():
                x, y = rect.x(), y + rect.height() + self._line_gap
            if place:
                item.setGeometry(QRect(x, y, width, rect.height()))
            x += width + self._gap
        return y + rect.height()


def _has_words(item: QLayoutItem) -> bool:
    widget = item.widget()
    return isinstance(widget, PlainLabel) and bool(widget.text())


class MapTools(QWidget):
    """Measure, heat map, asset layers, print.

    Signals:
        measure_wanted, heat_wanted: on or off.
        assets_wanted: kinds to show, a tuple.
        print_wanted: path of the PDF file.
    """

    measure_wanted = Signal(bool)
    heat_wanted = Signal(bool)
    assets_wanted = Signal(object)
    print_wanted = Signal(str)

    def __init__(self, counts: Mapping[str, int], parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            counts: the number of assets of each kind; kinds without any are not listed.
        """
        super().__init__(parent)
        self.base = PlainLabel(tone="muted", kind="caption", elide=True)
        self.said = PlainLabel(kind="caption")
        self.measure = Button(self.tr("Đo"), kind="flat")
        self.heat = Button(self.tr("Bản đồ nhiệt"), kind="flat")
        self.assets = Button(self.tr("Tài sản"), kind="flat")
        self.print = Button(self.tr("In PDF"), kind="flat")
        set_tooltip(
            self.measure,
            self.tr("Đo khoảng cách: bấm từng điểm; Backspace bỏ điểm cuối, Esc đo lại."),
        )
        set_tooltip(self.heat, self.tr("Số phản ánh theo từng ô thay cho từng điểm."))
        for button in (self.measure, self.heat):
            button.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 2, 0)
        flow = ToolsLayout()
        row.addLayout(flow, 1)
        flow.addWidget(self.base)
        flow.addWidget(self.said)
        self.buttons = (self.measure, self.heat, self.assets, self.print)
        for button in self.buttons:
            flow.addWidget(button)
        self._menu = QMenu(self)
        self._kinds: dict[str, QAction] = {}
        self.offer(counts)
        self.assets.clicked.connect(self._open_menu)
        self.measure.toggled.connect(self.measure_wanted)
        self.heat.toggled.connect(self.heat_wanted)
        self.print.clicked.connect(self._choose_file)

    def offer(self, counts: Mapping[str, int]) -> None:
        """List the kinds of assets; kinds that were chosen stay chosen."""
        chosen = {kind for kind, action in self._kinds.items() if action.isChecked()}
        self._menu.clear()
        self._kinds.clear()
        for kind, name in asset_names().items():
            if counts.get(kind):
                action = self._menu.addAction(name)
                action.setCheckable(True)
                action.setChecked(kind in chosen)
                action.toggled.connect(self._on_kinds)
                self._kinds[kind] = action
        self.assets.setVisible(bool(self._kinds))
        if chosen:
            self._on_kinds(True)

    @property
    def kinds(self) -> Mapping[str, QAction]:
        """The menu entries by kind of asset."""
        return self._kinds

    def show_kind(self, kind: str) -> None:
        """Also show this kind: an asset of it was searched for."""
        if kind in self._kinds:
            self._kinds[kind].setChecked(True)

    def put_away(self) -> None:
        """Turn measuring and heat map off."""
        self.measure.setChecked(False)
        self.heat.setChecked(False)

    def _open_menu(self) -> None:
        self._menu.popup(self.assets.mapToGlobal(self.assets.rect().topLeft()))

    def _on_kinds(self, _on: bool) -> None:
        self.assets_wanted.emit(tuple(k for k, action in self._kinds.items() if action.isChecked()))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("In bản đồ ra PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(self.tr("ban-do.pdf"))
        dialog.fileSelected.connect(self.print_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
