"""A notice next to a form or a message: what is known there, until when, and what to say."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.desk.notices import Fit, Notice
from console.services.publication.notices import MatchingNotice
from console.ui.text import formats
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card

SHOWN = 2
"""Cards shown at once; the rest is only counted."""


def period_text(notice: Notice, now: datetime) -> str:
    """`đến 17:00`, or `từ 08:00 26/11 đến 12:00 26/11` for a notice that has not begun."""
    until = formats.when(notice.over_at, now)
    if notice.is_soon(now):
        said = QCoreApplication.translate("notices", "từ {0} đến {1}")
        return said.format(formats.when(notice.said.starts_at, now), until)
    return QCoreApplication.translate("notices", "đến {0}").format(until)


def sign_of(told: MatchingNotice) -> Sign:
    """How the notice concerns the place, by word and shape."""
    if told.fit is Fit.MAYBE:
        return Sign(QCoreApplication.translate("notices", "có thể trong vùng"), "muted", "diamond")
    if told.soon:
        return Sign(QCoreApplication.translate("notices", "sắp tới"), "muted", "circle")
    return Sign(QCoreApplication.translate("notices", "trong vùng"), "warn", "triangle")


def told_text(n: int) -> str:
    """`đã báo 3 người`; "" for nobody."""
    return QCoreApplication.translate("notices", "đã báo {0} người").format(n) if n else ""


class NoticeCard(Card):
    """One notice with the words for the caller.

    Signals:
        answered: the operator said them, and the caller wanted nothing else.
    """

    answered = Signal()

    def __init__(
        self,
        told: MatchingNotice,
        now: datetime,
        parent: QWidget | None = None,
        *,
        written: bool = False,
    ) -> None:
        """Show it.

        Args:
            written: show the words for a message, else those for a caller.
        """
        said = told.notice.said
        name = self.tr("Thông báo: {0}").format(said.title)
        super().__init__(name=name, activatable=False, tone="warn", parent=parent)
        self.told = told
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(PlainLabel(said.title, kind="strong", wrap=True), 1)
        sign = sign_of(told)
        top.addWidget(Badge(sign.text, sign.tone, sign.shape))
        self.body.addLayout(top)
        about = ", ".join(
            filter(None, (period_text(told.notice, now), told_text(told.notice.told)))
        )
        self.body.addWidget(PlainLabel(about, tone="muted", kind="caption", wrap=True))
        if told.fit is Fit.MAYBE:
            ask = self.tr("Hỏi kỹ vị trí trước khi nói.")
            self.body.addWidget(PlainLabel(ask, tone="muted", kind="caption", wrap=True))
        words = said.text if written else said.script or said.text
        self.body.addWidget(PlainLabel(words, wrap=True))
        if not written:
            self.answer = Button(self.tr("Đã báo người gọi"), kind="flat")
            self.answer.clicked.connect(lambda _checked=False: self.answered.emit())
            self.body.addWidget(self.answer, 0, Qt.AlignmentFlag.AlignLeft)


class NoticeCards(QWidget):
    """The notices of a place; takes no space when there is none.

    Signals:
        answered: the id of the notice that answered a caller.
    """

    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, written: bool = False) -> None:
        """Start empty; `written` as in `NoticeCard`."""
        super().__init__(parent)
        self._written = written
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._told: tuple[MatchingNotice, ...] = ()
        self.cards: tuple[NoticeCard, ...] = ()
        self._more = PlainLabel(tone="muted", kind="caption")
        self._column.addWidget(self._more)
        self._more.hide()
        self.hide()

    def show_told(self, told: tuple[MatchingNotice, ...], now: datetime) -> None:
        """Show these notices; unchanged cards are left alone."""
        if told == self._told:
            return
        self._told = told
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = tuple(NoticeCard(each, now, written=self._written) for each in told[:SHOWN])
        for at, card in enumerate(self.cards):
            card.answered.connect(lambda which=card.told.notice.id: self.answered.emit(which))
            self._column.insertWidget(at, card)
        self._more.setText(self.tr("và {0} thông báo nữa").format(len(told) - SHOWN))
        self._more.setVisible(len(told) > SHOWN)
        self.setVisible(bool(told))
