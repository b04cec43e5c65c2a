"""The red line under a form that could not be saved. It follows the fields and disappears when the
last missing one is filled in.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from console.domain.errors import ConsoleError
from console.ui.pages.intake.form.presenter import IntakePresenter
from console.ui.pages.intake.form.save_command import Trouble
from console.ui.pages.intake.form.values import FormValues
from console.ui.pages.intake.form_deck import FormDeck
from console.ui.text.error_sentences import sentence

_WRONG = frozenset({"not_a_phone", "impossible_coordinates"})
"""Errors that are normal while typing: shown only if a save found them."""


class UnsavedLine(QObject):
    """Shows next to the buttons why the form in front was not saved, as long as that holds."""

    def __init__(self, deck: FormDeck, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._deck = deck
        self._form: IntakePresenter | None = None
        self._text = ""
        self._fields: frozenset[str] = frozenset()
        self._refused: tuple[str, FormValues] | None = None
        deck.matched.connect(self.follow)

    def show_troubles(self, form: IntakePresenter, troubles: Sequence[Trouble]) -> None:
        """Show what prevents the save, in the order of the form."""
        self._fields = frozenset(trouble.field for trouble in troubles)
        self._begin(form, self._words(troubles))

    def show_astray(self, form: IntakePresenter, field: str, said: str) -> None:
        """Show that a field's text is not in its list."""
        self._fields = frozenset({field})
        self._begin(form, self._unsaved(said))

    def show_refused(self, form: IntakePresenter, trouble: Trouble) -> None:
        """Show a refusal; one about a field is shown until the field changes."""
        self._begin(form, self._unsaved(sentence(trouble.error)))
        self._refused = (trouble.field, form.values)

    def leave(self, form: IntakePresenter) -> None:
        """Another form comes to the front: clear the line."""
        if self._form is not None and self._form is not form:
            if self._deck.outcome == self._text:
                self._deck.say("", "ok")
            self._form = None

    def follow(self) -> None:
        """Update the line after a change."""
        form = self._form
        if form is None or self._deck.form.presenter is not form:
            return
        if self._deck.outcome != self._text:
            self._form = None  # Another text is shown by now.
            return
        self._text = self._still(form)
        self._deck.follow(self._text)
        if not self._text:
            self._form = None

    def _begin(self, form: IntakePresenter, text: str) -> None:
        self._form, self._text, self._refused = form, text, None
        self._deck.say(text, "urgent")

    def _still(self, form: IntakePresenter) -> str:
        if self._refused is not None:
            field, before = self._refused
            same = not field or getattr(form.values, field) == getattr(before, field)
            return self._text if same else ""
        panel = self._deck.form
        left = [t for t in form.troubles() if t.field in self._fields or _is_gap(t.error)]
        for field in self._fields - {trouble.field for trouble in left}:
            panel.clear_error(field)
        if left:
            return self._words(left)
        said = panel.astray_sentence()
        return self._unsaved(said) if said else ""

    def _words(self, troubles: Sequence[Trouble]) -> str:
        said = sentence(troubles[0].error)
        if len(troubles) == 1:
            return self._unsaved(said)
        return self.tr("Chưa lưu, {0} chỗ cần sửa. {1}").format(len(troubles), said)

    def _unsaved(self, said: str) -> str:
        return self.tr("Chưa lưu. {0}").format(said)


def _is_gap(error: ConsoleError) -> bool:
    return error.code not in _WRONG
