"""More dialogs of the inbox: spam, entering a message by hand, a large picture."""

import contextlib
from typing import TYPE_CHECKING, override

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QWidget,
)

from console.domain.requests.commands import KeepContact
from console.domain.states import Channel
from console.domain.text.cleaning import clean, clean_line
from console.services.contacts.blocking import REASON_LIMIT
from console.ui.pages.inbox.blocked_senders import days_box
from console.ui.text import words
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.boxes import NONE, STRETCH, row_of
from console.ui.widgets.layout.form_grid import FormGrid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.ui.pages.inbox.presenter import InboxPresenter

_BY_HAND = (Channel.WALK_IN, Channel.FACEBOOK, Channel.ZALO, Channel.EMAIL, Channel.SMS)


class SpamDialog(AskingDialog):
    """**Tin rác**, with the days of a block and its reason; for supervisors."""

    def __init__(self, about: str, take: Taken, parent: QWidget | None = None) -> None:
        """Ask."""
        super().__init__(self.tr("Tin rác"), take, parent)
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        form = FormGrid()
        self.days = days_box(0, least=0)
        self.days.setSpecialValueText(self.tr("Không chặn"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LIMIT)
        self.reason.setEnabled(False)
        self.days.valueChanged.connect(lambda days: self.reason.setEnabled(days > 0))
        form.add_row(self.tr("Chặn người gửi"), self.days)
        form.add_row(self.tr("Lý do chặn"), self.reason)
        self.body.addWidget(form)
        hint = self.tr("Tin của người bị chặn vẫn được giữ trong mục rác, không mất tin nào.")
        self.body.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        self.add_verb(self.tr("Đưa vào tin rác"), "danger")
        self.setMinimumWidth(440)
        self.days.setFocus()

    @override
    def said(self) -> object:
        """(days of the block, 0 = none; reason)."""
        return self.days.value(), self.reason.text()


class EnterByHandDialog(AskingDialog):
    """**Nhập tay**: a visitor at the counter, or a post seen elsewhere with its link. Returns a
    `KeepContact`.
    """

    def __init__(
        self, presenter: "InboxPresenter", take: Taken, parent: QWidget | None = None
    ) -> None:
        """Ask.

        Args:
            presenter: stores the files.
        """
        super().__init__(self.tr("Nhập tay một liên hệ"), take, parent)
        self._presenter = presenter
        form = FormGrid()
        self.channel = QComboBox()
        for channel in _BY_HAND:
            self.channel.addItem(words.channel(channel), channel.value)
        self.from_whom, self.name, self.link = QLineEdit(), QLineEdit(), QLineEdit()
        self.link.setPlaceholderText("https://")
        self.text = remark_box(self.tr("Nội dung"), 5)
        form.add_row(self.tr("Kênh"), self.channel)
        form.add_row(self.tr("Người gửi (số, trang)"), self.from_whom)
        form.add_row(self.tr("Họ tên"), self.name)
        form.add_row(self.tr("Đường dẫn bài viết"), self.link)
        form.add_row(self.tr("Nội dung"), self.text)
        self.files = Button(self.tr("+ Thêm tệp"), kind="flat")
        self.files.clicked.connect(lambda _checked=False: self._choose_files())
        self._attached = PlainLabel("", tone="muted")
        row = QWidget()
        row_of(self._attached, self.files, STRETCH, margins=NONE, parent=row)
        form.add_row(self.tr("Đính kèm"), row, buddy=self.files)
        self.media: tuple[str, ...] = ()
        self._show_files()
        self.body.addWidget(form)
        self.add_verb(self.tr("Đưa vào hộp thư"))
        self.setMinimumWidth(520)
        self.channel.setFocus()

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn tệp"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        kinds = "*.jpg *.jpeg *.png *.webp *.heic *.mp4 *.pdf"
        dialog.setNameFilter(self.tr("Ảnh, video, PDF ({0})").format(kinds))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.attach)
        dialog.open()

    def attach(self, paths: "Sequence[str]") -> None:
        """Store these files with the message."""
        self.say_problem("")
        self._presenter.keep_files(paths, self._on_kept, self.say_problem)

    def _on_kept(self, sha256: str) -> None:
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self.media = tuple(dict.fromkeys((*self.media, sha256)))
            self._show_files()

    def _show_files(self) -> None:
        number = len(self.media)
        self._attached.setText(
            self.tr("{0} tệp").format(number) if number else self.tr("Chưa có tệp")
        )

    @override
    def said(self) -> object:
        """`KeepContact`."""
        return KeepContact(
            channel=Channel(self.channel.currentData()),
            text=self._said_text,
            sender=clean_line(self.from_whom.text(), 254) or None,
            sender_name=clean_line(self.name.text(), 120) or None,
            link=clean_line(self.link.text(), 500) or None,
            media=self.media,
        )

    @override
    def problem(self) -> str:
        """Text or a file is required."""
        has_something = bool(self._said_text or self.media)
        return "" if has_something else self.tr("Viết nội dung người dân phản ánh.")

    @property
    def _said_text(self) -> str:
        return clean(self.text.toPlainText(), 4000)


class PictureDialog(HouseDialog):
    """A large picture; Esc closes it."""

    def __init__(self, image: QImage, title: str, parent: QWidget | None = None) -> None:
        """Show it."""
        super().__init__(title, parent)
        self._label = PlainLabel("")
        self._label.setPixmap(QPixmap.fromImage(image))
        self._label.setAccessibleName(title)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self._label)
