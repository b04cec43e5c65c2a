"""The lock cover: replaces the window's content while nobody is at the seat.

The content is hidden, not painted over, so that neither eyes nor a screen reader nor Tab reach
citizens' data; forms, drafts and calls go on. A ringing call is shown on the cover, without number
or name.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from console.ui import actions
from console.ui.calls.presenter import CallPresenter
from console.ui.runtime.tasks import spawn
from console.ui.shell.seat.presenter import PeoplePresenter
from console.ui.text import formats
from console.ui.theme import icons, themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of, row_of

if TYPE_CHECKING:
    from console.domain.actors import Actor

_WIDTH = 340
_ICON = 36


class LockCover(QWidget):
    """Says that the seat is locked and by whom, and lets that person back in.

    Signals:
        opened: the person is back.
        other_wanted: somebody else wants the seat.
    """

    opened = Signal()
    other_wanted = Signal()

    def __init__(
        self, people: PeoplePresenter, calls: CallPresenter, parent: QWidget | None = None
    ) -> None:
        """Build it."""
        super().__init__(parent)
        self.setProperty("ui", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Máy đang khóa"))
        self._people, self._calls = people, calls
        self._first = False
        self._needs_password = False
        self._ring_said = ""
        column = column_of(self._ring_strip(), margins=NONE, parent=self)
        column.addStretch(2)
        # Not by alignment: the height of a long sentence depends on its own width, not the page's.
        column.addLayout(row_of(STRETCH, self._middle(), STRETCH))
        column.addStretch(3)
        calls.changed.connect(self._show_ring)

    def _ring_strip(self) -> QFrame:
        self.ring = QFrame()
        self.ring.setProperty("ui", "banner")
        row = QHBoxLayout(self.ring)
        row.setContentsMargins(16, 12, 16, 12)
        self._ring_text = PlainLabel(tone="accent", kind="big")
        self._ring_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._ring_text, 1)
        policy = self.ring.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves while a password is typed
        self.ring.setSizePolicy(policy)
        self.ring.setVisible(False)
        return self.ring

    def _middle(self) -> QWidget:
        middle = QWidget()
        middle.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        middle.setFixedWidth(round(_WIDTH * themes.points() / themes.BASE_POINTS))
        column = column_of(margins=NONE, gap=10, parent=middle)
        self._clock = PlainLabel(kind="huge")
        self._sign = PlainLabel()
        self._title = PlainLabel(self.tr("Máy đang khóa"), kind="title")
        self._who = PlainLabel(kind="strong", wrap=True)
        self._about = PlainLabel(tone="muted", wrap=True)
        for label in (self._clock, self._sign, self._title, self._who, self._about):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        self.login = QLineEdit()
        self.login.setPlaceholderText(self.tr("Tên đăng nhập"))
        self.login.setAccessibleName(self.tr("Tên đăng nhập"))
        self.login.setVisible(False)
        column.addWidget(self.login)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(self.tr("Mật khẩu"))
        self.password.setAccessibleName(self.tr("Mật khẩu"))
        self.password.returnPressed.connect(self.open)
        self.login.returnPressed.connect(self.password.setFocus)
        column.addWidget(self.password)
        self.verb = Button(self.tr("Mở khóa"), shortcut_hint="Enter", kind="primary")
        self.verb.setAutoDefault(True)
        self.verb.clicked.connect(lambda _checked=False: self.open())
        column.addWidget(self.verb)
        self._problem = PlainLabel(tone="urgent", wrap=True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._problem.setVisible(False)
        column.addWidget(self._problem)
        self.other = Button(
            self.tr("Người khác nhận máy"),
            shortcut_hint=actions.key("window.handover"),
            kind="flat",
        )
        self.other.clicked.connect(lambda _checked=False: self.other_wanted.emit())
        column.addWidget(self.other)
        return middle

    # --- for the window

    @property
    def problem_text(self) -> str:
        """The error shown; "" if there is none."""
        return self._problem.text() if self._problem.isVisibleTo(self) else ""

    @property
    def ring_text(self) -> str:
        """The text about a ringing call; "" if none rings."""
        return self._ring_text.text() if self.ring.isVisibleTo(self) else ""

    def show_person(self, actor: "Actor", *, first: bool) -> None:
        """Lock the seat of this person; `first` if the person has not signed in since the start."""
        self._first = first
        self._title.setText(self.tr("Đăng nhập") if first else self.tr("Máy đang khóa"))
        self.verb.setText(self.tr("Vào máy") if first else self.tr("Mở khóa"))
        self._who.setText(actor.name or actor.user)
        role = self._people.role_words(actor)
        parts = ("" if role == actor.name else role, actor.workstation)
        self._about.setText(" · ".join(p for p in parts if p))
        tokens = themes.current()
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(icons.pixmap("lock", tokens.muted, _ICON, ratio))
        asks = first and self._people.asks_login
        self.login.setVisible(asks)
        self.login.setText(actor.user if asks else "")
        self._who.setVisible(not asks)
        self.password.clear()
        self.say("")
        # Until the answer comes, assume a password: a click must not slip through.
        self._need(password=True)
        spawn(self._ask())
        self._show_ring()

    def tick(self, now: datetime) -> None:
        """Update once a second."""
        self._clock.setText(formats.clock_time(now))
        self._show_ring()

    def take_focus(self) -> None:
        """Focus the field for the next key."""
        if not self.login.isHidden() and not self.login.text():
            self.login.setFocus()
        else:
            (self.password if self._needs_password else self.verb).setFocus()

    def open(self) -> None:
        """Open the seat, if the password is right."""
        if not self.verb.isEnabled():
            return
        if self._needs_password and not self.password.text():
            self.password.setFocus()
            return
        self.verb.setEnabled(False)
        spawn(self._open(self.password.text()))

    # --- inside

    async def _ask(self) -> None:
        self._need(password=await self._people.needs_password())

    def _need(self, *, password: bool) -> None:
        self._needs_password = password
        self.password.setVisible(password)
        if self.isVisible():
            self.take_focus()

    async def _open(self, password: str) -> None:
        login = self.login.text().strip().lower() if not self.login.isHidden() else ""
        problem = await self._people.come_back(password, first=self._first, login=login)
        self.verb.setEnabled(True)
        self.say(problem)
        if problem:
            self.password.selectAll()
            self.take_focus()
        else:
            self.password.clear()
            self.opened.emit()

    def say(self, problem: str) -> None:
        """Show an error above the fields; "" removes it."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _show_ring(self) -> None:
        call = self._calls.current
        rings = call is not None and call.state == "ringing"
        self.ring.setVisible(rings)
        if not rings or call is None:
            self._ring_said = ""
            return
        waited = formats.waited(max(self._waited(call.offered_at), timedelta()))
        queue = self.tr(" · hàng {0}").format(call.queue) if call.queue else ""
        said = self.tr("Có cuộc gọi đến{0} · chờ {1} · mở khóa để nghe").format(queue, waited)
        self._ring_text.setText(said)
        if self._ring_said != call.call_id and self.isVisible():
            self._ring_said = call.call_id
            announce(self, said)

    def _waited(self, since: datetime) -> timedelta:
        return self._people.now() - since
