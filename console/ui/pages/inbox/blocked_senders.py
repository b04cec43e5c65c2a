"""**Người gửi bị chặn**: who is blocked, by whom, why and until when. Supervisors unblock, change
the term, read the held messages, and block senders by hand.
"""

from typing import TYPE_CHECKING, cast, override

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget
from shiboken6 import isValid

from console.domain.requests.commands import BlockSender
from console.domain.states import WRITTEN, Channel
from console.domain.text.cleaning import clean_line
from console.services.contacts.blocking import LONGEST_BLOCK_DAYS, REASON_LIMIT
from console.services.views.contacts import BlockedRow
from console.ui.pages.inbox.blocked_presenter import BlockedSendersPresenter, blocked_sender
from console.ui.runtime.commands import OnDone, OnRefused
from console.ui.text import formats, words
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_USUAL_DAYS = 30


def days_box(days: int, *, least: int = 1) -> QSpinBox:
    """A field for the days of a block."""
    box = QSpinBox()
    box.setRange(least, LONGEST_BLOCK_DAYS)
    box.setValue(days)
    box.setSuffix(box.tr(" ngày"))
    return box


class BlockDialog(AskingDialog):
    """Asks whom to block, for how long and why. Returns a `BlockSender`."""

    def __init__(
        self, take: Taken, parent: QWidget | None = None, *, row: BlockedRow | None = None,
        about: str = "",
    ) -> None:  # fmt: skip
        """Ask.

        Args:
            row: the block to be changed.
            about: the sender, as shown.
        """
        super().__init__(
            self.tr("Đổi thời hạn chặn") if row else self.tr("Chặn người gửi"), take, parent
        )
        self._row = row
        self.channel = QComboBox()
        for channel in WRITTEN:
            self.channel.addItem(words.channel(channel), channel.value)
        self.sender_edit, self.reason = QLineEdit(), QLineEdit()
        self.reason.setMaxLength(REASON_LIMIT)
        self.days = days_box(_USUAL_DAYS)
        form = FormGrid()
        if row is None:
            form.add_row(self.tr("Kênh"), self.channel)
            form.add_row(self.tr("Người gửi (số, địa chỉ)"), self.sender_edit)
        else:
            self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
            self.reason.setText(row.reason)
        form.add_row(self.tr("Chặn thêm, từ bây giờ") if row else self.tr("Chặn trong"), self.days)
        form.add_row(self.tr("Lý do"), self.reason)
        self.body.addWidget(form)
        hint = self.tr("Tin của người bị chặn vẫn được giữ trong mục rác, không mất tin nào.")
        self.body.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        self.add_verb(
            self.tr("Đổi thời hạn") if row else self.tr("Chặn"), "primary" if row else "danger"
        )
        self.setMinimumWidth(480)
        (self.channel if row is None else self.days).setFocus()
        self.days.selectAll()

    @override
    def said(self) -> object:
        """`BlockSender`."""
        return BlockSender(
            channel=self._row.channel if self._row else Channel(self.channel.currentData()),
            sender=self._row.sender_key if self._row else self.sender_edit.text(),
            days=self.days.value(),
            reason=self.reason.text(),
        )

    @override
    def problem(self) -> str:
        """Sender and reason are required."""
        if self._row is None and not clean_line(self.sender_edit.text(), 254):
            return self.tr("Ghi số điện thoại, địa chỉ thư hoặc mã của người gửi.")
        return "" if clean_line(self.reason.text(), REASON_LIMIT) else self.tr("Ghi lý do chặn.")


