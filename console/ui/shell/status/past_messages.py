"""The messages of the message bar since this person signed in, newest first."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QWidget

from console.ui.text import formats
from console.ui.widgets.basic.message_bar import MessageBar
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog


class PastMessagesDialog(HouseDialog):
    """A list to read again."""

    def __init__(self, said: Sequence[tuple[datetime, str]], parent: QWidget | None = None) -> None:
        """Show these; they are given oldest first."""
        super().__init__(self.tr("Thông báo đã hiện"), parent)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Thông báo đã hiện"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for at, text in reversed(said):
            self.list.addItem(f"{formats.clock_seconds(at)}  {text}")
        self.list.setCurrentRow(0)
        if said:
            self.body.addWidget(self.list, 1)
        else:
            empty = self.tr(
                "Chưa có thông báo nào. Lời báo lỗi, cảnh báo hạn và việc tổng đài không làm được "
                "hiện ở một thanh trên trang, rồi nằm lại ở đây."
            )
            self.body.addWidget(PlainLabel(empty, tone="muted", wrap=True))
            self.body.addStretch(1)
        self.resize(560, 360)


def open_past_messages(bar: MessageBar) -> None:
    """Open all messages of the bar in a dialog."""
    PastMessagesDialog(bar.said, bar.window()).show()
