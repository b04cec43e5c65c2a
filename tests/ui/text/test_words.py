"""The window uses the same words for closed sets as command line and messages."""

from collections.abc import Iterator
from enum import StrEnum

import pytest
from PySide6.QtCore import QLocale

from console.domain import states as s
from console.services.wording import labels as wording_words
from console.ui.text import words

SETS = (
    (s.State, words.state, wording_words.STATES),
    (s.AssignmentState, words.state, wording_words.STATES),
    (s.Channel, words.channel, wording_words.CHANNELS),
    (s.ContactState, words.contact_state, wording_words.CONTACT_STATES),
    (s.Priority, words.priority, wording_words.PRIORITIES),
    (s.Outcome, words.outcome, wording_words.OUTCOMES),
    (s.Verdict, words.verdict, wording_words.VERDICTS),
    (s.DeliveryState, words.delivery, wording_words.DELIVERIES),
    (s.Purpose, words.purpose, wording_words.PURPOSES),
    (s.Role, words.role, wording_words.ROLES),
)


@pytest.fixture(params=[("vi_VN", 0), ("en_US", 1)], ids=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[int]:
    """The window's language and its index in a pair of words."""
    name, place = request.param
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    yield place
    QLocale.setDefault(before)


@pytest.mark.parametrize(("kind", "said", "known"), SETS)
def test_every_value_is_called_as_everywhere_else(
    language: int, kind: type[StrEnum], said: object, known: wording_words.Words
) -> None:
    for value in kind:
        assert said(value).lower() == known[value.value][language].lower()  # type: ignore[operator]
