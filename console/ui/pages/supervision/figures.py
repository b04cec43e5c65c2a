"""The figures of the page **Giám sát**, each a card that opens what it counts."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QGridLayout

from console.services.views.supervision import KINDS
from console.ui.pages.supervision.wall_screen import ACROSS
from console.ui.theme.signs import LabelTone
from console.ui.widgets.cards.card import Card
from console.ui.widgets.charts.figure import Figure

COUNTED = (
    "missed_calls",
    "inbox_new",
    "open_requests",
    "callbacks",
    "received_today",
    "closed_today",
    "tasks",
)
ROOM = ("waiting", "longest")
"""Figures that the call room explains."""
PAGES = {
    "missed_calls": "callbacks",
    "inbox_new": "inbox",
    "callbacks": "callbacks",
    "open_requests": "map",
}
"""Figures whose work is on another page."""


class FigureGrid(QGridLayout):
    """Four figures in a row.

    Attributes:
        captions: (name, caption, tone) of each figure, in order.
    """

    def __init__(self, opened: Callable[[str], None]) -> None:
        """Build the cards; `opened` gets the name of the one that was clicked."""
        super().__init__()
        self.figures: dict[str, Figure] = {}
        self.cards: dict[str, Card] = {}
        self.captions = self._captions()
        self.setSpacing(6)
        for n, (name, caption, tone) in enumerate(self.captions):
            figure = Figure(caption, tone, "huge")
            opens = name in KINDS or name in PAGES or name in (*ROOM, "tasks")
            card = Card(activatable=opens, name=caption)
            card.body.setContentsMargins(14, 2, 10, 4)
            card.body.addWidget(figure)
            if opens:
                card.clicked.connect(partial(opened, name))
            self.addWidget(card, n // ACROSS, n % ACROSS)
            self.figures[name] = figure
            self.cards[name] = card

    def select(self, name: str) -> None:
        """Mark this card as chosen; "" marks none."""
        for each, card in self.cards.items():
            card.set_selected(each == name)

    def _captions(self) -> tuple[tuple[str, str, LabelTone], ...]:
        return (
            ("waiting", self.tr("cuộc gọi chờ"), "warn"),
            ("longest", self.tr("chờ lâu nhất"), "warn"),
            ("missed_calls", self.tr("gọi nhỡ"), "warn"),
            ("inbox_new", self.tr("tin mới"), "accent"),
            ("unforwarded", self.tr("quá 5 phút chưa chuyển"), "urgent"),
            ("late", self.tr("trễ hạn"), "urgent"),
            ("near", self.tr("sắp đến hạn"), "warn"),
            ("extension", self.tr("xin gia hạn"), "warn"),
            ("bounced", self.tr("trả lại từ 2 lần"), "urgent"),
            ("failed", self.tr("tin không đến"), "warn"),
            ("orphans", self.tr("phiếu nháp bỏ dở"), "warn"),
            ("tasks", self.tr("chờ ca trưởng xem"), "urgent"),
            ("callbacks", self.tr("chờ báo kết quả"), "accent"),
            ("open_requests", self.tr("phản ánh đang mở"), "text"),
            ("received_today", self.tr("tiếp nhận hôm nay"), "text"),
            ("closed_today", self.tr("đóng hôm nay"), "ok"),
        )
