"""What is on the screen while the store takes long to open."""

import pytest
from PySide6.QtWidgets import QApplication

from console.services.wording.sentences import sentence
from console.ui.shell import opening_note
from console.ui.shell.opening_note import OpeningNote


def test_the_sentence_is_painted_before_anything_else_goes_on(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_note, "_SHOWN_S", 30.0)  # of a busy machine the screen takes longer
    text = sentence("store_opens_slowly")
    note = OpeningNote(text)
    try:
        note.show_now()
        assert note.painted
        assert note.isVisible()
        assert note.text() == text
        assert note.heightForWidth(note.width()) <= note.height()
    finally:
        note.close()
