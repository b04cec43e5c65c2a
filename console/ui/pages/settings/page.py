"""**Cài đặt**: every declared setting by section; settings locked by policy are disabled, with the
reason.

The form is made from the declarations in `console.config`; no setting is named here. Personal
preferences come first; they belong to the account, not to the seat.
"""

from typing import TYPE_CHECKING, override

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QWidget,
)

from console.config.settings import Loaded, SettingLine, SmsSettings, UiSettings
from console.domain.text.folding import fold
from console.ui import actions
from console.ui.pages.settings import words
from console.ui.pages.settings.field import SettingField
from console.ui.pages.settings.presenter import SettingsPresenter
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of, row_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.page_frames.page_stack import PageStack, RoomyFrame

if TYPE_CHECKING:
    from console.ui.pages.settings.data_section import DataSection

_SIZES = (100, 110, 125, 150, 175, 200)
_MINE = "mine"
DATA = "data"
"""The section of imports and the rebuild, which is no section of the settings."""
_WIDEST = 760
_WHERE = Qt.ItemDataRole.UserRole


class SettingsPage(Page):
    """Sections at the left, the form of one section at the right.

    Signals:
        theme_wanted: the person chose a theme (auto, light, night) and a text size in percent.
        settings_saved: the settings were saved; carries `Loaded`.
        keys_wanted: open the sheet where keys are changed.
    """

    theme_wanted = Signal(str, int)
    settings_saved = Signal(object)
    keys_wanted = Signal()
    tour_wanted = Signal()

    def __init__(
        self,
        presenter: SettingsPresenter,
        chosen: UiSettings,
        parent: QWidget | None = None,
        *,
        data: "DataSection | None" = None,
    ) -> None:
        """Build it.

        Args:
            chosen: theme and text size in force.
            data: imports and the rebuild, if the person may use them.
        """
        super().__init__(parent)
        self.presenter = presenter
        presenter.setParent(self)
        self.fields: dict[str, SettingField] = {}
        self._forms: dict[str, QWidget] = {}
        self._data = data
        self._front = _MINE
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Nhóm cài đặt"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Tìm mục cài đặt"))
        self.search.setAccessibleName(self.tr("Tìm mục cài đặt"))
        self.search.setClearButtonEnabled(True)
        self._stack = PageStack()
        self._frame = RoomyFrame(self._stack)
        self.said = PlainLabel(tone="muted", wrap=True)
        self.save_button = Button(
            actions.word("settings.save"),
            shortcut_hint=actions.key("settings.save"),
            kind="primary",
        )
        self.drop_button = Button(self.tr("Bỏ thay đổi"))
        self._build(chosen)
        self._wire()
        self._show_list("")

    def _build(self, chosen: UiSettings) -> None:
        column = column_of(margins=(16, 12, 16, 8), gap=10, parent=self)
        column.addLayout(row_of(PlainLabel(self.tr("Cài đặt"), kind="title"), STRETCH))
        left = QWidget()
        column_of(self.search, (self.list, 1), margins=(0, 0, 12, 0), parent=left)
        right = QWidget()
        whole = column_of((self._frame, 1), margins=(12, 0, 0, 0), parent=right)
        whole.addLayout(row_of((self.said, 1), self.drop_button, self.save_button, gap=8))
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([250, 1000])
        column.addWidget(split, 1)
        self._forms[_MINE] = self._mine(chosen)
        self._stack.addWidget(self._forms[_MINE])
        if self._data is not None:
            self._forms[DATA] = self._data
            self._stack.addWidget(self._data)

    def _wire(self) -> None:
        self.list.currentItemChanged.connect(lambda item, _was: self._on_chosen(item))
        self.search.textChanged.connect(self._show_list)
        self.save_button.clicked.connect(self.save)
        self.drop_button.clicked.connect(self.drop)
        self.presenter.saved.connect(self._on_saved)
        self.presenter.refused.connect(self._on_refused)
        actions.bind(self, "settings.save", self.save)
        self._tell()

    # --- personal

    def _mine(self, chosen: UiSettings) -> QWidget:
        self.theme = QComboBox()
        for code in ("auto", "light", "night"):
            self.theme.addItem(words.choice_word("ui.theme", code), code)
        self.size_box = QComboBox()
        for size in _SIZES:
            self.size_box.addItem(f"{size} %", size)
        self.show_look(chosen.theme, chosen.font_percent)
        form = FormGrid()
        locks = {line.key for line in self.presenter.loaded.lines if line.locked}
        lines = {line.key: line for line in self.presenter.loaded.lines}
        for text, box, key in (
            (self.tr("Giao diện"), self.theme, "ui.theme"),
            (self.tr("Cỡ chữ"), self.size_box, "ui.font_percent"),
        ):
            form.add_row(text, box)
            box.setEnabled(key not in locks)
            if key in locks:
                why = words.fixed_words(lines[key], self.presenter.loaded)
                form.add_remark(PlainLabel(why, tone="warn", kind="caption", wrap=True))
            box.currentIndexChanged.connect(lambda _at: self._want())
        for text, wanted, label in (
            (self.tr("Đổi phím tắt…"), self.keys_wanted, self.tr("Phím tắt")),
            (self.tr("Xem lại hướng dẫn"), self.tour_wanted, self.tr("Trợ giúp")),
        ):
            button = Button(text)
            button.clicked.connect(wanted)
            row = QWidget()
            row_of(button, STRETCH, margins=NONE, parent=row)
            form.add_row(label, row, buddy=button)
        hint = self.tr("Theo tài khoản của bạn, ngồi máy nào cũng vậy. Đổi là có hiệu lực ngay.")
        return _sheet(self.tr("Của tôi"), hint, form)

    def show_look(self, theme: str, font_percent: int) -> None:
        """Show the person's choice without emitting a signal."""
        for box, value in ((self.theme, theme), (self.size_box, font_percent)):
            at = box.findData(value)
            if at >= 0:
                with QSignalBlocker(box):
                    box.setCurrentIndex(at)

    def _want(self) -> None:
        self.theme_wanted.emit(str(self.theme.currentData()), int(self.size_box.currentData()))

    # --- sections

    def _lines(self, section: str) -> list[SettingLine]:
        return [x for x in self.presenter.loaded.lines if x.key.partition(".")[0] == section]

    def _show_list(self, text: str) -> None:
        """Show the sections, or the settings that match the search."""
        sought = fold(text)
        with QSignalBlocker(self.list):
            self.list.clear()
            if not sought:
                for name, word in ((_MINE, self.tr("Của tôi")), *self._sections()):
                    self._add_item(word, name)
            for line in self.presenter.loaded.lines if sought else ():
                name, label = line.key.partition(".")[0], words.label_of(line)
                if sought in fold(f"{label} {line.key} {words.section_word(name)}"):
                    self._add_item(
                        self.tr("{0} · {1}").format(words.section_word(name), label), line.key
                    )
        if not sought:
            self.list.setCurrentRow(0)

    def _sections(self) -> list[tuple[str, str]]:
        data = [(DATA, self.tr("Dữ liệu"))] if self._data is not None else []
        return data + [(name, words.section_word(name)) for name in words.SECTIONS]

    def _add_item(self, text: str, where: str) -> None:
        item = QListWidgetItem(text)
        item.setData(_WHERE, where)
        self.list.addItem(item)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        where = str(item.data(_WHERE))
        section, dot, _ = where.partition(".")
        self.show_section(section)
        if dot:
            # After the layout of the form.
            QTimer.singleShot(0, self, lambda: self._frame.ensureWidgetVisible(self.fields[where]))

    def show_section(self, name: str) -> None:
        """Bring the form of a section to the front; it is built on first use."""
        if name not in self._forms:
            self._forms[name] = self._form(name)
            self._stack.addWidget(self._forms[name])
        self._front = name
        self._stack.setCurrentWidget(self._forms[name])

    def _form(self, name: str) -> QWidget:
        form = FormGrid()
        before = ""
        all_later = all(line.restart for line in self._lines(name))
        for line in self._lines(name):
            group = line.key.rpartition(".")[0]
            if name == "sms" and group != before:
                form.add_remark(self._modem_head(int(group.partition(".")[2])))
            before = group
            field = SettingField(line, self.presenter.loaded, says_restart=not all_later)
            field.edited.connect(self._tell)
            field.own_wanted.connect(lambda key=line.key: self.presenter.save({key: None}))
            field.add_to(form)
            self.fields[line.key] = field
        if name == "sms" and not self._sms_fixed():
            add = Button(self.tr("Thêm modem"))
            add.clicked.connect(self._add_modem)
            form.add_remark(_left(add))
        later = self.tr("Đổi ở đây có hiệu lực sau khi khởi động lại chương trình.")
        return _sheet(words.section_word(name), later if all_later else "", form)

    # --- modems

    def _sms_fixed(self) -> bool:
        return any(line.locked for line in self._lines("sms"))

    def _modem_head(self, number: int) -> QWidget:
        row = QWidget()
        line = row_of(
            (Section(self.tr("Modem {0}").format(number + 1)), 1), margins=(0, 8, 0, 0), parent=row
        )
        if not self._sms_fixed() and self._sms_here():
            remove = Button(self.tr("Bỏ modem"), kind="flat")
            remove.setAccessibleDescription(self.tr("Modem {0}").format(number + 1))
            remove.clicked.connect(lambda: self.presenter.save({f"sms.{number}": None}))
            line.addWidget(remove)
        return row

    def _sms_here(self) -> bool:
        return all(x.source == str(self.presenter.loaded.file) for x in self._lines("sms"))

    def _add_modem(self) -> None:
        number = len({line.key.rpartition(".")[0] for line in self._lines("sms")})
        defaults = SmsSettings()
        device = f"/dev/ttyUSB{number}"
        self.presenter.save(
            self._all_modems()
            | {f"sms.{number}.name": f"gsm{number + 1}", f"sms.{number}.device": device}
            | {f"sms.{number}.baud": defaults.baud}
        )

    def _all_modems(self) -> dict[str, object]:
        """Modems from another file are written in full: a list is never mixed from two files."""
        return {} if self._sms_here() else {x.key: x.value for x in self._lines("sms")}

    # --- saving

    @property
    def changes(self) -> dict[str, object]:
        """Changes that are not saved yet."""
        return {key: field.value for key, field in self.fields.items() if field.is_changed}

    def save(self) -> None:
        """Save the changes; if one is not valid, go to it and write nothing."""
        bad = [field for field in self.fields.values() if not field.check()]
        if bad:
            self.show_section(bad[0].line.key.partition(".")[0])
            bad[0].editor.setFocus()
            self._say(bad[0].problem.text(), "urgent")
            return
        changes = self.changes
        if any(key.startswith("sms.") for key in changes):
            changes = self._all_modems() | changes
        self.presenter.save(changes)

    def _tell(self) -> None:
        """Show the number of changes, and what waits for a restart."""
        changed = len(self.changes)
        self.save_button.setEnabled(changed > 0)
        self.drop_button.setEnabled(changed > 0)
        said = self.tr("{0} mục đã sửa, chưa lưu").format(changed) if changed else ""
        waiting = self.presenter.waiting
        if waiting and not changed:
            said = self.tr("{0} mục có hiệu lực sau khi khởi động lại chương trình").format(waiting)
        self.said.set_tone("warn" if said else "muted")
        self.said.setText(said or self.tr("Tệp của máy: {0}").format(self.presenter.loaded.file))

    def _say(self, text: str, tone: str) -> None:
        self.said.set_tone(tone)  # type: ignore[arg-type]
        self.said.setText(text)
        announce(self, text, at_once=False)

    def _on_refused(self, why: str) -> None:
        self._say(why, "urgent")

    def _on_saved(self, loaded: Loaded, keys: frozenset[str]) -> None:
        self._rebuild({key: value for key, value in self.changes.items() if key not in keys})
        waiting = self.presenter.waiting
        said = self.tr("Đã lưu vào {0}.").format(loaded.file)
        if waiting:
            later = self.tr("{0} mục có hiệu lực sau khi khởi động lại chương trình")
            said = f"{said} {later.format(formats.number(waiting))}."
        self._say(said, "warn" if waiting else "ok")
        self.settings_saved.emit(loaded)

    def drop(self) -> None:
        """Discard unsaved changes."""
        self._rebuild({})

    def _rebuild(self, typed: dict[str, object]) -> None:
        """Rebuild the forms from the files, and keep unsaved changes."""
        front = self._front
        self.fields.clear()
        for name in [n for n in self._forms if n not in (_MINE, DATA)]:
            form = self._forms.pop(name)
            self._stack.removeWidget(form)
            form.deleteLater()
        for key, value in typed.items():
            self.show_section(key.partition(".")[0])
            if key in self.fields:
                self.fields[key].put(value)
        self.show_section(front)
        self._tell()

    def choose_section(self, name: str) -> None:
        """Choose this section in the list."""
        self.search.clear()
        for row in range(self.list.count()):
            if self.list.item(row).data(_WHERE) == name:
                self.list.setCurrentRow(row)

    def choose_setting(self, key: str) -> None:
        """Go to one setting and focus its field."""
        self.choose_section(key.partition(".")[0])
        if (field := self.fields.get(key)) is not None:
            field.editor.setFocus()
            self._frame.ensureWidgetVisible(field.editor)

    @override
    def close_page(self) -> None:
        """Stop this person's long work."""
        if self._data is not None:
            self._data.close_work()

    @override
    def shown(self) -> None:
        """Focus the list of sections."""
        self.list.setFocus()


def _sheet(title: str, hint: str, form: QWidget) -> QWidget:
    sheet = QWidget()
    row = QHBoxLayout(sheet)
    row.setContentsMargins(0, 0, 8, 0)
    inside = QWidget()
    # Width limit of lines.
    inside.setMaximumWidth(round(_WIDEST * themes.points() / themes.BASE_POINTS))
    row.addWidget(inside, 1)
    row.addStretch(0)
    column = column_of(Section(title), margins=NONE, gap=10, parent=inside)
    if hint:
        column.addWidget(PlainLabel(hint, tone="muted", wrap=True))
    column.addWidget(form)
    column.addStretch(1)
    return sheet


def _left(button: Button) -> QWidget:
    row = QWidget()
    row_of(button, STRETCH, margins=(0, 8, 0, 0), parent=row)
    return row
