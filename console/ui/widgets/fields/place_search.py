"""The list of places under a field while an address is typed.

Like the list of `SearchCombo` it is a child of the window that never takes the focus, so a word
being composed is not disturbed. The text stays as typed unless the person picks a line.
"""

from collections.abc import Callable
from typing import override

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from console.services.ports.places import Suggestion
from console.ui.text.choice_search import Choice
from console.ui.widgets.fields.choice_list import ChoiceList
from console.ui.widgets.fields.typed_text import ENTER_KEYS

_MOST = 8
_LEAST_CHARACTERS = 2


class PlaceSearch(QObject):
    """Suggestions for one field.

    Signals:
        chosen: the `Suggestion` that the person picked.
    """

    chosen = Signal(object)

    def __init__(
        self,
        line: QLineEdit,
        suggest: Callable[[str, int], tuple[Suggestion, ...]],
        *,
        eager: bool = False,
    ) -> None:
        """Watch the field; its owner calls `search` with what was typed.

        Args:
            suggest: takes a text and a number of lines, returns places, best first, within
                milliseconds.
            eager: highlight the first line at once, so that Enter picks it. Else only the arrow
                keys reach the list, and Enter keeps its meaning in the form.
        """
        super().__init__(line)
        self._line, self._suggest, self._eager = line, suggest, eager
        self._found: tuple[Suggestion, ...] = ()
        self._list: ChoiceList | None = None
        line.installEventFilter(self)

    @property
    def found(self) -> tuple[Suggestion, ...]:
        """The places in the open list; empty when it is closed."""
        return self._found if self._list is not None and self._list.isVisible() else ()

    def search(self, text: str) -> None:
        """Show what the text may mean."""
        enough = len(text.strip()) >= _LEAST_CHARACTERS and self._line.hasFocus()
        self._found = self._suggest(text, _MOST) if enough else ()
        # A full address needs no suggestion; where Enter goes there, the place is still shown.
        same = not self._eager and len(self._found) == 1 and self._found[0].text == text
        if not self._found or same:
            self.close()
            return
        rows = [Choice(str(i), s.text, hint_of(s)) for i, s in enumerate(self._found)]
        shown = self._shown_list()
        shown.show_choices(rows, "0" if self._eager else None)
        shown.place_under(self._line)
        shown.raise_()
        shown.show()

    def close(self) -> None:
        """Close the list."""
        if self._list is not None:
            self._list.hide()

    def _shown_list(self) -> ChoiceList:
        window = self._line.window()
        if self._list is None or self._list.parentWidget() is not window:
            self._list = ChoiceList(window)
            self._list.setAccessibleName(self.tr("Nơi có thể đúng"))
            self._list.picked.connect(self._take)
        return self._list

    def _take(self, code: str) -> None:
        self.close()
        if code.isdigit() and int(code) < len(self._found):
            self.chosen.emit(self._found[int(code)])

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._line or self._list is None or not self._list.isVisible():
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.close()
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event, self._list)
        return False

    def _on_key(self, event: QKeyEvent, shown: ChoiceList) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            shown.step(1 if key == Qt.Key.Key_Down else -1, self._line)
            return True
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        if key in ENTER_KEYS:
            code = shown.current_code()
            if code is not None:
                self._take(code)
                return True
            self.close()
        return False


def hint_of(place: Suggestion) -> str:
    """What kind of place a line is, and what to ask about it."""
    if place.note == "outside":
        return _said("ngoài thành phố?")
    if place.note == "swapped":
        return _said("vĩ độ, kinh độ bị đảo?")
    if place.kind == "asset":
        return {
            "lamp": _said("trụ đèn"),
            "manhole": _said("hố ga"),
            "tree": _said("cây xanh"),
            "bus_stop": _said("trạm xe buýt"),
        }.get(place.asset_kind or "", "")
    return {
        "ward": _said("phường, xã mới"),
        "old_ward": _said("phường, xã cũ"),
        "street": _said("đường"),
        "landmark": _said("địa danh"),
        "recent": _said("gần đây"),
        "point": _said("tọa độ"),
    }.get(place.kind, "")


def _said(text: str) -> str:
    return QCoreApplication.translate("PlaceSearch", text)
