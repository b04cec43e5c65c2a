"""The left column: live calls at the top, the caller's history below."""

from collections.abc import Callable
from datetime import datetime
from typing import override

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.domain.catalogue.catalogue import Catalogue
from console.services.people.reading_log import MOST_NAMED
from console.services.views.calls import CallerCard
from console.ui.calls.presenter import CallView
from console.ui.pages.intake.history_card import ContactCard, HistoryCard
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of, row_of
from console.ui.widgets.layout.section import Section

_MOST_WAITING = 4
_LEAST = 228
"""Width in pixels at normal text size."""


class CallCard(Card):
    """One live call: number, timer, name, position in the queue, who claimed it.

    Signals:
        take_over_wanted: a `CallView` that a colleague claimed.
    """

    take_over_wanted = Signal(object)

    def __init__(self, view: CallView, parent: QWidget | None = None) -> None:
        """Show this call."""
        super().__init__(activatable=view.mine, parent=parent)
        self.view = view
        top = QHBoxLayout()
        top.setSpacing(8)
        self._number = PlainLabel(kind="strong", elide=True)
        self._timer = PlainLabel(kind="strong")
        top.addWidget(self._number, 1)
        top.addWidget(self._timer)
        self.body.addLayout(top)
        below = QHBoxLayout()
        below.setSpacing(6)
        self._about = PlainLabel(tone="muted", kind="caption", elide=True)
        self._open = Badge("", "warn")
        below.addWidget(self._about, 1)
        below.addWidget(self._open)
        self._taken = Badge()
        self.take_over = Button(self.tr("Nhận thay"), kind="flat")
        self.take_over.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.take_over.clicked.connect(lambda _checked=False: self.take_over_wanted.emit(self.view))
        below.addWidget(self.take_over)
        self.body.addLayout(below)
        self.body.addLayout(row_of(self._taken, STRETCH))
        self._place = 0
        self._count = 0
        self._me = ""

    def show_call(
        self, view: CallView, place: int, now: datetime, *, me: str = "", chosen: bool = True
    ) -> None:
        """Show the call as it is now.

        Args:
            place: in the queue, from 1.
            me: this person's account; a claim by somebody else is shown with the name.
            chosen: whether the verbs of the call bar act on this call.
        """
        self.view = view
        self._place = view.position or place
        self._me = me
        self._number.setText(view.number_text)
        about = " · ".join(part for part in (view.name, self._state()) if part)
        self._about.setText(about)
        self.setAccessibleName(f"{view.number_text}, {about}")
        self.set_selected(view.mine and view.state == "talking" and chosen)
        self.show_open(self._count)
        self.tick(now)

    def show_open(self, count: int) -> None:
        """Show how many of this caller's requests are open."""
        self._count = count
        # The connected call has its history below; it needs no badge.
        shown = count if self.view.state != "talking" else 0
        self._open.set(self.tr("{0} đang mở").format(shown) if shown else "", "warn")

    def tick(self, now: datetime) -> None:
        """Update the timer."""
        view = self.view
        if view.answered_at is not None:
            self._timer.setText(formats.timer(now - view.answered_at))
            self._timer.set_tone("text")
        else:
            self._timer.setText(formats.waited(now - view.offered_at))
            self._timer.set_tone("warn" if view.state in ("ringing", "waiting") else "text")
        self._show_claim(now)

    def _show_claim(self, now: datetime) -> None:
        """Show who claimed the ringing call; amber if it still rings after a while."""
        view = self.view
        rings = view.state in ("ringing", "waiting")
        named = view.taken_by if rings and view.taken_by != self._me else ""
        stale = view.is_stale(now)
        if named:
            text = self.tr("{0} đã nhận").format(named)
            text = self.tr("{0} · chưa nghe").format(text) if stale else text
            self._taken.set(text, "warn" if stale else "info", "triangle" if stale else "diamond")
        else:
            self._taken.set("", "muted", "none")
        self.take_over.setVisible(bool(named))

    def _state(self) -> str:
        view = self.view
        held = view.asked or view.held or view.people
        if view.uncertain:
            return self.tr("mất liên lạc tổng đài")
        if view.state == "talking":
            return self._held() if held else self._talks()
        if view.state == "dialling":
            return self.tr("đang gọi ra")
        if view.mine:
            return self.tr("đang đổ chuông")
        return self.tr("đang chờ · vị trí {0}").format(self._place)

    def _held(self) -> str:
        view = self.view
        if view.asked:
            return self.tr("đang hỏi máy {0}").format(view.asked)
        if view.held:
            return self.tr("đang giữ máy")
        return self.tr("họp {0} người").format(len(view.people))

    def _talks(self) -> str:
        view = self.view
        if not view.mine:
            return self.tr("máy {0} đang nghe").format(view.operator or "?")
        return self.tr("hàng {0}").format(view.queue) if view.queue else self.tr("đang nói")


