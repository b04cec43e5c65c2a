"""An earlier request or contact of a caller, as one card."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QWidget

from console.domain.catalogue.catalogue import Catalogue
from console.domain.states import Channel, State
from console.services.views.contacts import ContactRow
from console.services.views.requests import RequestRow
from console.ui import actions
from console.ui.text import formats, words
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.cards.card import Card
from console.ui.widgets.layout.boxes import row_of


class HistoryCard(Card):
    """One earlier request: number, badge of time or state, subject and place."""

    def __init__(
        self,
        row: RequestRow,
        catalogue: Catalogue,
        now: datetime,
        parent: QWidget | None = None,
    ) -> None:
        """Show this row."""
        number = formats.request_number(row.number)
        service = catalogue.services.get(row.service_code)
        what = service.name if service else row.service_code
        sign = request_sign(row, now)
        super().__init__(name=f"{number}, {sign.text}, {what}", parent=parent)
        self.request_id = row.id
        line = [what]
        if row.address_string:
            line.append(row.address_string)
        if sign.text != words.state(row.state):
            line.append(words.state(row.state).lower())
        else:
            line.append(formats.when(row.updated_at, now))
        text = " · ".join(line)
        badge = Badge(sign.text, sign.tone, sign.shape)
        # Never cut off: it is read out on the telephone.
        _two_lines(self, PlainLabel(number, kind="strong"), badge, text)
        set_tooltip(self, f"{text}\n{row.description}")


class ContactCard(Card):
    """One earlier contact without a request: a missed call, a message."""

    def __init__(self, row: ContactRow, now: datetime, parent: QWidget | None = None) -> None:
        """Show this row."""
        title = self.tr("Gọi nhỡ") if row.outcome == "missed" else words.channel(row.channel)
        said = row.text.strip() or words.contact_state(row.state)
        if row.channel is Channel.VOICE and row.outcome:
            said = self._call(row.outcome)
        at = formats.when(row.received_at, now)
        super().__init__(name=f"{title}, {at}, {said}", activatable=False, parent=parent)
        head = PlainLabel(title, kind="strong", elide=True)
        _two_lines(self, head, PlainLabel(at, tone="muted", kind="caption"), said)

    def _call(self, outcome: str) -> str:
        known = {
            "missed": self.tr("chưa gọi lại"),
            "abandoned": self.tr("gác máy trước khi gặp tổng đài viên"),
            "callback": self.tr("hẹn gọi lại"),
            "settled": self.tr("đã gọi lại"),
            "done": self.tr("đã nói chuyện"),
        }
        return known.get(outcome, words.outcome(outcome))


def request_sign(row: RequestRow, now: datetime) -> Sign:
    """The time left if it is open with a deadline, else its state."""
    state = words.state_sign(row.state)
    if row.state is State.RESOLVED:
        # As on the agency's button: the long word would push the number out of the card.
        return replace(state, text=actions.word("queue.report"))
    if state.tone in ("ok", "muted") or row.due_at is None:
        return state
    return formats.countdown(row.due_at, row.requested_at, now)


def _two_lines(card: Card, head: QWidget, trailing: QWidget, text: str) -> None:
    card.body.addLayout(row_of((head, 1), trailing, gap=8))
    card.body.addWidget(PlainLabel(text, tone="muted", kind="caption", elide=True))
