"""**Hộp thư**: everything that came in writing, and what becomes of it."""

from datetime import datetime
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.domain import phone
from console.domain.states import Channel, ContactState
from console.services.views import ContactRow
from console.ui import actions, formats, words
from console.ui.dialogs.contact import AskDialog, JoinDialog, RejectDialog
from console.ui.models.rows import Column, RowsModel
from console.ui.panels.request_pane import message_card
from console.ui.presenters.inbox import Conversation, InboxPresenter
from console.ui.presenters.numbers import number_for
from console.ui.presenters.steps import Then, Told
from console.ui.signs import Sign
from console.ui.widgets.badge import Badge
from console.ui.widgets.button import Button, ButtonKind
from console.ui.widgets.card import Card
from console.ui.widgets.page import Page
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.section import Section, rule
from console.ui.widgets.split import Split
from console.ui.widgets.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_WRITTEN = (
    Channel.SMS,
    Channel.EMAIL,
    Channel.APP,
    Channel.PORTAL,
    Channel.FACEBOOK,
    Channel.ZALO,
)


class InboxPage(Page):
    """List left, the chosen message right.

    Signals:
        request_wanted: a `FormSeed` for the intake form.
        request_opened: the id of the request that a message belongs to.
        refused: a sentence.
    """

    request_wanted = Signal(object)
    request_opened = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; rows come when it is shown."""
        super().__init__(parent)
        self._desk = desk
        self.presenter = InboxPresenter(desk, self)
        self.buttons: dict[str, Button] = {}
        self._model: RowsModel[ContactRow] = RowsModel(self._columns(), lambda c: c.id, desk.clock)
        self.table = Table(
            self._model, self.tr("Hộp thư"), empty=self.tr("Không có tin nào đang chờ.")
        )
        self._scroll = QScrollArea()
        self._build()
        self._wire()

    def _columns(self) -> tuple[Column[ContactRow], ...]:
        return (
            Column(self.tr("Kênh"), lambda c, _: words.channel(c.channel), None, "muted", 11),
            Column(self.tr("Người gửi"), lambda c, _: self._sender(c), None, "strong", 20),
            Column(self.tr("Nội dung"), lambda c, _: c.text, width=0),
            Column(self.tr("Nhận lúc"), lambda c, now: formats.when(c.received_at, now), width=11),
            Column(self.tr("Trạng thái"), None, self._state, width=17),
        )

    def _sender(self, contact: ContactRow) -> str:
        if contact.sender_name:
            return contact.sender_name
        number = phone.normalise(contact.sender)
        return number_for(self._desk.actor, number) if number else contact.sender or "—"

    @staticmethod
    def _state(contact: ContactRow, _now: datetime) -> Sign:
        return words.contact_sign(contact.state)

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 10, 10, 0)
        column.setSpacing(8)
        column.addLayout(self._filters())
        column.addWidget(self.table, 1)
        side = QFrame()
        side.setProperty("ui", "side")
        right = QVBoxLayout(side)
        right.setContentsMargins(10, 10, 4, 10)
        right.setSpacing(8)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("Nội dung liên hệ"))
        right.addWidget(self._scroll, 1)
        foot = QVBoxLayout()
        # As far from the edge as the cards above, beside which the scroll bar has its place.
        foot.setContentsMargins(0, 0, 6, 0)
        foot.setSpacing(8)
        foot.addWidget(rule())
        for row in self._button_rows():
            foot.addLayout(row)
        right.addLayout(foot)
        splitter = Split(left, side, 420)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)

    def _filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(self.tr("Hộp thư"), kind="title"))
        row.addStretch(1)
        self.channel = QComboBox()
        self.channel.addItem(self.tr("Tất cả kênh"), "")
        for channel in _WRITTEN:
            self.channel.addItem(words.channel(channel), channel.value)
        self.state = QComboBox()
        for state in (ContactState.NEW, ContactState.LINKED, ContactState.REJECTED):
            self.state.addItem(words.contact_state(state), state.value)
        self.state.addItem(words.contact_state(ContactState.ANSWERED), ContactState.ANSWERED.value)
        self.state.addItem(self.tr("Tất cả"), "")
        for text, box in ((self.tr("Kênh"), self.channel), (self.tr("Trạng thái"), self.state)):
            label = PlainLabel(text, tone="muted")
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        return row

    def _button_rows(self) -> tuple[QHBoxLayout, QHBoxLayout]:
        kinds: tuple[tuple[str, ButtonKind, int], ...] = (
            ("make", "primary", 0),
            ("join", "plain", 0),
            ("ask", "plain", 1),
            ("reject", "danger", 1),
        )
        rows = (QHBoxLayout(), QHBoxLayout())
        for name, kind, place in kinds:
            action = f"inbox.{name}"
            button = Button(actions.word(action), shortcut_hint=actions.key(action), kind=kind)
            button.setObjectName(action)
            rows[place].addWidget(button)
            self.buttons[name] = button
        for row in rows:
            row.setSpacing(8)
            row.addStretch(1)
        return rows

    def _wire(self) -> None:
        steps = {
            "make": self.make_request,
            "join": self.ask_join,
            "ask": self.ask_more,
            "reject": self.ask_reject,
        }
        for name, step in steps.items():
            self.buttons[name].clicked.connect(lambda _checked=False, do=step: do())
            actions.bind(self, f"inbox.{name}", step)
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.conversation_changed.connect(self._show)
        self.presenter.refused.connect(self.refused)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _key: self.make_request())
        self.channel.currentIndexChanged.connect(lambda _at: self._ask())
        self.state.currentIndexChanged.connect(lambda _at: self._ask())
        self._show(None)

    # --- the page

    @override
    def shown(self) -> None:
        """Refresh, and start in the list."""
        self.presenter.refresh()
        self.table.setFocus()

    @override
    def close_page(self) -> None:
        """End subscriptions."""
        self.presenter.close()

    # --- the ways out

    def make_request(self) -> None:
        """Open the form with this message."""
        seed = self.presenter.seed()
        if seed is not None:
            self.request_wanted.emit(seed)

    def ask_join(self) -> None:
        """To which request it belongs."""
        if self.presenter.can_decide:
            JoinDialog(self._desk, self.presenter, self.window()).show()

    def ask_more(self) -> None:
        """What the sender should add."""

        def take(said: object, done: Then, refused: Told) -> None:
            self.presenter.ask(str(said), done, refused)

        found = self.presenter.conversation
        if found is None or not self.presenter.can_ask:
            return
        to = self.tr("Gửi {0} qua {1}").format(
            self._sender(found.contact), words.channel(found.contact.channel)
        )
        first = self._desk.catalogue.templates.get("ask_info", "")
        AskDialog(to, "" if "{" in first else first, take, self.window()).show()

    def ask_reject(self) -> None:
        """Why it becomes no request."""

        def take(said: object, done: Then, refused: Told) -> None:
            reason, reply = cast("tuple[str, bool]", said)
            self.presenter.reject(reason, reply=reply, done=done, refused=refused)

        found = self.presenter.conversation
        if found is None or not self.presenter.can_decide:
            return
        about = f"{self._sender(found.contact)}: {found.contact.text[:160]}"
        reasons = self._desk.catalogue.reasons_of("reject")
        RejectDialog(actions.word("inbox.reject"), about, reasons, take, self.window()).show()

    # --- showing

    def _ask(self) -> None:
        state, channel = self.state.currentData(), self.channel.currentData()
        self.presenter.show(
            state=ContactState(state) if state else None,
            channel=Channel(channel) if channel else None,
        )

    def _on_chosen(self, key: object) -> None:
        self.presenter.select(cast("UUID | None", key))

    def _show_rows(self) -> None:
        self._model.set_rows(self.presenter.rows)
        self.table.choose_first()

    def _show(self, found: Conversation | None) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        if found is None:
            hint = self.tr("Chọn một tin để xem.")
            column.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        else:
            self._fill(column, found)
        column.addStretch(1)
        self._scroll.setWidget(content)
        for name in ("make", "join", "reject"):
            self.buttons[name].setEnabled(self.presenter.can_decide)
        self.buttons["ask"].setEnabled(self.presenter.can_ask)

    def _fill(self, column: QVBoxLayout, found: Conversation) -> None:
        now, contact = self._desk.clock(), found.contact
        head = Section(words.channel(contact.channel), formats.when(contact.received_at, now))
        column.addWidget(head)
        column.addWidget(PlainLabel(self._sender(contact), kind="title", wrap=True))
        if contact.sender_name and contact.sender:
            number = phone.normalise(contact.sender)
            shown = number_for(self._desk.actor, number) if number else contact.sender
            column.addWidget(PlainLabel(shown, tone="muted"))
        badges = QHBoxLayout()
        badges.setSpacing(6)
        sign = words.contact_sign(contact.state)
        badges.addWidget(Badge(sign.text, sign.tone, sign.shape))
        for flag in self._flags(contact):
            badges.addWidget(Badge(flag, "warn", "triangle"))
        badges.addStretch(1)
        column.addLayout(badges)
        body = Card(activatable=False)
        body.body.addWidget(PlainLabel(contact.text or self.tr("(không có chữ)"), wrap=True))
        column.addWidget(body)
        if contact.reject_reason:
            said = self.tr("Lý do từ chối: {0}").format(contact.reject_reason)
            column.addWidget(PlainLabel(said, tone="muted", wrap=True))
        if contact.request_number and contact.request_id:
            number = formats.request_number(contact.request_number)
            opener = Button(self.tr("Xem phản ánh {0}").format(number))
            request_id = contact.request_id
            opener.clicked.connect(lambda: self.request_opened.emit(request_id))
            column.addWidget(opener, 0, Qt.AlignmentFlag.AlignLeft)
        if found.ours:
            column.addWidget(Section(self.tr("Đã trả lời"), str(len(found.ours))))
            for row in found.ours:
                column.addWidget(message_card(row, now))
        if found.earlier:
            column.addWidget(Section(self.tr("Trước đây"), str(len(found.earlier))))
            for earlier in found.earlier[:20]:
                column.addWidget(self._earlier(earlier, now))

    def _flags(self, contact: ContactRow) -> list[str]:
        names = {
            "suspect": self.tr("Gửi dồn dập"),
            "auto_reply": self.tr("Thư tự động"),
            "incomplete": self.tr("Thiếu phần"),
            "truncated": self.tr("Bị cắt bớt"),
        }
        return [names[f] for f in contact.flags if f in names]

    def _earlier(self, contact: ContactRow, now: datetime) -> Card:
        card = Card(activatable=False)
        top = QHBoxLayout()
        title = f"{words.channel(contact.channel)} · {formats.when(contact.received_at, now)}"
        top.addWidget(PlainLabel(title, tone="muted", elide=True), 1)
        sign = words.contact_sign(contact.state)
        top.addWidget(Badge(sign.text, sign.tone, sign.shape))
        card.body.addLayout(top)
        if contact.text:
            card.body.addWidget(PlainLabel(contact.text, elide=True))
        return card
