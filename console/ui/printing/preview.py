"""A preview of the pages in a window of its own; each page shows as soon as it is laid out.

Qt's own preview needs all pages at once, and blocks the window until the last one is done.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import override

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeySequence,
    QPageLayout,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.errors import UnavailableError
from console.ui.printing.page_layout import Pages, Text
from console.ui.printing.page_output import in_turns, on_a4, pages_for, print_pages
from console.ui.runtime.long_work import StoppedError
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence
from console.ui.theme import themes
from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog

_GAP = 14
"""Pixels around a page."""
_STEP = 1.25
_SMALLEST, _LARGEST = 0.25, 4.0
_POINTS = 72


async def print_text(printer: QPrinter, text: Text, name: str) -> None:
    """Print a text; `name` is shown in the status line meanwhile.

    Raises:
        UnavailableError: the printer accepts no page.
        StoppedError: the person stopped it; nothing comes out of the printer.
    """
    with closing(print_pages(printer, text)) as steps:
        try:
            await in_turns(name, steps)
        except OSError as error:
            raise UnavailableError("system_failed", cause=error.strerror or error) from error
        except StoppedError:
            printer.abort()
            raise


def ask_printer(owner: QWidget, title: str, begin: Callable[[QPrinter], None]) -> None:
    """Open the system's dialog for printer and pages; `begin` receives the choice."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, owner)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.accepted.connect(lambda: begin(printer))
    dialog.setModal(False)
    dialog.show()


