"""**Hộp thư**: all written messages, and what is done with them."""

from datetime import datetime
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.domain.requests.commands import KeepContact, RestoreContact
from console.domain.states import WRITTEN, Channel, ContactState
from console.services.outreach.reply_windows import ReplyLeft
from console.services.views.contacts import ContactRow
from console.ui import actions
from console.ui.pages.inbox.answer_dialogs import AskDialog, RejectDialog
from console.ui.pages.inbox.conversation import Conversation
from console.ui.pages.inbox.detail import ContactView, sender_of
from console.ui.pages.inbox.message_dialogs import EnterByHandDialog, SpamDialog
from console.ui.pages.inbox.presenter import InboxPresenter
from console.ui.printing.paper import Paper, PaperMenu, made_at, paper_of
from console.ui.request.dialogs.join import JoinDialog
from console.ui.request.presence_line import PresenceLine
from console.ui.runtime.commands import OnDone, OnRefused
from console.ui.text import formats, words
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.short_combo import ShortCombo
from console.ui.widgets.layout.boxes import STRETCH, row_of
from console.ui.widgets.layout.head_row import HeadRow
from console.ui.widgets.page_frames.list_page import ListPage, Verb
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_FOLDERS = (
    ContactState.NEW,
    ContactState.ANSWERED,
    ContactState.LINKED,
    ContactState.REJECTED,
    ContactState.SPAM,
)


def _weight(contact: ContactRow) -> str:
    """Bold while unread."""
    unread = contact.state is ContactState.NEW and contact.opened_at is None
    return "strong" if unread else ""