class CallerColumn(QWidget):
    """Calls and the caller's history.

    Attributes:
        call_chosen: a call of this seat was clicked (`call_id`).
        take_over_wanted: a `CallView` that a colleague claimed.
        request_chosen: an earlier request was clicked (its UUID).
    """

    call_chosen = Signal(str)
    take_over_wanted = Signal(object)
    request_chosen = Signal(object)

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        """Build the column without calls."""
        super().__init__(parent)
        self._catalogue = catalogue
        self._clock = clock
        self._cards: dict[str, CallCard] = {}
        self._calls = Section(self.tr("Cuộc gọi"))
        self._no_call = PlainLabel(self.tr("Không có cuộc gọi"), tone="muted", kind="caption")
        self._more = PlainLabel(tone="muted", kind="caption")
        self._history = Section(self.tr("Lịch sử người gọi"))
        self._nothing = PlainLabel(tone="muted", kind="caption", wrap=True)
        self._call_box = _stack(self._no_call)
        self._history_box = _stack(self._nothing)
        self._history_cards: list[Card] = []
        self._below = QVBoxLayout()
        self._lay_out()
        self.show_card(None, None)

    def _lay_out(self) -> None:
        body = QWidget()
        # May be narrower than its widest card: names then end in "…".
        body.setMinimumWidth(1)
        column = column_of(
            self._calls,
            self._call_box,
            self._more,
            margins=(10, 10, 10, 10),
            gap=2 * themes.SPACE,
            parent=body,
        )
        column.addSpacing(themes.SPACE)
        column.addWidget(self._history)
        column.addLayout(self._history_box)
        column.addLayout(self._below)
        column.addStretch(1)
        self._more.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        column_of(scroll, margins=NONE, parent=self)

    def add_below(self, widget: QWidget) -> None:
        """Add a widget below the history."""
        self._below.addWidget(widget)

    @property
    def call_cards(self) -> tuple[CallCard, ...]:
        """The cards as shown, from the top."""
        return tuple(self._cards.values())

    @property
    def history_cards(self) -> tuple[Card, ...]:
        """The cards as shown, from the top."""
        return tuple(self._history_cards)

    def show_calls(
        self, calls: tuple[CallView, ...], *, me: str = "", current: str | None = None
    ) -> None:
        """Show these calls; cards of calls that go on keep their place.

        Args:
            me: this person's account.
            current: the call that the verbs act on, None = the connected one.
        """
        now = self._clock()
        mine = [c for c in calls if c.mine]
        waiting = [c for c in calls if not c.mine and c.state in ("waiting", "ringing")]
        shown = [*mine, *waiting[:_MOST_WAITING]]
        for gone in self._cards.keys() - {c.call_id for c in shown}:
            _drop(self._call_box, self._cards.pop(gone))
        cards: dict[str, CallCard] = {}
        for at, view in enumerate(shown):
            card = self._cards.get(view.call_id)
            if card is None or card.view.mine != view.mine:
                if card is not None:
                    _drop(self._call_box, card)
                card = CallCard(view)
                card.clicked.connect(lambda call_id=view.call_id: self.call_chosen.emit(call_id))
                card.take_over_wanted.connect(self.take_over_wanted)
            cards[view.call_id] = card
            if self._call_box.indexOf(card) != at:
                self._call_box.insertWidget(at, card)
                card.show()  # At once; the layout would show it only after the next event.
            chosen = current is None or view.call_id == current
            card.show_call(view, at - len(mine) + 1, now, me=me, chosen=chosen)
        self._cards = cards
        self._no_call.setVisible(not shown)
        more = len(waiting) - _MOST_WAITING
        self._more.setText(self.tr("và {0} cuộc khác đang chờ").format(more))
        self._more.setVisible(more > 0)
        self._say_waiting(waiting, now)

    def show_open(self, phone: str, count: int) -> None:
        """Show the number of open requests on the live calls of this number."""
        for card in self._cards.values():
            if card.view.phone == phone:
                card.show_open(count)

    def tick(self, now: datetime) -> None:
        """Update the timers."""
        for card in self._cards.values():
            card.tick(now)
        self._say_waiting(
            [c.view for c in self._cards.values() if c.view.state == "waiting"], now, count=False
        )

    def show_card(self, card: CallerCard | None, phone: str | None) -> None:
        """Show the history; None while it is loaded or nobody is followed."""
        for old in self._history_cards:
            _drop(self._history_box, old)
        self._history_cards = []
        now = self._clock()
        if card is None:
            self._history.set_trailing("")
            self._say_nothing(
                "" if phone else self.tr("Hiện khi có số điện thoại: phản ánh còn mở đứng trước.")
            )
            return
        for row in card.requests[:MOST_NAMED]:
            made = HistoryCard(row, self._catalogue, now)
            made.clicked.connect(lambda found=row.id: self.request_chosen.emit(found))
            self._history_cards.append(made)
        bare = [c for c in card.contacts if c.request_id is None and not _is_now(c.outcome)]
        self._history_cards += [ContactCard(c, now) for c in bare[: MOST_NAMED // 2]]
        for at, shown in enumerate(self._history_cards):
            self._history_box.insertWidget(at, shown)
        count = len(card.requests) + len(bare)
        self._history.set_trailing(str(count) if count else "")
        self._say_nothing("" if count else self.tr("Số này gọi lần đầu."))

    def _say_nothing(self, text: str) -> None:
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))

    def _say_waiting(self, waiting: list[CallView], now: datetime, *, count: bool = True) -> None:
        if not waiting:
            if count:
                self._calls.set_trailing("")
            return
        longest = formats.waited(now - min(c.offered_at for c in waiting))
        self._calls.set_trailing(self.tr("chờ {0} · lâu nhất {1}").format(len(waiting), longest))

    @override
    def minimumSizeHint(self) -> QSize:
        """Wide enough for a number and a badge at any text size."""
        scale = themes.points() / themes.BASE_POINTS
        return QSize(round(_LEAST * scale), super().minimumSizeHint().height())


def _is_now(outcome: str | None) -> bool:
    """Whether the contact is the live call itself, which is no history yet."""
    return outcome in ("ringing", "claimed", "talking", "wrap_up")


def _stack(first: QWidget) -> QVBoxLayout:
    return column_of(first, gap=2 * themes.SPACE)


def _drop(column: QVBoxLayout, widget: QWidget) -> None:
    column.removeWidget(widget)
    widget.hide()
    widget.deleteLater()