class SheetView(QAbstractScrollArea):
    """Sheets of paper, one below the other; only visible ones are painted.

    Signals:
        moved: another page is in the middle, or pages were added.
    """

    moved = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start without pages."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pages: Pages | None = None
        self._sheet, self._corner = QSizeF(1, 1), QPointF()
        self._zoom: float | None = None
        self.verticalScrollBar().valueChanged.connect(lambda _at: self.moved.emit())

    def set_pages(self, pages: Pages, paper: QPageLayout) -> None:
        """Show these pages on this paper."""
        pixels = round(QGuiApplication.primaryScreen().logicalDotsPerInchY()) / _POINTS
        full, inner = (
            paper.fullRect(QPageLayout.Unit.Point),
            paper.paintRect(QPageLayout.Unit.Point),
        )
        self._pages = pages
        self._sheet, self._corner = full.size() * pixels, inner.topLeft() * pixels
        self.grow()

    def grow(self) -> None:
        """Pages were added."""
        high = self._pitch * self.count + _GAP
        bar = self.verticalScrollBar()
        if high - 2 * self._pitch < bar.value() + self.viewport().height() or self.is_whole:
            self.viewport().update()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(40)
        bar.setRange(0, max(0, math.ceil(high) - self.viewport().height()))
        wide = math.ceil(self._sheet.width() * self.zoom) + 2 * _GAP - self.viewport().width()
        self.horizontalScrollBar().setRange(0, max(0, wide))
        self.horizontalScrollBar().setPageStep(self.viewport().width())
        self.moved.emit()

    @property
    def count(self) -> int:
        """The number of pages so far."""
        return self._pages.count if self._pages is not None else 0

    @property
    def is_whole(self) -> bool:
        """Whether all pages are there."""
        return self._pages is not None and self._pages.whole

    @property
    def current(self) -> int:
        """The page in the middle, from 1."""
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        return min(max(1, self.count), int(middle // self._pitch) + 1)

    @property
    def zoom(self) -> float:
        """Screen pixels for a pixel of the layout; follows the width until the person chooses a
        zoom.
        """
        if self._zoom is not None:
            return self._zoom
        return max(_SMALLEST, (self.viewport().width() - 2 * _GAP) / self._sheet.width())

    def zoom_to(self, zoom: float | None) -> None:
        """Zoom; None fits the width of the window. The page in the middle stays there."""
        bar, before = self.verticalScrollBar(), self._pitch
        middle = (bar.value() + self.viewport().height() / 2) / before
        self._zoom = None if zoom is None else min(_LARGEST, max(_SMALLEST, zoom))
        self.grow()
        self.viewport().update()
        bar.setValue(round(middle * self._pitch - self.viewport().height() / 2))

    @property
    def _pitch(self) -> float:
        return self._sheet.height() * self.zoom + _GAP

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = themes.current()
        painter.fillRect(event.rect(), QColor(colours.panel))
        if self._pages is None:
            return
        top = self.verticalScrollBar().value()
        first = max(1, int((top - _GAP) // self._pitch) + 1)
        for number in range(first, self.count + 1):
            y = _GAP + (number - 1) * self._pitch - top
            if y > event.rect().bottom():
                break
            self._paint_sheet(painter, self._pages, number, y)

    def _paint_sheet(self, painter: QPainter, pages: Pages, number: int, y: float) -> None:
        wide = self._sheet.width() * self.zoom
        x = max(float(_GAP), (self.viewport().width() - wide) / 2)
        painter.save()
        painter.translate(x - self.horizontalScrollBar().value(), y)
        painter.scale(self.zoom, self.zoom)
        sheet = QRectF(QPointF(0, 0), self._sheet)
        painter.fillRect(sheet, Qt.GlobalColor.white)
        painter.setPen(QPen(QColor(themes.current().border), 0))
        painter.drawRect(sheet)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.translate(self._corner)
        pages.paint(painter, number)
        painter.restore()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.zoom_to(self._zoom)

    @override
    def sizeHint(self) -> QSize:
        return QSize(860, 560)


class PreviewDialog(HouseDialog):
    """A preview of the pages as the printer makes them, with a button to print.

    Signals:
        printing: a printer was chosen, and the pages are being sent.
        announced: why they are not, a sentence.
    """

    printing = Signal()
    announced = Signal(str)

    def __init__(self, text: Text, parent: QWidget | None = None) -> None:
        """Show the dialog; the pages come while it is open."""
        super().__init__(self.tr("In: {0}").format(text.title), parent)
        self._text = text
        self._pages: Pages | None = None
        self.view = SheetView(self.tr("Các trang"))
        self.said = PlainLabel("", tone="muted")
        self.view.moved.connect(self._say_where)
        row = QHBoxLayout()
        for word, key, does in (
            (self.tr("Thu nhỏ"), "Ctrl+-", lambda: self.view.zoom_to(self.view.zoom / _STEP)),
            (self.tr("Phóng to"), "Ctrl++", lambda: self.view.zoom_to(self.view.zoom * _STEP)),
            (self.tr("Vừa bề ngang"), "Ctrl+0", lambda: self.view.zoom_to(None)),
            (self.tr("Xoay giấy"), "Ctrl+R", self.turn),
        ):
            row.addWidget(self._button(word, key, does))
        row.addWidget(self.said, 1)
        row.addWidget(self.close_button())
        self.print_button = self._button(self.tr("In…"), "Ctrl+P", self._ask, "primary")
        row.addWidget(self.print_button)
        self.body.addWidget(self.view, 1)
        self.body.addLayout(row)
        self.view.setFocus()
        self._begin()

    def turn(self) -> None:
        """Turn the paper."""
        self._text = replace(self._text, turned=not self._text.turned)
        self._begin()

    def _button(
        self, word: str, key: str, does: Callable[[], None], kind: ButtonKind = "plain"
    ) -> Button:
        made = Button(word, shortcut_hint=key, kind=kind)
        made.clicked.connect(lambda _on: does())
        QShortcut(QKeySequence(key), self, does)
        return made

    def _begin(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        on_a4(printer, turned=self._text.turned)
        pages = self._pages = pages_for(printer, self._text)
        self.view.set_pages(pages, printer.pageLayout())
        spawn(self._lay_out(pages))

    async def _lay_out(self, pages: Pages) -> None:
        try:
            await in_turns(self.tr("Dàn trang"), self._steps(pages))
        except StoppedError:
            if isValid(self):
                self.said.setText(self.tr("Đã dừng dàn trang."))

    def _steps(self, pages: Pages) -> Iterator[tuple[int, int]]:
        """Stop early when nobody looks at these pages any more."""
        known = 0
        for step in pages.steps():
            if not isValid(self) or pages is not self._pages:
                return
            if pages.count > known:
                known = pages.count
                self.view.grow()
            yield step
        if isValid(self):
            self.view.grow()

    def _say_where(self) -> None:
        if not self.view.count:
            self.said.setText(self.tr("Đang dàn trang…"))
            return
        said = self.tr("Trang {0} / {1}") if self.view.is_whole else self.tr("Trang {0} / {1}…")
        self.said.setText(said.format(self.view.current, self.view.count))

    def _ask(self) -> None:
        ask_printer(self, self.windowTitle(), self._print)

    def _print(self, printer: QPrinter) -> None:
        self.printing.emit()
        name = self.windowTitle()
        spawn(self._printed(printer, name), lambda error: self._tell(sentence(error)))

    async def _printed(self, printer: QPrinter, name: str) -> None:
        try:
            await print_text(printer, self._text, name)
        except StoppedError:
            self._tell(self.tr("Đã dừng in."))

    def _tell(self, said: str) -> None:
        if isValid(self):
            self.announced.emit(said)
