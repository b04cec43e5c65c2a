"""**Bàn giao máy**: who takes the seat, and what that person must know. It lies over the window
while calls go on. The usual case needs a few letters of the name and Enter.
"""

from datetime import datetime
from typing import TYPE_CHECKING, override

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from console.domain.text.cleaning import clean_line
from console.domain.text.folding import collation
from console.services.people.accounts import Person
from console.services.views.contacts import DraftRow
from console.ui import actions
from console.ui.calls.presenter import CallPresenter
from console.ui.runtime.tasks import spawn
from console.ui.shell.seat.presenter import PeoplePresenter, takes_drafts
from console.ui.text import formats
from console.ui.theme.signs import LabelTone
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import LabelKind, PlainLabel
from console.ui.widgets.cards.card import Card
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section

if TYPE_CHECKING:
    from console.services.desk import Desk

_DATA = Qt.ItemDataRole.UserRole
_SHOWN_DRAFTS = 4
_LIST_ROWS = 5


class HandoverDialog(HouseDialog):
    """Choose the next person.

    Signals:
        lock_wanted: lock the seat instead.
        password_wanted: the person wants to set a password.
    """

    lock_wanted = Signal()
    password_wanted = Signal()

    def __init__(
        self,
        desk: "Desk",
        people: PeoplePresenter,
        calls: CallPresenter,
        *,
        locked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Ask who takes the seat.

        Args:
            locked: the seat is locked: nothing about citizens is shown, and drafts stay with their
                author, who cannot be asked.
        """
        super().__init__(actions.word("window.handover"), parent)
        self._desk, self._people, self._calls, self._locked = desk, people, calls, locked
        self._password_row: tuple[QWidget, QWidget]
        self._head()
        self.work = Card(activatable=False)
        self.work.body.setSpacing(6)
        self.with_drafts = QCheckBox()
        self.with_drafts.setChecked(True)
        self.with_drafts.setVisible(False)
        self.body.addWidget(self.work)
        self._take = Button("", kind="flat")
        self._take.setVisible(False)
        self.body.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        self._choice()
        self._foot()
        self._wire()
        self.setMinimumWidth(500)
        self._show_work()
        self._narrow()
        people.load()
        self.typed.setFocus()

    # --- building

    def _head(self) -> None:
        actor = self._people.actor
        row = QHBoxLayout()
        row.addWidget(PlainLabel(actor.name or actor.user, kind="title", elide=True), 1)
        role = self._people.role_words(actor)
        parts = ("" if role == actor.name else role, actor.workstation)
        about = " · ".join(p for p in parts if p)
        row.addWidget(PlainLabel(about, tone="muted"))
        self.body.addLayout(row)

    def _choice(self) -> None:
        self.body.addWidget(Section(self.tr("Người nhận máy")))
        self.typed = QLineEdit()
        self.typed.setAccessibleName(self.tr("Tìm người nhận máy"))
        self.typed.setPlaceholderText(self.tr("Tên, vai trò hoặc đơn vị"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Người nhận máy"))
        self.list.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        line = self.list.fontMetrics().lineSpacing() + 10
        self.list.setMinimumHeight(line * _LIST_ROWS + 4)
        self.body.addWidget(self.typed)
        self.body.addWidget(self.list, 1)
        form = FormGrid()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        label = form.add_row(self.tr("Mật khẩu"), self.password)
        self._password_row = (label, self.password)
        self.body.addWidget(form)

    def _foot(self) -> None:
        self.verb = self.add_buttons(self.tr("Nhận máy"))
        row = QHBoxLayout()
        self._lock = Button(
            actions.word("window.lock"), shortcut_hint=actions.key("window.lock"), kind="flat"
        )
        self._own = Button(self.tr("Mật khẩu của tôi…"), kind="flat")
        for button in (self._lock, self._own):
            button.setVisible(not self._locked)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)

    def _wire(self) -> None:
        people = self._people
        people.people_changed.connect(self._narrow)
        people.work_changed.connect(self._show_work)
        people.refused.connect(self.say_problem)
        self._calls.changed.connect(self._show_work)
        self.typed.textChanged.connect(lambda _text: self._narrow())
        self.typed.returnPressed.connect(self._on_enter)
        self.password.returnPressed.connect(self.take_seat)
        self.list.currentItemChanged.connect(lambda *_: self._on_person())
        self.list.itemActivated.connect(lambda _item: self._on_enter())
        self.verb.clicked.connect(lambda _checked=False: self.take_seat())
        self._take.clicked.connect(lambda _checked=False: self._take_left())
        self._lock.clicked.connect(lambda _checked=False: self.lock_wanted.emit())
        self._own.clicked.connect(lambda _checked=False: self.password_wanted.emit())

    # --- choosing

    @property
    def chosen(self) -> Person | None:
        """The chosen person."""
        item = self.list.currentItem() if self.list.currentRow() >= 0 else None
        return item.data(_DATA) if item is not None else None

    @property
    def offers(self) -> tuple[str, ...]:
        """The people listed now."""
        return tuple(self.list.item(n).text() for n in range(self.list.count()))

    @property
    def work_lines(self) -> tuple[str, ...]:
        """The lines about open work."""
        return tuple(label.text() for label in self.work.findChildren(PlainLabel))

    def _narrow(self) -> None:
        kept = self.chosen
        self.list.clear()
        me = self._people.actor.user
        for person in self._people.found(clean_line(self.typed.text())):
            if person.user == me:
                continue
            role = self._people.role_words(person)
            named = person.name if role == person.name else f"{person.name}   {role}"
            if not self._people.is_known(person):
                named = self.tr("Đăng nhập bằng {0}").format(person.user)
            item = QListWidgetItem(named)
            item.setData(_DATA, person)
            # No wider than the list: a long agency name ends in "…" instead of a scroll bar.
            item.setSizeHint(QSize(0, self.list.fontMetrics().lineSpacing() + 10))
            self.list.addItem(item)
            if kept is not None and person.user == kept.user:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and self.list.count():
            self.list.setCurrentRow(0)
        self._on_person()

    def _on_person(self) -> None:
        person = self.chosen
        for widget in self._password_row:
            widget.setVisible(person is not None and person.needs_password)
        self.verb.setEnabled(person is not None)
        fits = person is None or takes_drafts(person.role)
        self.with_drafts.setEnabled(fits)
        self.say_problem("")

    def _on_enter(self) -> None:
        person = self.chosen
        if person is not None and person.needs_password and not self.password.text():
            self.password.setFocus()
        else:
            self.take_seat()

    def take_seat(self) -> None:
        """Hand the seat to the chosen person."""
        if (person := self.chosen) is not None and self.verb.isEnabled():
            self.verb.setEnabled(False)
            spawn(self._take_seat(person))

    async def _take_seat(self, person: Person) -> None:
        # Also before the drafts are listed, so that a quick hand-over leaves nothing behind.
        drafts = self.with_drafts.isChecked() and not self._locked
        problem = await self._people.hand_over(
            person, self.password.text(), with_drafts=drafts and takes_drafts(person.role)
        )
        if problem:
            self.verb.setEnabled(True)
            if self.password.isVisible():
                self.password.setFocus()
                self.password.selectAll()
            self.say_problem(problem)

    def _take_left(self) -> None:
        if (work := self._people.work) is not None:
            self._people.take_drafts(tuple(d.id for d in work.left))

    # --- open work

    def _show_work(self) -> None:
        body = self.work.body
        while (item := body.takeAt(0)) is not None:
            if (gone := item.widget()) is not None and gone is not self.with_drafts:
                gone.hide()
                gone.deleteLater()
        for text, tone, kind in self._call_lines():
            body.addWidget(PlainLabel(text, tone=tone, kind=kind, elide=True))
        work = self._people.work
        mine = work.mine if work is not None else ()
        if mine and not self._locked:
            words = self.tr("Giao {0} phiếu nháp cho người nhận").format(len(mine))
            self.with_drafts.setText(words)
            body.addWidget(self.with_drafts)
            for draft in mine[:_SHOWN_DRAFTS]:
                body.addWidget(PlainLabel(self._about(draft), tone="muted", elide=True))
        elif mine:
            said = self.tr("{0} phiếu nháp vẫn giữ cho {1}").format(
                len(mine), self._people.actor.name
            )
            body.addWidget(PlainLabel(said, tone="muted", wrap=True))
        self.with_drafts.setVisible(bool(mine) and not self._locked)
        if work is not None:
            body.addWidget(PlainLabel(self._waiting(), tone="muted", wrap=True))
        left = work.left if work is not None else ()
        can = bool(left) and not self._locked and self._people.may_take_drafts
        self._take.setVisible(can)
        owners = ", ".join(sorted({self._people.name_of(d.operator) for d in left}, key=collation))
        self._take.setText(self.tr("Nhận {0} phiếu nháp của {1}").format(len(left), owners))
        if left and not can:
            said = self.tr("{0} phiếu nháp của {1} còn ở máy này").format(len(left), owners)
            body.addWidget(PlainLabel(said, tone="muted", wrap=True))

    def _call_lines(self) -> list[tuple[str, LabelTone, LabelKind]]:
        call = self._calls.current
        if call is None:
            return [(self.tr("Không có cuộc gọi nào đang nối."), "muted", "body")]
        number = "" if self._locked else f" {call.number_text}"
        if call.state == "ringing":
            return [(self.tr("Đang đổ chuông{0}").format(number), "accent", "strong")]
        return [
            (self.tr("Đang nói chuyện{0}").format(number), "warn", "strong"),
            (self.tr("Cuộc gọi ở lại máy này, người nhận nói tiếp."), "muted", "body"),
        ]

    def _about(self, draft: DraftRow) -> str:
        now: datetime = self._desk.clock()
        fields = draft.fields
        service = self._desk.catalogue.services.get(str(fields.get("service_code") or ""))
        parts = [
            formats.when(draft.updated_at, now),
            service.name if service else "",
            str(fields.get("address_string") or ""),
            str(fields.get("description") or fields.get("phone") or ""),
        ]
        if not any(parts[1:]):
            parts.append(self.tr("chưa ghi gì"))
        return " · ".join(p for p in parts if p)

    def _waiting(self) -> str:
        work = self._people.work
        if work is None:
            return ""
        counts = work.counts
        parts = (
            (counts.missed_calls, self.tr("{0} người hẹn gọi lại, gọi nhỡ")),
            (counts.callbacks, self.tr("{0} người chờ nghe kết quả")),
            (counts.not_forwarded, self.tr("{0} phản ánh chờ chuyển")),
            (counts.inbox_new, self.tr("{0} tin mới")),
        )
        said = [words.format(formats.number(n)) for n, words in parts if n]
        if not said:
            return self.tr("Không có việc chung nào đang chờ.")
        return self.tr("Việc chung: {0}").format(", ".join(said))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self.list.count():
            at = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
            self.list.setCurrentRow(at)
            return
        super().keyPressEvent(event)