class BlockedSendersDialog(HouseDialog):
    """The list; for supervisors.

    Signals:
        messages_wanted: a `BlockedRow` whose messages are to be shown.
        step_offered: an unblocking can be undone: name of the step, sender, command that undoes it.
        announced: a sentence about what was done.
    """

    messages_wanted = Signal(object)
    step_offered = Signal(str, str, object)
    announced = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; rows are loaded from the store."""
        super().__init__(self.tr("Người gửi bị chặn"), parent)
        self._desk = desk
        self.presenter = BlockedSendersPresenter(desk, self)
        self.model: RowsModel[BlockedRow] = RowsModel(
            self._columns(), lambda row: (row.channel, row.sender_key), desk.clock
        )
        self.table = Table(self.model, self.windowTitle(), empty=self.tr("Không ai đang bị chặn."))
        self.problem = PlainLabel(tone="urgent", wrap=True)
        self.problem.setVisible(False)
        hint = self.tr("Tin của người bị chặn vẫn được giữ trong mục rác, không mất tin nào.")
        self.body.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.problem)
        self.messages = Button(self.tr("Xem tin"), shortcut_hint="Enter")
        self.term = Button(self.tr("Đổi thời hạn…"), shortcut_hint="Ctrl+G")
        self.go = Button(self.tr("Thôi chặn"), shortcut_hint="Ctrl+U")
        self.add = Button(self.tr("Chặn thêm người…"), shortcut_hint="Ctrl+I")
        self._build()
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.refused.connect(self._say)
        self.table.chosen.connect(lambda _key: self._show_verbs())
        self.table.opened.connect(lambda _key: self.show_messages())
        self.finished.connect(lambda _code: self.presenter.close())
        self.resize(1080, 520)
        self.table.setFocus()
        self._show_verbs()

    def _columns(self) -> tuple[Column[BlockedRow], ...]:
        return (
            Column(self.tr("Người gửi"), lambda r, _: self._sender(r), None, "strong", 26, wide=38),
            Column(
                self.tr("Kênh"), lambda r, _: words.channel(r.channel), style="muted", width=15,
                icon=lambda r: r.channel.value,
            ),
            Column(self.tr("Lý do"), lambda r, _: r.reason or "—", width=0),
            Column(self.tr("Người chặn"), lambda r, _: self._who(r.actor), width=18),
            Column(self.tr("Từ"), lambda r, now: formats.when(r.at, now), width=13),
            Column(self.tr("Đến"), lambda r, now: formats.when(r.until, now), width=13),
            Column(
                self.tr("Tin đã giữ"), lambda r, _: formats.number(r.held), width=11, right=True
            ),
        )  # fmt: skip

    def _build(self) -> None:
        row = QHBoxLayout()
        close = self.close_button()
        row.addWidget(self.add)
        row.addStretch(1)
        for button in (self.messages, self.term, self.go, close):
            row.addWidget(button)
        self.body.addLayout(row)
        for button, key, act in (
            (self.term, "Ctrl+G", self.ask_term),
            (self.go, "Ctrl+U", self.let_go),
            (self.add, "Ctrl+I", self.ask_block),
        ):
            button.clicked.connect(lambda _checked=False, do=act: do())
            QShortcut(QKeySequence(key), self, act)
        self.messages.clicked.connect(lambda _checked=False: self.show_messages())

    # --- actions

    def ask_block(self) -> None:
        """Block another sender by hand."""

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.block(cast("BlockSender", said), done, refused)

        BlockDialog(take, self).show()

    def ask_term(self) -> None:
        """Change the term of the chosen one."""
        row = self.chosen
        if row is None:
            return

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            self.presenter.block(cast("BlockSender", said), done, refused)

        BlockDialog(take, self, row=row, about=self._about(row)).show()

    def let_go(self) -> None:
        """Unblock the chosen one; for a while that can be undone."""
        row = self.chosen
        if row is None:
            return
        sender, back = self._sender(row), self.presenter.again(row)

        def done() -> None:
            if isValid(self):
                self._say("")
                self.step_offered.emit(self.tr("Thôi chặn"), sender, back)
                self.announced.emit(self.tr("Đã thôi chặn {0}.").format(sender))

        self.presenter.let_go(row, done, self._say)

    def show_messages(self) -> None:
        """Show the chosen one's messages in the spam folder."""
        row = self.chosen
        if row is not None and row.newest is not None:
            self.messages_wanted.emit(row)
            self.close()

    # --- showing

    @property
    def chosen(self) -> BlockedRow | None:
        """The chosen row."""
        return self.model.row(self.table.currentIndex().row())

    def _sender(self, row: BlockedRow) -> str:
        return blocked_sender(row, self._desk.actor)

    def _about(self, row: BlockedRow) -> str:
        until = formats.full(row.until)
        said = self.tr("{0}, {1}: bị chặn đến {2}.")
        return said.format(self._sender(row), words.channel(row.channel), until)

    def _who(self, user: str) -> str:
        account = self._desk.catalogue.accounts.get(user)
        return account.name if account else user

    def _show_rows(self) -> None:
        self.model.set_rows(self.presenter.rows)
        self.table.choose_first()
        self._show_verbs()

    def _show_verbs(self) -> None:
        row = self.chosen
        self.term.setEnabled(row is not None)
        self.go.setEnabled(row is not None)
        self.messages.setEnabled(row is not None and row.newest is not None)

    def _say(self, text: str) -> None:
        if isValid(self):
            self.problem.setText(text)
            self.problem.setVisible(bool(text))
