"""What all small windows share: a title, a body, no modality, gone when closed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.search_combo import SearchCombo


class HouseDialog(QDialog):
    """A small window over the big one.

    It is not modal: a call that comes in while it is open can be answered, and the loop goes on.
    Show it with `show()`; the outcome is a signal.

    Attributes:
        body: put the content here.
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
        """A row with **Thôi** and the verb, and over it a line for what is wrong.

        Returns:
            The verb's button.
        """
        self._problem = PlainLabel(tone="urgent", wrap=True)
        self._problem.setVisible(False)
        self.body.addWidget(self._problem)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(self.tr("Thôi"), shortcut_hint="Esc")
        verb = Button(text, shortcut_hint="Ctrl+Enter", kind=kind)
        # Not the button's own shortcut: that presses it 100 ms later, for show.
        QShortcut(QKeySequence("Ctrl+Return"), self, verb.click)
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        row.addWidget(verb)
        self.body.addLayout(row)
        return verb

    @property
    def problem_text(self) -> str:
        """What is said to be wrong; "" when nothing is."""
        return self._problem.text()

    def say_problem(self, text: str) -> None:
        """Show what is wrong, "" to hide it; the window stays as it is."""
        if isValid(self):  # Else it was closed before the answer came.
            self._problem.setText(text)
            self._problem.setVisible(bool(text))

    def stray(self) -> str:
        """What a search field shows that is no choice, a sentence; "" for nothing.

        To be asked before the fields are read: what was typed last may not have been taken yet.
        """
        combos = self.findChildren(SearchCombo)
        for combo in combos:
            combo.settle()
        return next((said for each in combos if (said := each.stray_sentence())), "")

    def finish(self) -> None:
        """What was asked is done: close, unless that came first."""
        if isValid(self):
            self.accept()
