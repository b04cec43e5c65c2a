"""What all dialogs share: a title, a body, no modality, deleted when closed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.search_combo import SearchCombo


class HouseDialog(QDialog):
    """A dialog over the window.

    It is not modal: a call that comes in meanwhile can be answered, and the loop keeps running.
    Show it with `show()`; the outcome is a signal.

    Attributes:
        body: the layout for the content.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Make it."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 14)
        self.body.setSpacing(10)

    def add_buttons(self, text: str, kind: ButtonKind = "primary") -> Button:
        """Add a row with **Thôi** and the main button, and above it a line for what is wrong.

        Returns:
            The main button.
        """
        self._problem = PlainLabel(tone="urgent", wrap=True)
        self._problem.setVisible(False)
        self.body.addWidget(self._problem)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(self.tr("Thôi"), shortcut_hint="Esc")
        verb = Button(text, shortcut_hint="Ctrl+Enter", kind=kind)
        # Not the button's own shortcut, which animates for 100 ms before it fires.
        QShortcut(QKeySequence("Ctrl+Return"), self, verb.click)
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        row.addWidget(verb)
        self.body.addLayout(row)
        return verb

    def close_button(self) -> Button:
        """A button that closes the dialog, for dialogs without a verb."""
        button = Button(self.tr("Đóng lại"), shortcut_hint="Esc")
        button.clicked.connect(self.close)
        return button

    @property
    def problem_text(self) -> str:
        """What is shown to be wrong; "" when nothing is."""
        return self._problem.text()

    def say_problem(self, text: str) -> None:
        """Show what is wrong, or hide it with ""; the dialog stays open."""
        if isValid(self):  # The dialog may have been closed before the answer came.
            self._problem.setText(text)
            self._problem.setVisible(bool(text))

    def stray(self) -> str:
        """A sentence about text in a search field that is no choice; "" for none.

        Ask this before reading the fields: the last input may not have been taken yet.
        """
        combos = self.findChildren(SearchCombo)
        for combo in combos:
            combo.settle()
        return next((said for each in combos if (said := each.stray_sentence())), "")

    def finish(self) -> None:
        """The work is done: close the dialog, unless it was closed first."""
        if isValid(self):
            self.accept()
