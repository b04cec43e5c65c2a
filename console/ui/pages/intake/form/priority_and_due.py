"""Small parts of the form: priority with its sign, the deadline, questions and photos."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QEvent, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from console.domain.catalogue.catalogue import DangerQuestion
from console.domain.states import Priority
from console.ui.text import words
from console.ui.theme import themes
from console.ui.widgets.basic.badge import draw_shape
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.layout.flow import FlowLayout

_ORDER = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PriorityCombo(QComboBox):
    """Three urgencies: word, colour and shape.

    Attributes:
        picked: the person chose this `Priority`.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ordinary at first."""
        super().__init__(parent)
        self.setIconSize(QSize(11, 11))
        for priority in _ORDER:
            self.addItem(words.priority(priority), priority.value)
        self._draw_icons()
        self.show_priority(Priority.NORMAL)
        self.activated.connect(self._on_activated)

    def show_priority(self, priority: Priority) -> None:
        """Show this one; nothing is emitted."""
        self.setCurrentIndex(_ORDER.index(priority))

    def _on_activated(self, row: int) -> None:
        self.picked.emit(_ORDER[row])

    def _draw_icons(self) -> None:
        for row, priority in enumerate(_ORDER):
            sign = words.priority_sign(priority)
            picture = QPixmap(QSize(22, 22))
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            shape = "circle" if sign.shape == "none" else sign.shape
            draw_shape(painter, shape, QRectF(1, 1, 20, 20), themes.current().tone(sign.tone))
            painter.end()
            self.setItemIcon(row, QIcon(picture))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.count() == len(_ORDER):
            self._draw_icons()


class DueField(QLineEdit):
    """The deadline as text; a screen reader reads it, nobody types into it, Tab passes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def say(self, text: str, short: str = "") -> None:
        """Show this, or `short` where there is no room; equal text costs nothing."""
        if short and self.fontMetrics().horizontalAdvance(text) > self.width() - 20:
            text = short
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def remark(self, text: str) -> None:
        """What else is to be known of it, under the pointer and for a screen reader."""
        if text != self.accessibleDescription():
            set_tooltip(self, text)
            self.setAccessibleDescription(text)


class Questions(QWidget):
    """The danger questions of the chosen service as check boxes.

    Attributes:
        answered: codes of those answered yes, a tuple.
    """

    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """No service, no questions."""
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
        """Show these, answered so; True when the boxes are others than before."""
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
    """A check box on which Enter goes on to the next field, as everywhere in the form."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.focusNextChild()
            return
        super().keyPressEvent(event)


class Attachments(QWidget):
    """What goes with the request: the recording by itself, photos and spoken notes by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing yet."""
        super().__init__(parent)
        # Wraps at large text, else it would widen the form and take the map's and the cards' room.
        line = FlowLayout(gap=8)
        self.setLayout(line)
        files = QWidget()
        row = QHBoxLayout(files)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        line.addWidget(files)
        self._what = PlainLabel(tone="muted")
        self.button = Button(self.tr("+ Thêm ảnh"), kind="flat")
        self.note = Button(self.tr("+ Ghi lời"), kind="flat")
        row.addWidget(self._what)
        row.addWidget(self.button)
        row.addWidget(self.note)
        self.consent = QCheckBox(self.tr("Cho đơn vị gọi"))
        said = self.tr(
            "Người dân đồng ý cho đơn vị xử lý biết họ tên và số điện thoại, "
            "để hỏi đường hay hẹn gặp"
        )
        set_tooltip(self.consent, said)
        self.consent.setAccessibleDescription(said)
        line.addWidget(self.consent)
        self.named = QCheckBox(self.tr("Cho nêu tên"))
        said = self.tr(
            "Người dân đồng ý được nêu tên khi thành phố tuyên dương người phản ánh tích cực; "
            "cần có họ tên và số điện thoại"
        )
        set_tooltip(self.named, said)
        self.named.setAccessibleDescription(said)
        line.addWidget(self.named)

    @property
    def yeses(self) -> tuple[QCheckBox, ...]:
        """What the citizen may agree to, in reading order."""
        return self.consent, self.named

    def show_named(self, *, may: bool, named: bool) -> None:
        """The citizen's yes; it can be given once name and number are known."""
        self.named.setEnabled(may)
        with QSignalBlocker(self.named):
            self.named.setChecked(may and named)

    def show_consent(self, *, may: bool, consent: bool) -> None:
        """The citizen's yes that the agency calls him; there must be a number."""
        self.consent.setEnabled(may)
        with QSignalBlocker(self.consent):
            self.consent.setChecked(may and consent)

    def show_files(self, photos: int, *, by_voice: bool) -> None:
        """Say what is attached."""
        parts = [self.tr("Ghi âm tự động")] if by_voice else []
        if photos:
            parts.append(self.tr("{0} ảnh").format(photos))
        self._what.setText(" · ".join(parts) or self.tr("Chưa có ảnh"))
