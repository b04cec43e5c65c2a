"""The danger questions of the chosen service."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from console.domain.catalogue.catalogue import DangerQuestion
from console.ui.widgets.fields.typed_text import ENTER_KEYS
from console.ui.widgets.layout.flow import FlowLayout


class Questions(QWidget):
    """The danger questions of the chosen service as check boxes.

    Attributes:
        answered: codes of those answered yes, a tuple.
    """

    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without questions."""
        super().__init__(parent)
        self._flow = FlowLayout(gap=18)
        self.setLayout(self._flow)
        self._boxes: dict[str, QCheckBox] = {}
        self._asked: tuple[DangerQuestion, ...] = ()

    @property
    def boxes(self) -> tuple[QCheckBox, ...]:
        """In the order they are asked."""
        return tuple(self._boxes.values())

    def ask(self, questions: Sequence[DangerQuestion], yes: Sequence[str]) -> bool:
        """Show these questions with these answers; True if the boxes changed."""
        changed = tuple(questions) != self._asked
        if changed:
            self._asked = tuple(questions)
            while (item := self._flow.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
            self._boxes = {q.code: self._box(q) for q in questions}
            self.updateGeometry()
        for code, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(code in yes)
        return changed

    def _box(self, question: DangerQuestion) -> QCheckBox:
        box = _EnterBox(question.text.replace("&", "&&"), self)
        box.toggled.connect(self._on_toggled)
        self._flow.addWidget(box)
        box.show()
        return box

    def _on_toggled(self, _on: bool) -> None:
        self.answered.emit(tuple(code for code, box in self._boxes.items() if box.isChecked()))


class _EnterBox(QCheckBox):
    """A check box on which Enter goes to the next field, as everywhere in the form."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS:
            self.focusNextChild()
            return
        super().keyPressEvent(event)
