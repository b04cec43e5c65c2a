"""**Cài đặt**: every setting with where it came from; theme and text size change at once."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from console.config import SettingLine, UiSettings
from console.domain.zone import CITY
from console.ui.models.rows import Column, RowsModel
from console.ui.signs import Sign
from console.ui.widgets.page import Page
from console.ui.widgets.plain_label import PlainLabel
from console.ui.widgets.section import Section
from console.ui.widgets.table import Table

_SIZES = (100, 110, 125, 150, 175, 200)


class SettingsPage(Page):
    """Appearance on top, the list below.

    Signals:
        theme_wanted: theme (auto, light, night) and text size in percent.
    """

    theme_wanted = Signal(str, int)

    def __init__(
        self, lines: Sequence[SettingLine], chosen: UiSettings, parent: QWidget | None = None
    ) -> None:
        """Build it.

        Args:
            lines: as `config --explain` shows them.
            chosen: theme and size in force.
        """
        super().__init__(parent)
        self._model: RowsModel[SettingLine] = RowsModel(
            self._columns(), lambda line: line.key, _now
        )
        self._model.set_rows(lines)
        self.table = Table(self._model, self.tr("Cài đặt"))
        self._build(chosen, {line.key: line for line in lines})

    def _columns(self) -> tuple[Column[SettingLine], ...]:
        return (
            Column(self.tr("Mục"), lambda s, _: label_of(s), None, "strong", 34),
            Column(self.tr("Giá trị"), lambda s, _: self._value(s), width=0),
            Column(self.tr("Khóa"), lambda s, _: s.key, None, "muted", 26),
            Column(self.tr("Đặt ở"), lambda s, _: self._source(s), None, "muted", 30),
            Column(self.tr("Quản trị"), None, self._lock, width=20),
        )

    def _value(self, line: SettingLine) -> str:
        value = line.value
        if isinstance(value, bool):
            return self.tr("có") if value else self.tr("không")
        if isinstance(value, (tuple, list)):
            return ", ".join(str(v) for v in value) or "—"
        return str(value) if value not in (None, "") else "—"

    def _source(self, line: SettingLine) -> str:
        return self.tr("mặc định") if line.source == "built-in" else line.source

    def _lock(self, line: SettingLine, _now: object) -> Sign:
        if line.locked:
            return Sign(self.tr("Quản trị đã khóa"), "warn", "triangle")
        return Sign("", "muted", "none")

    def _build(self, chosen: UiSettings, lines: dict[str, SettingLine]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 0)
        column.setSpacing(10)
        column.addWidget(PlainLabel(self.tr("Cài đặt"), kind="title"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.theme = QComboBox()
        for code, name in (
            ("auto", self.tr("Theo ca (tối ca đêm)")),
            ("light", self.tr("Sáng")),
            ("night", self.tr("Tối")),
        ):
            self.theme.addItem(name, code)
        self.theme.setCurrentIndex(max(0, self.theme.findData(chosen.theme)))
        self.size_box = QComboBox()
        for size in _SIZES:
            self.size_box.addItem(f"{size} %", size)
        self.size_box.setCurrentIndex(max(0, self.size_box.findData(chosen.font_percent)))
        for text, box, key in (
            (self.tr("Giao diện"), self.theme, "ui.theme"),
            (self.tr("Cỡ chữ"), self.size_box, "ui.font_percent"),
        ):
            label = PlainLabel(text, tone="muted")
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
            locked = key in lines and lines[key].locked
            box.setEnabled(not locked)
            if locked:
                row.addWidget(PlainLabel(self.tr("Quản trị đã khóa"), tone="warn"))
            row.addSpacing(12)
        row.addStretch(1)
        column.addLayout(row)
        hint = self.tr(
            "Các mục khác đặt trong tệp cấu hình; lệnh config --explain cho biết từng giá trị "
            "đến từ đâu."
        )
        column.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        column.addWidget(Section(self.tr("Đang dùng"), str(len(lines))))
        column.addWidget(self.table, 1)
        self.theme.currentIndexChanged.connect(lambda _at: self._want())
        self.size_box.currentIndexChanged.connect(lambda _at: self._want())

    def show_look(self, theme: str, font_percent: int) -> None:
        """Show what the person chose before; nothing is asked for."""
        for box, value in ((self.theme, theme), (self.size_box, font_percent)):
            at = box.findData(value)
            if at >= 0:
                with QSignalBlocker(box):
                    box.setCurrentIndex(at)

    def _want(self) -> None:
        self.theme_wanted.emit(str(self.theme.currentData()), int(self.size_box.currentData()))


def label_of(line: SettingLine) -> str:
    """What the setting is called, in the language of the window."""
    return QCoreApplication.translate("settings", line.label)


def _now() -> datetime:
    return datetime.now(CITY)
