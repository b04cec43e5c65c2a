"""Gives every control without an accessible description one: what to type, or which keys work.

Screen readers say name, role and description. The name says what a control is; a person who does
not see it also needs to know how to use it and where it belongs.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from console.ui.widgets.cards.card import Card

translate = QCoreApplication.translate


def describe(widget: QWidget, page: str) -> None:
    """Give it a description, unless it has one.

    Args:
        page: title of its page.
    """
    if not widget.accessibleDescription() and not widget.toolTip():
        widget.setAccessibleDescription(_words(widget, page))


class Describer(QObject):
    """Describes widgets that are added later, such as cards, when they get the focus."""

    def __init__(self, window: QWidget, page: Callable[[], str]) -> None:
        """Watch this window; `page` gives the title of the page in front."""
        super().__init__(window)
        self._window, self._page = window, page
        if isinstance(app := QApplication.instance(), QApplication):
            app.focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._window.isAncestorOf(now):
            describe(now, self._page())


def describe_all(root: QWidget, page: str) -> None:
    """Describe everything below `root`."""
    for widget in root.findChildren(QWidget):
        if widget.focusPolicy().value:
            describe(widget, page)


def _words(widget: QWidget, page: str) -> str:
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)) and widget.placeholderText():
        return widget.placeholderText()
    if isinstance(widget, QTableView):
        return translate("describe", "Mũi tên chọn dòng, Enter mở, trang {0}").format(page)
    if isinstance(widget, (QAbstractItemView, QTabBar)):
        return translate("describe", "Mũi tên để chọn, trang {0}").format(page)
    if isinstance(widget, (QComboBox, QAbstractSpinBox)):
        return translate("describe", "Mũi tên lên xuống để đổi, trang {0}").format(page)
    if isinstance(widget, Card):
        return translate("describe", "Enter để mở, trang {0}").format(page)
    if isinstance(widget, QAbstractButton) and widget.isCheckable():
        return translate("describe", "Phím cách bật tắt, trang {0}").format(page)
    if isinstance(widget, QScrollArea):
        return translate("describe", "Mũi tên để cuộn, trang {0}").format(page)
    return translate("describe", "trang {0}").format(page)
