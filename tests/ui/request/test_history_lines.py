"""The reason of a failed message is shown in the history and on its card."""

from pytestqt.qtbot import QtBot

from console.domain.ids import uuid7
from console.domain.requests.codec import fact_body
from console.domain.requests.events import MessageDelivered
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.views.contacts import OutreachRow
from console.services.views.requests import EventLine
from console.services.wording import sentences as wording
from console.ui.request.history_lines import HistoryLines
from console.ui.request.pane import message_card
from console.ui.widgets.basic.plain_label import PlainLabel
from tests.unit.services.history.made_files import NOW

REASON = wording.sentence("modem_down")


def test_the_history_says_why(qtbot: QtBot) -> None:
    del qtbot
    fact = MessageDelivered(outreach_id=uuid7(), state=DeliveryState.FAILED, error="modem_down")
    line = EventLine(
        uuid7(), None, NOW, "system", "may-07", "message_delivered", None, None, None,
        body=fact_body(fact),
    )  # fmt: skip
    said = HistoryLines(load_catalogue()).line(line, NOW)
    assert wording.delivery_name(DeliveryState.FAILED) in said
    assert REASON in said


def test_the_card_of_a_message_says_why(qtbot: QtBot) -> None:
    row = OutreachRow(
        uuid7(), Channel.SMS, "+84903123456", "Đã xong", Purpose.RESULT, DeliveryState.FAILED,
        NOW, NOW, tries=30, error="modem_down",
    )  # fmt: skip
    card = message_card(row, NOW)
    qtbot.addWidget(card)
    assert REASON in [label.text() for label in card.findChildren(PlainLabel)]
