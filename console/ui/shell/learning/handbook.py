"""**Sổ tay**: the handbook in a window of its own. Qt draws the Markdown that the site is built
from, so the handbook needs neither a browser nor a network, follows theme and text size, and is
read by a screen reader.
"""

from pathlib import Path
from typing import override

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QTextBlockFormat,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from console.ui.shell.learning import handbook_pages as pages
from console.ui.theme import themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.dialogs.base import HouseDialog

_PATH = Qt.ItemDataRole.UserRole
_MARGIN = 18
_LINE = 135.0
_AGAIN_MS = 120
_CONTENTS_WIDTH = 270


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
        room = self.viewport().width() - 2 * _MARGIN - 8
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
    block = document.begin()
    while block.isValid():
        _space(block)
        for piece in _code_of(block):
            piece.mergeCharFormat(key)
        block = block.next()
    for table in _tables(document):
        _dress_table(table, QColor(tokens.line))


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


class HandbookWindow(HouseDialog):
    """Contents and search at the left, the page at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """At the contents."""
        super().__init__(self.tr("Sổ tay"), parent)
        self._been: list[str] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Tìm trong sổ tay"))
        self.search.setAccessibleName(self.tr("Tìm trong sổ tay"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Mục lục"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sheet = Sheet()
        self.sheet.setAccessibleName(self.tr("Trang sổ tay"))
        self.back = Button(self.tr("Trang trước"), shortcut_hint="Alt+←")
        self.browser = Button(self.tr("Mở trong trình duyệt"), kind="flat")
        self._build()
        self._wire()
        self._fill()
        self.resize(1060, 680)

    @property
    def page(self) -> str:
        """The page that is shown; its path within the handbook."""
        return self.sheet.path

    def open_page(self, path: str) -> None:
        """Show this page; the one before can be gone back to."""
        if self.page and self.page != path:
            self._been.append(self.page)
        self._show(path)

    def go_back(self) -> None:
        """The page before."""
        if self._been:
            self._show(self._been.pop())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search line the arrows move in the contents."""
        arrows = (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in arrows:
                self.list.setFocus()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        holder = QWidget()
        holder.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(_CONTENTS_WIDTH)
        both = QHBoxLayout()
        both.addWidget(holder)
        both.addWidget(self.sheet, 1)
        self.body.addLayout(both, 1)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.browser)
        row.addStretch(1)
        close = Button(self.tr("Đóng lại"), shortcut_hint="Esc")
        close.clicked.connect(self.close)
        row.addWidget(close)
        self.body.addLayout(row)

    def _wire(self) -> None:
        self.search.installEventFilter(self)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.returnPressed.connect(self._open_chosen)
        self.list.itemClicked.connect(lambda _item: self._open_chosen())
        self.list.itemActivated.connect(lambda _item: self._open_chosen())
        self.sheet.followed.connect(self.open_page)
        self.back.clicked.connect(lambda _checked=False: self.go_back())
        self.browser.clicked.connect(lambda _checked=False: self._browse())
        QShortcut(QKeySequence("Alt+Left"), self, self.go_back)
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus)

    def _fill(self) -> None:
        """The contents, or those pages that hold what is looked for."""
        wanted = self.search.text()
        self.list.clear()
        for chapter in pages.chapters():
            found = [entry for entry in chapter.entries if pages.holds(entry, wanted)]
            if not found:
                continue
            head = QListWidgetItem(chapter.title)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(themes.font(bold=True))
            self.list.addItem(head)
            for entry in found:
                item = QListWidgetItem(entry.title)
                item.setData(_PATH, entry.path)
                self.list.addItem(item)
        self._choose(self.page)

    def _choose(self, path: str) -> None:
        """The row of this page, else the first page of what was found."""
        rows = [n for n in range(self.list.count()) if self.list.item(n).data(_PATH)]
        same = (n for n in rows if self.list.item(n).data(_PATH) == path)
        first = rows[0] if rows and self.search.text() else -1
        self.list.setCurrentRow(next(same, first))

    def _open_chosen(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.data(_PATH):
            self.open_page(str(item.data(_PATH)))

    def _show(self, path: str) -> None:
        self.sheet.show_page(path)
        self.back.setEnabled(bool(self._been))
        self.browser.setVisible(pages.built(path) is not None)
        self._choose(path)

    def _browse(self) -> None:
        """The same page of the built site, in the system's browser."""
        if (file := pages.built(self.page)) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
