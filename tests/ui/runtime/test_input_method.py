"""The word in preedit is committed before anything can lose it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.ui.runtime.input_method import install_commit_filter


def test_the_filter_commits_on_press(qtbot: QtBot, qapp: QApplication) -> None:
    watch = install_commit_filter(qapp)
    try:
        window = QWidget()
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        first, second = QLineEdit(), QLineEdit()
        column.addWidget(first)
        column.addWidget(second)
        window.show()
        qtbot.waitExposed(window)
        # what the window manager's choice of a window does
        qapp.focusWindowChanged.emit(window.windowHandle())
        first.setFocus()
        QApplication.sendEvent(first, QInputMethodEvent("cống", []))
        before = watch.commits
        shown = window.windowHandle()
        QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=second.geometry().center())
        assert watch.commits > before
        before = watch.commits
        QApplication.sendEvent(shown, QEvent(QEvent.Type.UpdateRequest))
        assert watch.commits == before
    finally:
        watch.deleteLater()
        assert QGuiApplication.inputMethod() is not None
