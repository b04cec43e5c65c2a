"""A page of the handbook, drawn: Qt reads the Markdown, pictures get the width that there is, keys,
tables and lines the looks of the window.
"""

from pathlib import Path
from typing import override

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPixmap,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from console.ui.shell.learning import handbook_pages as pages
from console.ui.theme import themes

_MARGIN = 18
_LINE = 135.0
_AGAIN_MS = 120


class Sheet(QTextBrowser):
    """One page of the handbook.

    Signals:
        followed: a link to another page; its path within the handbook.
    """

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.path = ""
        self._drawn_for = 0
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN)
        self.anchorClicked.connect(self._follow)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._redraw)

    def show_page(self, path: str) -> None:
        """From its beginning."""
        self.path = path
        self._draw()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Pictures of the books, never wider than the page; nothing else from anywhere."""
        if kind != QTextDocument.ResourceType.ImageResource:
            return None
        file = (self._folder / QUrl(name).toString()).resolve()
        picture = QPixmap(str(file)) if file.is_relative_to(pages.BOOKS) else QPixmap()
        room = self.viewport().width() - 2 * _MARGIN - 12
        if picture.width() > room > 0:
            ratio = self.devicePixelRatioF()
            picture = picture.scaledToWidth(
                int(room * ratio), Qt.TransformationMode.SmoothTransformation
            )
            picture.setDevicePixelRatio(ratio)
        return framed(picture)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.viewport().width() != self._drawn_for:
            self._again.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Another theme or text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self.path:
            self._again.start()

    @property
    def _folder(self) -> Path:
        return (pages.FOLDER / self.path).parent

    def _redraw(self) -> None:
        """The pictures in the width that there is now, at the same place of the text."""
        bar = self.verticalScrollBar()
        part = bar.value() / max(bar.maximum(), 1)
        self._draw()
        bar.setValue(round(part * bar.maximum()))

    def _draw(self) -> None:
        self._drawn_for = self.viewport().width()
        document = self.document()
        document.clear()
        document.setDefaultFont(themes.font())
        document.setMarkdown(
            pages.text_of(self.path), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        )
        dress(document)

    def _follow(self, link: QUrl) -> None:
        target = (self._folder / link.path()).resolve()
        if link.scheme() in ("", "file") and target.is_relative_to(pages.FOLDER):
            self.followed.emit(target.relative_to(pages.FOLDER).as_posix())


def framed(picture: QPixmap) -> QPixmap:
    """With a thin line round it, for a white picture on a white page."""
    if not picture.isNull():
        painter = QPainter(picture)
        painter.setPen(QColor(themes.current().line))
        size = picture.deviceIndependentSize().toSize()
        painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
        painter.end()
    return picture


def dress(document: QTextDocument) -> None:
    """Room between lines, keys that look like keys, tables as wide as the page: what Qt's
    Markdown leaves plain.
    """
    tokens = themes.current()
    key = QTextCharFormat()
    key.setBackground(QColor(tokens.muted_soft))
    key.setFontFamilies(themes.font(mono=True).families())
    whole = QTextCursor(document)
    whole.beginEditBlock()  # laid out once, at its end
    block = document.begin()
    while block.isValid():
        _space(block)
        for piece in _code_of(block):
            piece.mergeCharFormat(key)
        block = block.next()
    for table in _tables(document):
        _dress_table(table, QColor(tokens.line))
    whole.endEditBlock()


def _space(block: QTextBlock) -> None:
    form = QTextBlockFormat()
    if "\N{OBJECT REPLACEMENT CHARACTER}" not in block.text():  # a picture needs no leading
        form.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    level = block.blockFormat().headingLevel()
    listed = block.textList() is not None
    form.setTopMargin(16 if level > 1 else 4 if listed else 6)
    form.setBottomMargin(6 if level else 2 if listed else 8)
    QTextCursor(block).mergeBlockFormat(form)


def _code_of(block: QTextBlock) -> list[QTextCursor]:
    """A cursor over each piece of the block that is set in a fixed width."""
    found = []
    step = block.begin()
    while not step.atEnd():
        piece = step.fragment()
        if piece.charFormat().fontFixedPitch():
            cursor = QTextCursor(block)
            cursor.setPosition(piece.position())
            cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
            found.append(cursor)
        step += 1
    return found


def _tables(document: QTextDocument) -> list[QTextTable]:
    return [f for f in document.rootFrame().childFrames() if isinstance(f, QTextTable)]


def _dress_table(table: QTextTable, line: QColor) -> None:
    form = table.format()
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setCellPadding(6)
    form.setCellSpacing(0)
    form.setBorderCollapse(True)
    form.setBorder(1)
    form.setBorderBrush(line)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setTopMargin(6)
    form.setBottomMargin(10)
    table.setFormat(form)
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.DemiBold)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(bold)
