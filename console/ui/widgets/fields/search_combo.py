"""A combo box that is searched by typing: accents are optional, keywords and unfinished words
count.

Its list is a child of the window, never a window of its own and never in the focus chain, so that
it does not disturb an input method in the middle of a word (ibus-unikey drops the word when a popup
takes the focus).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import override

from PySide6.QtCore import (
    QEvent,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QWidget,
)

from console.ui.text.choice_search import Choice, ChoiceIndex
from console.ui.widgets.basic.plain_label import PlainLabel, restyle, set_property
from console.ui.widgets.fields.choice_list import ChoiceList


class SearchCombo(QComboBox):
    """An editable combo box over a list of choices; only entries of the list can be chosen.

    Attributes:
        chosen: the person chose this code; "" when the field was emptied.
        typed: the person changed the text, including a word still being composed.
        unmatched: the field was left with a text that is no entry: a sentence that says so; "" when
            that is over.
    """

    chosen = Signal(str)
    typed = Signal(str)
    unmatched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it with an empty list."""
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # A QComboBox's own completer opens a window of its own; the list below does not.
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._choices: dict[str, Choice] = {}
        self._index = ChoiceIndex(())
        self._preedit = ""
        self._edited = False
        self._astray = False
        self._quiet = False
        self._hint = ""
        self._list: ChoiceList | None = None
        line = self.lineEdit()
        assert line is not None  # noqa: S101 - an editable combo box always has one
        self._line = line
        self._hint_label = PlainLabel("", tone="muted", kind="caption", parent=line)
        self._hint_label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint_label.hide()
        # Not `textEdited`: screen readers and dictation programs change the text without it.
        line.textChanged.connect(self._on_changed)
        line.textChanged.connect(self._place_hint)
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Replace the list; the chosen code stays if it is still there."""
        code, text, edited = self.code(), self._line.text(), self._edited
        self._choices = {choice.code: choice for choice in choices}
        self._index = ChoiceIndex(choices)
        with self._by_program():
            self.clear()
            for choice in choices:
                self.addItem(choice.text, choice.code)
            self.setCurrentIndex(self.findData(code) if code else -1)
            if edited or self.currentIndex() < 0:
                self._line.setText(text if edited else "")

    def code(self) -> str | None:
        """The chosen code, or None."""
        found = self.currentData()
        return str(found) if found is not None and self.currentIndex() >= 0 else None

    def set_code(self, code: str | None) -> None:
        """Choose a code from the program; nothing is emitted, and a word being typed is not
        touched.
        """
        if self._astray or (self._edited and self.hasFocus()):
            return
        if code == self.code() and not self._edited:
            return
        self._edited = False
        with self._by_program():
            self.setCurrentIndex(self.findData(code) if code else -1)
            if self.currentIndex() < 0:
                self._line.clear()
        self._line.setCursorPosition(0)
        self._place_hint()

    def show_typed(self, text: str) -> None:
        """Show a text that is no choice yet, from a draft; nothing typed is overwritten."""
        if self.code() is None and not self._line.text():
            with self._by_program():
                self._line.setText(text)
            self._edited = True

    def reset(self) -> None:
        """Empty the field, so that the form can be used again."""
        self._close()
        self._found_again()
        self._edited = False
        self._preedit = ""
        self.set_code(None)
        with self._by_program():
            self._line.clear()

    def set_hint(self, text: str) -> None:
        """Set a muted hint at the right end; it is hidden when there is no room."""
        self._hint = text
        self._place_hint()

    def text_now(self) -> str:
        """The text of the field, including a word still being composed."""
        at = self._line.cursorPosition()
        text = self._line.text()
        return text[:at] + self._preedit + text[at:]

    @property
    def list_is_open(self) -> bool:
        """Whether the list is open."""
        return self._list is not None and self._list.isVisible()

    def entries(self) -> tuple[str, ...]:
        """The texts in the open list, top first; empty when it is closed."""
        if self._list is None or not self.list_is_open:
            return ()
        model = self._list.model()
        return tuple(str(model.index(row, 0).data()) for row in range(model.rowCount()))

    def settle(self) -> None:
        """Leave the field: an exact text becomes the choice; any other stays and is marked.

        The earlier choice is dropped then: nothing may be saved that the field does not show.
        """
        self._close()
        if not self._edited:
            return
        text = self._line.text().strip()
        if not text:
            self._take(None)
        elif (same := self._index.exact(text)) is not None:
            self._take(same.code)
        elif not self._astray:
            self._go_astray(text)

    def stray_sentence(self) -> str:
        """What is wrong with the text; "" when it is a choice or empty."""
        if not self._astray:
            return ""
        text = self._line.text().strip()
        return self.tr("“{0}” không có trong danh sách: chọn một mục hoặc xóa chữ.").format(text)

    def _go_astray(self, text: str) -> None:
        had = self.code()
        self._astray = True
        with self._by_program():
            self.setCurrentIndex(-1)
            self._line.setText(text)
        set_property(self, "state", "error")
        if had is not None:
            self.chosen.emit("")
        self.unmatched.emit(self.stray_sentence())

    def _found_again(self) -> None:
        if self._astray:
            self._astray = False
            set_property(self, "state", "")
            self.unmatched.emit("")

    def _take(self, code: str | None) -> None:
        self._close()
        self._found_again()
        changed = code != self.code()
        self._edited = False
        with self._by_program():
            self.setCurrentIndex(self.findData(code) if code else -1)
            self._line.setText(self._choices[code].text if code else "")
        self._line.setCursorPosition(0)
        self._place_hint()
        if changed:
            self.chosen.emit(code or "")

    @contextmanager
    def _by_program(self) -> Iterator[None]:
        """Mark changes from inside as not typed."""
        self._quiet = True
        self.blockSignals(True)
        try:
            yield
        finally:
            self.blockSignals(False)
            self._quiet = False

    def _on_changed(self, text: str) -> None:
        if self._quiet:
            return
        at = self.currentIndex()
        if at >= 0 and self.itemText(at) == text and not self._preedit:
            self._take(str(self.itemData(at)))
            return
        self._found_again()
        self._edited = True
        self._search()

    def _on_activated(self, row: int) -> None:
        code = self.itemData(row)
        if code is not None:
            self._close()
            self._found_again()
            self._edited = False
            self.chosen.emit(str(code))

    def _search(self) -> None:
        text = self.text_now()
        self.typed.emit(text)
        if not text.strip():
            self._close()
            if self.code() is not None:
                self._take(None)
            return
        self._open(self._index.find(text), highlight=True)

    def _open(self, found: Sequence[Choice], *, highlight: bool) -> None:
        if not found or not self.isVisible():
            self._close()
            return
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = ChoiceList(self.window())
            self._list.picked.connect(self._take)
            self.window().installEventFilter(self)
        self._list.show_choices(found, self.code() if not highlight else found[0].code)
        self._place_list()
        self._list.raise_()
        self._list.show()

    def _close(self) -> None:
        if self._list is not None:
            self._list.hide()

    def _place_list(self) -> None:
        if self._list is not None:
            self._list.place_under(self)

    def _place_hint(self) -> None:
        room = self._line.width() - self._line.fontMetrics().horizontalAdvance(self._line.text())
        wanted = self._hint_label.fontMetrics().horizontalAdvance(self._hint) + 12
        fits = bool(self._hint) and room > wanted + 24 and not self._edited
        self._hint_label.setVisible(fits)
        self._line.setTextMargins(0, 0, wanted if fits else 0, 0)
        if fits:
            self._hint_label.setText(self._hint)
            box = self._line.rect()
            self._hint_label.setGeometry(box.right() - wanted, box.top(), wanted - 6, box.height())
            self._hint_label.setAlignment(
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
            self._hint_label.raise_()

    def _move(self, step: int) -> None:
        if self._list is None or not self.list_is_open:
            self.showPopup()
            return
        self._list.step(step, self)

    def _on_enter(self) -> None:
        """Take the highlighted entry and move on; an ambiguous text asks first."""
        if not self._accept():
            self.settle()
            found = self._index.find(self._line.text()) if self._edited else ()
            if found and self._line.text().strip():
                self._open(found, highlight=True)
                return
        self.focusNextChild()

    def _accept(self) -> bool:
        if self._list is None or not self.list_is_open:
            return False
        code = self._list.current_code()
        if code is None:
            return False
        self._take(code)
        return True

    @override
    def showPopup(self) -> None:
        """Open the whole list, the chosen entry highlighted."""
        if self.list_is_open:
            self._close()
            return
        text = self.text_now() if self._edited else ""
        self._open(self._index.find(text, limit=1000), highlight=self._edited)

    @override
    def hidePopup(self) -> None:
        """Close the list, but not when Qt calls this because the window is being recreated."""
        if self.window().isVisible():
            self._close()
        super().hidePopup()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list; Enter takes an entry and moves on.

        Escape closes the list; pressed again it restores the earlier choice.
        """
        key, keys = event.key(), Qt.Key
        steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: 8, keys.Key_PageUp: -8}
        if key in steps and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move(steps[keys(key)])
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._on_enter()
        elif key == keys.Key_Escape and self.list_is_open:
            self._close()
        elif key == keys.Key_Escape and self._edited and (code := self.code()) is not None:
            self._take(code)
        elif key == keys.Key_F4:
            self.showPopup()
        else:
            super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab takes the highlighted entry of an open list, then moves on."""
        if self._edited and next:
            self._accept()
        return super().focusNextPrevChild(next)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Search with the word that is still being composed."""
        before, self._preedit = self._preedit, event.preeditString()
        super().inputMethodEvent(event)
        if self._preedit != before:
            self._edited = self._edited or bool(self._preedit)
            self._search()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Focus by key selects the text, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._line.selectAll()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle what was typed."""
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
        ):
            self.settle()
        # Another window is in front, or ours is being recreated for the map: keep the list.

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form; it never changes a choice."""
        event.ignore()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the list under the field."""
        super().moveEvent(event)
        self._place_list()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the list and the hint in place."""
        super().resizeEvent(event)
        self._place_list()
        self._place_hint()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Measure the hint only after the style sheet has set its colour and size."""
        super().showEvent(event)
        restyle(self._hint_label)
        self._place_hint()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Close the list of a hidden field; recreating the window shows it again."""
        super().hideEvent(event)
        self.hidePopup()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window changed its size, so the field has moved."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._place_list()
        return False


def line_of(combo: QComboBox) -> QLineEdit:
    """The line of an editable combo box."""
    line = combo.lineEdit()
    assert line is not None  # noqa: S101 - these combos are editable
    return line
