"""**Sổ tay**: the handbook in a window of its own. Qt draws the Markdown that the site is built
from, so the handbook needs neither a browser nor a network, follows theme and text size, and is
read by a screen reader.
"""

from typing import cast, override

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from console.ui.shell.learning import handbook_pages as pages
from console.ui.shell.learning.handbook_sheet import Sheet
from console.ui.theme import themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import STRETCH, column_of, row_of

_PATH = Qt.ItemDataRole.UserRole
_CONTENTS_WIDTH = 270
_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Up)


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
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and cast("QKeyEvent", event).key() in _ARROWS:
            self.list.setFocus()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        left = column_of(self.search, (self.list, 1))
        holder = QWidget()
        holder.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(_CONTENTS_WIDTH)
        self.body.addLayout(row_of(holder, (self.sheet, 1)), 1)
        row = row_of(self.back, self.browser, STRETCH)
        row.addWidget(self.close_button())
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
        QShortcut(QKeySequence.StandardKey.Back, self, self.go_back)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)

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
        if self.list.currentRow() >= 0 and item.data(_PATH):
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
