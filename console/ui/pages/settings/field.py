"""One declared setting as a row of the form: editor, allowed values, error."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QWidget,
)

from console.config.secret_files import read_secret
from console.config.settings import Loaded, SettingLine, checked
from console.domain.errors import ConsoleError
from console.domain.text.cleaning import clean_line
from console.ui.pages.settings import words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_property
from console.ui.widgets.layout.boxes import NONE, column_of, row_of
from console.ui.widgets.layout.form_grid import FormGrid

_LONGEST = 2000


class SettingField(QWidget):
    """An editor for the setting's type.

    Signals:
        edited: the person changed it or undid the change.
        own_wanted: return to the value of the layers below.
    """

    edited = Signal()
    own_wanted = Signal()

    def __init__(
        self,
        line: SettingLine,
        loaded: Loaded,
        *,
        says_restart: bool,
        parent: QWidget | None = None,
    ) -> None:
        """Show the value in force.

        Args:
            says_restart: whether the row says that a restart is needed.
        """
        super().__init__(parent)
        self._says_restart = says_restart
        self.line = line
        self.fixed = words.fixed_words(line, loaded)
        self._here = line.source == str(loaded.file)
        self.editor = self._editor()
        self.caption = PlainLabel(self._about(loaded), tone="muted", kind="caption", wrap=True)
        if self.fixed:
            self.caption.set_tone("warn")
        self.caption.setVisible(bool(self.caption.text()))
        self.problem = PlainLabel(tone="urgent", kind="caption", wrap=True)
        self.problem.setVisible(False)
        self._lay_out()
        self.editor.setEnabled(not self.fixed)
        self.editor.setAccessibleDescription(self.caption.text())

    def add_to(self, form: FormGrid) -> None:
        """Add a row to this form, under the setting's name."""
        form.add_row(words.label_of(self.line), self, buddy=self.editor)
        form.add_remark(self.caption)
        form.add_remark(self.problem)

    @property
    def value(self) -> object:
        """The typed value in the setting's type; the text itself if it is not valid."""
        editor = self.editor
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return editor.currentData()
        assert isinstance(editor, QLineEdit)  # noqa: S101 - the three there are
        return _read(self.line, clean_line(editor.text(), _LONGEST))

    def put(self, value: object) -> None:
        """Enter this value, as if typed."""
        if isinstance(self.editor, QCheckBox):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, QComboBox):
            self.editor.setCurrentIndex(self.editor.findData(value))
        else:
            self.editor.setText(words.value_word(self.line, value))

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what is in force."""
        return not self.fixed and self.value != _plain(self.line.value)

    def check(self) -> bool:
        """Check what is typed, and show an error at the field."""
        said = "" if not self.is_changed else self._wrong()
        self.problem.setText(said)
        self.problem.setVisible(bool(said))
        set_property(self.editor, "state", "error" if said else "")
        self.editor.setAccessibleDescription(said or self.caption.text())
        return not said

    def _wrong(self) -> str:
        value = self.value
        try:
            checked(self.line.key, value)
            if self.line.declared.metadata["secret_file"] and value:
                read_secret(str(value))
        except ConsoleError as error:
            bad = error.code == "config_bad_value"
            return words.wrong_words(self.line) if bad else sentence(error)
        return ""

    def _about(self, loaded: Loaded) -> str:
        if self.fixed:
            return self.fixed
        restart = self.line.restart and self._says_restart
        later = self.tr("có hiệu lực sau khi khởi động lại") if restart else ""
        parts = (words.range_words(self.line), words.source_words(self.line, loaded), later)
        return " · ".join(part for part in parts if part)

    def _editor(self) -> QCheckBox | QComboBox | QLineEdit:
        value, meta = self.line.value, self.line.declared.metadata
        if isinstance(value, bool):
            box = QCheckBox(self.tr("bật"))
            box.setAccessibleName(words.label_of(self.line))
            box.setChecked(value)
            box.toggled.connect(lambda _on: self._on_edit())
            return box
        if meta["choices"]:
            combo = QComboBox()
            for choice in meta["choices"]:
                combo.addItem(words.choice_word(self.line.key, choice), choice)
            combo.setCurrentIndex(combo.findData(value))
            combo.currentIndexChanged.connect(lambda _at: self._on_edit())
            return combo
        field = QLineEdit(words.value_word(self.line, value))
        field.textChanged.connect(lambda _text: self._on_edit())
        return field

    def _lay_out(self) -> None:
        row = row_of((self.editor, 1), margins=NONE, gap=6)
        if self.line.declared.metadata["secret_file"] and not self.fixed:
            choose = Button(self.tr("Chọn tệp…"))
            choose.setAccessibleDescription(words.label_of(self.line))
            choose.clicked.connect(self._choose_file)
            row.addWidget(choose)
        if self._here and not self.fixed:
            own = Button(self.tr("Bỏ đặt"), kind="flat")
            own.setAccessibleDescription(words.label_of(self.line))
            own.clicked.connect(self.own_wanted)
            row.addWidget(own)
        column_of(row, margins=NONE, parent=self)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), words.label_of(self.line))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._take_file)
        dialog.open()

    def _take_file(self, path: str) -> None:
        assert isinstance(self.editor, QLineEdit)  # noqa: S101 - a path is a text
        self.editor.setText(path)

    def _on_edit(self) -> None:
        self.check()
        self.edited.emit()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _read(line: SettingLine, text: str) -> object:
    """The text in the setting's type; the text itself if it is not valid."""
    default = line.declared.default
    if isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not (default and isinstance(default[0], float)):
            return parts
        try:
            return [float(part) for part in parts]
        except ValueError:
            return text
    if isinstance(default, int):
        digits = text.replace(".", "").replace(" ", "")
        return int(digits) if digits.lstrip("-").isdecimal() and digits.isascii() else text
    return text