class InboxPage(ListPage[InboxPresenter]):
    """The list at the left, the chosen message at the right.

    Signals:
        request_wanted: a `FormPrefill` for the intake form.
        request_opened: the id of a message's request.
        step_offered: a step that can be undone: its name, the sender, the command that undoes it.
        blocked_wanted: show the list of blocked senders.
    """

    request_wanted = Signal(object)
    request_opened = Signal(object)
    step_offered = Signal(str, str, object)
    blocked_wanted = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None, *, sms_price: int = 0) -> None:
        """Build the page; rows are loaded when it is shown.

        Args:
            sms_price: of one SMS in đồng; 0 shows only the number of parts.
        """
        super().__init__(parent)
        self._desk = desk
        self._price = sms_price
        self.presenter = InboxPresenter(desk, self)
        self._model: RowsModel[ContactRow] = RowsModel(self._columns(), lambda c: c.id, desk.clock)
        self.table = Table(
            self._model, self.tr("Hộp thư"), empty=self.tr("Không có tin nào đang chờ.")
        )
        self._scroll = QScrollArea()
        self._build()
        self._wire()

    def _columns(self) -> tuple[Column[ContactRow], ...]:
        return (
            Column(
                self.tr("Kênh"),
                lambda c, _: words.channel(c.channel),
                style="muted",
                width=15,
                icon=lambda c: c.channel.value,
            ),
            Column(self.tr("Người gửi"), lambda c, _: self._sender(c), style=_weight, width=20),
            Column(self.tr("Nội dung"), self._gist, style=_weight, width=0),
            Column(self.tr("Nhận lúc"), lambda c, now: formats.when(c.received_at, now), width=11),
            Column(self.tr("Trạng thái"), None, self._state, width=17),
        )

    def _sender(self, contact: ContactRow) -> str:
        return sender_of(contact, self._desk)

    def _gist(self, contact: ContactRow, _now: datetime) -> str:
        """The text; files and folded messages come first, so that they are not cut off."""
        parts = []
        if more := self.presenter.more.get(contact.id):
            parts.append(self.tr("[+{0} tin]").format(more))
        if contact.media:
            parts.append(self.tr("[{0} tệp]").format(len(contact.media)))
        if contact.lat is not None and not contact.text:
            parts.append(self.tr("[vị trí]"))
        return " ".join((*parts, *contact.text.split())) or self.tr("(không có chữ)")

    def _state(self, contact: ContactRow, _now: datetime) -> Sign:
        """`Đang xem` if somebody has a new message open, so that two people do not work on it
        unnoticed.
        """
        sign = words.contact_sign(contact.state)
        if contact.state is not ContactState.NEW or not contact.handled_by:
            return sign
        mine = contact.handled_by == self._desk.actor.user
        return Sign(self.tr("Đang xem") if mine else contact.handled_by, "muted", "diamond")

    def _build(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("Nội dung liên hệ"))
        self.viewers = PresenceLine(self._desk, self)
        verbs: tuple[Verb, ...] = (
            ("make", "primary", 0),
            ("join", "plain", 0),
            ("ask", "plain", 1),
            ("reject", "danger", 1),
            ("spam", "plain", 1),
            ("restore", "plain", 1),
        )
        self.lay_out(
            ((self._filters(), 0), (self.table, 1)),
            ((self.viewers, 0), (self._scroll, 1)),
            self.verb_rows("inbox", verbs),
            width=420,
        )

    def _paper(self) -> Paper:
        about = made_at(self._desk.clock(), self._model.rowCount())
        return paper_of(f"{self.tr('Hộp thư')} · {self.state.currentText()}", about, self._model)

    def _filters(self) -> HeadRow:
        row = row_of(PlainLabel(self.tr("Hộp thư"), kind="title"), gap=8)
        self.paper = PaperMenu(self._desk, self._paper, self)
        self.paper.announced.connect(self.refused)
        self.paper.done.connect(self.done)
        row.addWidget(self.paper_button(self.paper.offer))
        keep = Button(actions.word("inbox.keep"), shortcut_hint=actions.key("inbox.keep"))
        keep.setObjectName("inbox.keep")
        self.buttons["keep"] = keep
        self.blocked = Button(self.tr("Người bị chặn…"))
        self.blocked.setVisible(self.presenter.may_block)
        self.blocked.clicked.connect(lambda _checked=False: self.blocked_wanted.emit())
        self.cost = PlainLabel("", tone="muted", elide=True)
        row.addWidget(self.cost, 1)
        row.addWidget(self.blocked)
        row.addWidget(keep)
        filters = row_of(STRETCH, gap=8)
        self.channel = ShortCombo()
        self.channel.addItem(self.tr("Tất cả kênh"), "")
        for channel in (*WRITTEN, Channel.WALK_IN):
            self.channel.addItem(words.channel(channel), channel.value)
        self.state = ShortCombo()
        for state in _FOLDERS:
            self.state.addItem(words.contact_state(state), state.value)
        self.state.addItem(self.tr("Tất cả"), "")
        for text, box in ((self.tr("Kênh"), self.channel), (self.tr("Trạng thái"), self.state)):
            label = PlainLabel(text, tone="muted")
            label.setBuddy(box)
            filters.addWidget(label)
            filters.addWidget(box)
        return HeadRow(row, filters)

    def _wire(self) -> None:
        steps = {
            "make": self.make_request,
            "join": self.ask_join,
            "ask": self.ask_more,
            "reject": self.ask_reject,
            "spam": self.ask_spam,
            "restore": self.restore,
            "keep": self.ask_keep,
        }
        actions.bind(self, "inbox.notice", self.answer_by_notice)
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
    def tick(self, now: datetime) -> None:
        """Notices begin and end with time."""
        self.presenter.tick(now)
        self.viewers.tick(now)

    def show_spam(self, channel: Channel, contact_id: UUID) -> None:
        """Show the spam folder of this channel, at this message."""
        for box, value in ((self.channel, channel.value), (self.state, ContactState.SPAM.value)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
        self._ask()
        self.presenter.select(contact_id)
        self.table.choose(contact_id)
        self.table.setFocus()

    # --- decisions

    def make_request(self) -> None:
        """Open the intake form with this message."""
        prefill = self.presenter.prefill()
        if prefill is not None:
            self.request_wanted.emit(prefill)

    def ask_join(self) -> None:
        """Ask which request it belongs to."""
        found = self.presenter.conversation
        if found is None or not self.presenter.can_decide:
            return
        likely = found.duplicates[0].number if found.duplicates else ""
        number = found.contact.about_number or likely

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.join(found.contact, cast("UUID", said), done, refused)

        JoinDialog(self._desk, take, self.window(), first=number).show()

    def answer_by_notice(self) -> None:
        """Answer with the text of the notice for its place, on the message's channel."""
        self.presenter.answer_by_notice(lambda: None, self.refused.emit)

    def ask_more(self) -> None:
        """Ask the sender for more."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.ask(contact, str(said), done, refused)

        found = self.presenter.conversation
        if found is None or not self.presenter.can_ask:
            return
        contact = found.contact
        to = self.tr("Gửi {0} qua {1}").format(
            self._sender(found.contact), words.channel(found.contact.channel)
        )
        to = "\n".join((to, *self._left(found.left)))
        asked = self._desk.catalogue.templates.items()
        offered = tuple(text for code, text in asked if code.startswith("ask_") and "{" not in text)
        by_sms = found.contact.channel is Channel.SMS
        dialog = AskDialog(to, offered, take, self.window(), counted=by_sms, price=self._price)
        dialog.show()

    def _left(self, left: ReplyLeft | None) -> tuple[str, ...]:
        """How long and how often the channel still lets us answer."""
        if left is None:
            return ()
        now = self._desk.clock()
        if left.until <= now or left.answers == 0:
            return (self.tr("Kênh này không cho trả lời nữa, hãy gọi điện."),)
        until = formats.when(left.until, now)
        if left.answers is None:
            return (self.tr("Trả lời được đến {0}.").format(until),)
        return (self.tr("Còn {0} tin trả lời, đến {1}.").format(left.answers, until),)

    def ask_reject(self) -> None:
        """Ask why it is rejected."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            reason, reply = cast("tuple[str, bool]", said)
            then = done if reply else self._offered(contact, "inbox.reject", done)
            self.presenter.reject(contact, reason, reply=reply, done=then, refused=refused)

        found = self.presenter.conversation
        if found is None or not self.presenter.can_decide:
            return
        contact = found.contact
        about = f"{self._sender(found.contact)}: {found.contact.text[:160]}"
        reasons = self._desk.catalogue.reasons_of("reject")
        RejectDialog(actions.word("inbox.reject"), about, reasons, take, self.window()).show()

    def ask_spam(self) -> None:
        """Move it to spam; a supervisor is asked whether to block the sender."""
        found = self.presenter.conversation
        if found is None or not self.presenter.can_decide:
            return
        contact = found.contact
        if not self.presenter.may_block:
            offered = self._offered(contact, "inbox.spam", lambda: None)
            self.presenter.spam(contact, (0, ""), offered, self.refused.emit)
            return

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            offered = self._offered(contact, "inbox.spam", done)
            self.presenter.spam(contact, cast("tuple[int, str]", said), offered, refused)

        about = f"{self._sender(found.contact)}: {found.contact.text[:160]}"
        SpamDialog(about, take, self.window()).show()

    def _offered(self, contact: ContactRow, action: str, done: OnDone) -> OnDone:
        """A callback that offers to undo the step, because the message leaves the list."""

        def then() -> None:
            back = RestoreContact(contact_id=contact.id)
            self.step_offered.emit(actions.word(action), self._sender(contact), back)
            done()

        return then

    def restore(self) -> None:
        """Move it back to the new messages."""
        self.presenter.restore(lambda: None, self.refused.emit)

    def ask_keep(self) -> None:
        """Enter a message by hand."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.keep(cast("KeepContact", said), done, refused)

        EnterByHandDialog(self.presenter, take, self.window()).show()

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
        shown = self.presenter.selected
        self._model.set_rows(self.presenter.rows)
        sent = self.presenter.sms_today
        said = self.tr("SMS đã gửi hôm nay: {0}").format(sent) if sent else ""
        if sent and self._price:
            said += " · " + formats.dong(sent * self._price)
        self.cost.setText(said)
        if shown is not None and shown != self.table.current_key:
            self.table.choose(shown)  # the wanted message may be shown before its row is loaded
        self.table.choose_first()

    def _show(self, found: Conversation | None) -> None:
        self.viewers.show_subject(None if found is None else found.contact.id)
        self._scroll.setWidget(self._hint() if found is None else self._view(found))
        for name in ("make", "join", "reject", "spam"):
            self.buttons[name].setEnabled(self.presenter.can_decide)
        self.buttons["ask"].setEnabled(self.presenter.can_ask)
        # One button for both directions.
        self.buttons["spam"].setVisible(not self.presenter.can_restore)
        self.buttons["restore"].setVisible(self.presenter.can_restore)

    def _hint(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        hint = self.tr("Chọn một tin để xem.")
        column.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        column.addStretch(1)
        return content

    def _view(self, found: Conversation) -> QWidget:
        more = self.presenter.more.get(found.contact.id, 0)
        can_answer = self.presenter.answer is not None
        view = ContactView(found, self._desk, more, can_answer=can_answer)
        view.answer_wanted.connect(self.answer_by_notice)
        view.request_opened.connect(self.request_opened)
        view.attach_wanted.connect(self._on_attach)
        return view

    def _on_attach(self, request_id: object) -> None:
        found = self.presenter.conversation
        if found is not None and self.presenter.can_decide:
            which = cast("UUID", request_id)
            self.presenter.join(found.contact, which, lambda: None, self.refused.emit)
