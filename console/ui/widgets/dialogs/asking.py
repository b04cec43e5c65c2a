"""A dialog that asks for something and hands the answer to its opener; it stays open until that has
been saved.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from console.ui.runtime.input_method import commit_typed
from console.ui.widgets.basic.button import ButtonKind
from console.ui.widgets.dialogs.base import HouseDialog


class Taken(Protocol):
    """What a dialog calls with its answer: `done` closes the dialog, `refused` shows a sentence."""

    def __call__(
        self, said: object, done: Callable[[], None], refused: Callable[[str], None]
    ) -> None:
        """Try the step."""


class AskingDialog(HouseDialog):
    """A dialog whose subclass asks; this class checks the answer and hands it over."""

    def __init__(self, title: str, take: Taken, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            take: receives what `said()` returns.
        """
        super().__init__(title, parent)
        self._take = take

    def add_verb(self, text: str, kind: ButtonKind = "primary") -> None:
        """Add the row of buttons; call this last."""
        self.verb = self.add_buttons(text, kind)
        self.verb.clicked.connect(self._submit)

    def said(self) -> object:
        """The answer for `take`."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is still missing; "" when nothing is."""
        return ""

    def _submit(self) -> None:
        commit_typed()
        wrong = self.stray() or self.problem()
        self.say_problem(wrong)
        if not wrong:
            self.verb.setEnabled(False)
            self._take(self.said(), self.finish, self._refused)

    def _refused(self, text: str) -> None:
        if isValid(self):
            self.verb.setEnabled(True)
            self.say_problem(text)
