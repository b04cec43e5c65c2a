"""The right column: notices, the map, and likely duplicates below it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import override

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.domain.catalogue.catalogue import Catalogue, Service
from console.services.views.requests import DuplicateRow
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.duplicate import DuplicateCard
from console.ui.widgets.cards.notice import NoticeCards
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of
from console.ui.widgets.layout.section import Section

_LEAST_MAP, _LEAST_CARD = 260, 236
"""Width in pixels: for the map, and for a card at normal text size."""


class NearbyColumn(QWidget):
    """Notices for the place, the map, and duplicates below.

    Attributes:
        join: the person wants to add the caller to this `DuplicateRow`.
        chosen: a duplicate was chosen, or None.
    """

    join = Signal(object)
    chosen = Signal(object)

    def __init__(
        self,
        map_view: QWidget,
        catalogue: Catalogue,
        clock: Callable[[], datetime],
        photo: Callable[[str], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        """Start without duplicates.

        Args:
            photo: finds the file of a stored photo.
        """
        super().__init__(parent)
        self._catalogue = catalogue
        self._clock = clock
        self._photo = photo
        self._cards: list[DuplicateCard] = []
        self._chosen: DuplicateRow | None = None
        self._title = Section(self.tr("Có thể trùng"))
        self._nothing = PlainLabel(tone="muted", kind="caption", wrap=True)
        self._box = QVBoxLayout()
        self._box.setSpacing(2 * themes.SPACE)
        self._scroll = self._scrolled()
        column = column_of(margins=(10, 10, 10, 10), gap=2 * themes.SPACE, parent=self)
        frame = QFrame()
        frame.setProperty("ui", "panel")
        column_of(map_view, margins=(1, 1, 1, 1), parent=frame)
        self.notices = NoticeCards()
        column.addWidget(self.notices)
        column.addWidget(frame, 1)
        column.addWidget(self._title)
        column.addWidget(self._nothing)
        column.addWidget(self._scroll)
        self.show_rows((), None, asked=False)

    def _scrolled(self) -> QScrollArea:
        body = QWidget()
        body.setMinimumWidth(1)
        column_of(self._box, STRETCH, margins=NONE, parent=body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    @property
    def cards(self) -> tuple[DuplicateCard, ...]:
        """The cards as shown, best first."""
        return tuple(self._cards)

    @property
    def selected(self) -> DuplicateRow | None:
        """The duplicate that Ctrl+M joins: the chosen one, else the best, else None."""
        return self._chosen

    def show_rows(
        self, rows: tuple[DuplicateRow, ...], service: Service | None, *, asked: bool = True
    ) -> None:
        """Show these; the first is preselected."""
        before = self.selected
        focused = next((c.row.request_id for c in self._cards if c.hasFocus()), None)
        for card in self._cards:
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
        now = self._clock()
        self._cards = [DuplicateCard(row, self._catalogue, now, self._photo) for row in rows]
        for card in self._cards:
            card.clicked.connect(lambda one=card: self._choose(one))
            card.join.connect(self.join)
            self._box.addWidget(card)
            if card.row.request_id == focused:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
        same = [c for c in self._cards if before and c.row.request_id == before.request_id]
        if self._cards:
            self._choose((same or self._cards)[0])
        else:
            self._chosen = None
            self.chosen.emit(None)
        self._say(service, len(rows), asked=asked)

    def _say(self, service: Service | None, count: int, *, asked: bool) -> None:
        title = self.tr("Có thể trùng")
        if service is not None and not service.match_on:
            title = self.tr("Có thể trùng · {0} m · {1} giờ").format(
                service.radius_m, service.window_h
            )
        self._title.set_title(title)
        self._title.set_trailing(str(count) if count else "")
        self._nothing.setText(
            self.tr("Không có phản ánh nào giống ở gần.")
            if asked
            else self.tr("Hiện khi đã có loại sự cố và địa chỉ hoặc ghim.")
        )
        self._nothing.setVisible(not count)
        self._scroll.setVisible(bool(count))
        if self._cards:
            one = self._cards[0].sizeHint().height()
            self._scroll.setFixedHeight(min(count, 2) * (one + self._box.spacing()))

    @override
    def minimumSizeHint(self) -> QSize:
        """Wide enough for the map, and for a number and a badge at any text size."""
        scale = themes.points() / themes.BASE_POINTS
        wide = max(_LEAST_MAP, round(_LEAST_CARD * scale))
        return QSize(wide, super().minimumSizeHint().height())

    def _choose(self, card: DuplicateCard) -> None:
        for each in self._cards:
            each.set_selected(each is card and len(self._cards) > 1)
        self._chosen = card.row
        self.chosen.emit(card.row)
