"""What is attached to the report, and what the citizen agrees to."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QWidget

from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.layout.boxes import NONE, row_of
from console.ui.widgets.layout.flow import FlowLayout


class Attachments(QWidget):
    """Attachments: the recording by itself, photos and spoken notes by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with none."""
        super().__init__(parent)
        # Wraps at large text; otherwise it would widen the form at the expense of map and cards.
        line = FlowLayout(gap=8)
        self.setLayout(line)
        files = QWidget()
        row = row_of(margins=NONE, gap=8, parent=files)
        line.addWidget(files)
        self._what = PlainLabel(tone="muted")
        self.button = Button(self.tr("+ Thêm ảnh"), kind="flat")
        self.note = Button(self.tr("+ Ghi lời"), kind="flat")
        row.addWidget(self._what)
        row.addWidget(self.button)
        row.addWidget(self.note)
        self.consent = QCheckBox(self.tr("Cho đơn vị gọi"))
        said = self.tr(
            "Người dân đồng ý cho đơn vị xử lý biết họ tên và số điện thoại, "
            "để hỏi đường hay hẹn gặp"
        )
        set_tooltip(self.consent, said)
        self.consent.setAccessibleDescription(said)
        line.addWidget(self.consent)
        self.named = QCheckBox(self.tr("Cho nêu tên"))
        said = self.tr(
            "Người dân đồng ý được nêu tên khi thành phố tuyên dương người phản ánh tích cực; "
            "cần có họ tên và số điện thoại"
        )
        set_tooltip(self.named, said)
        self.named.setAccessibleDescription(said)
        line.addWidget(self.named)

    @property
    def yeses(self) -> tuple[QCheckBox, ...]:
        """The boxes of the citizen's consent, in reading order."""
        return self.consent, self.named

    def show_named(self, *, may: bool, named: bool) -> None:
        """Show the consent to be named; possible once name and number are known."""
        self.named.setEnabled(may)
        with QSignalBlocker(self.named):
            self.named.setChecked(may and named)

    def show_consent(self, *, may: bool, consent: bool) -> None:
        """Show the consent to a call by the agency; possible once there is a number."""
        self.consent.setEnabled(may)
        with QSignalBlocker(self.consent):
            self.consent.setChecked(may and consent)

    def show_files(self, photos: int, *, by_voice: bool) -> None:
        """Show what is attached."""
        parts = [self.tr("Ghi âm tự động")] if by_voice else []
        if photos:
            parts.append(self.tr("{0} ảnh").format(photos))
        self._what.setText(" · ".join(parts) or self.tr("Chưa có ảnh"))
