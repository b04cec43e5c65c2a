"""The undo button in the status line, with the time left."""

from PySide6.QtWidgets import QWidget

from console.ui import actions
from console.ui.shell.status.undo import UndoPresenter
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import set_tooltip


class UndoButton(Button):
    """Visible while something can be undone."""

    def __init__(self, presenter: UndoPresenter, parent: QWidget | None = None) -> None:
        """Follow the presenter."""
        super().__init__("", shortcut_hint=actions.key("window.undo"), kind="foot", parent=parent)
        self._presenter = presenter
        self._said = ""
        self.setVisible(False)
        self.clicked.connect(presenter.undo)
        presenter.changed.connect(self._show)

    def _show(self) -> None:
        what = self._presenter.what
        if what:
            text = self.tr("Hoàn tác “{0}” · {1} s")
            self.setText(text.format(self._presenter.step_word, self._presenter.left_s))
        self.setVisible(bool(what))
        if what != self._said:
            self._said = what
            if what:
                set_tooltip(self, what)
                self.setAccessibleDescription(f"{what}, {self.hint}")
                announce(self, self.tr("Có thể hoàn tác: {0}").format(what), at_once=False)
