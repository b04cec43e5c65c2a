"""F1 says what the page in front is for, in both languages."""

import pytest

from console.ui import actions
from console.ui.shell.learning.help_texts import help_for
from console.ui.shell.learning.key_sheet import KeySheet
from tests.ui.window import Room, dialog_of


@pytest.mark.parametrize("name", [name for name, _ in actions.PAGES])
def test_every_page_has_its_help_in_both_languages(name: str) -> None:
    vietnamese, english = help_for(name, "vi"), help_for(name, "en")
    assert len(vietnamese) == len(english) >= 1
    assert not any(line.isascii() for line in vietnamese)


def test_a_page_or_language_that_nobody_wrote_of_has_none() -> None:
    assert help_for("kitchen", "vi") == help_for("intake", "fr") == ()


async def test_f1_shows_the_help_of_the_page_first(room: Room) -> None:
    room.window.goto_page("callbacks")
    room.window.open_keys()
    sheet = await dialog_of(room, KeySheet)
    assert [label.text() for label in sheet.help] == list(help_for("callbacks", "vi"))
    assert all(label.height() >= label.heightForWidth(label.width()) for label in sheet.help)
