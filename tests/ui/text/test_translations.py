"""Every text of the window has an English translation, and Qt's own words are Vietnamese."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QFileInfo, QObject
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFileIconProvider,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.config.settings import SECTIONS, SmsSettings
from console.ui import actions
from console.ui.pages.settings import words as settings_words
from console.ui.request import history_lines
from console.ui.text import translations

_CALLS = {"tr": 0, "translate": 1, "_tr": 1}
"""Name of the function -> index of the text argument."""

_OWN = {"history_lines.py": "_say", "words.py": "_said", "place_search.py": "_said"}
"""Files with their own short name for `translate`."""


def texts_in_code() -> dict[str, str]:
    """Text -> a file that has it."""
    found: dict[str, str] = {}
    for path in sorted(Path("console/ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            at = 0 if name and name == _OWN.get(path.name) else _CALLS.get(name)
            if at is None or len(node.args) <= at:
                continue
            text = node.args[at]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found.setdefault(text.value, str(path))
    return found


_DATA = {
    "formats.py": {" đ"},
    "history_lines.py": {"vì:", "vì "},
    "place_line.py": {"Quận ", "Huyện ", "Thành phố "},
    "task_list.py": {"Đã xem bước không có hiệu lực."},
    "ward_combo.py": {"Phường "},
}
"""Vietnamese that is not a text of the window: parts of names, words stored in events, money."""
_LETTERS = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)


def texts_in_tables() -> dict[str, str]:
    """Texts that are declared as data and translated when shown."""
    found = {spec.text: "actions" for spec in actions.SPECS}
    found |= dict.fromkeys((word for _, word in actions.PAGES), "actions")
    found |= dict.fromkeys((*history_lines._PLAIN.values(), "Việc chưa biết: {kind}"), "history")
    for section in (*SECTIONS.values(), SmsSettings):
        found |= {declared.metadata["label"]: section.__name__ for declared in fields(section)}
    found |= dict.fromkeys(settings_words.SECTIONS.values(), "settings_words")
    for words in settings_words.CHOICES.values():
        found |= dict.fromkeys(words.values(), "settings_words")
    return found


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return translations.read_table(translations.FOLDER / "en.tsv")


def test_every_text_has_its_english(english: dict[str, str]) -> None:
    spoken = texts_in_code() | texts_in_tables()
    letters = re.compile(r"[^\W\d_]")
    missing = {
        text: where
        for text, where in spoken.items()
        if letters.search(re.sub(r"\{[^}]*\}", "", text)) and text not in english
    }
    assert not missing, "add them to resources/translations/en.tsv"
    assert len(spoken) > 500


def test_no_vietnamese_stands_untranslated_in_the_window() -> None:
    spoken = texts_in_code() | texts_in_tables()
    stray = []
    for path in sorted(Path("console/ui").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        documented = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        stray += [
            f"{path}:{each.lineno} {each.value}"
            for each in ast.walk(tree)
            if isinstance(each, ast.Constant)
            and isinstance(each.value, str)
            and id(each) not in documented
            and _LETTERS.search(each.value)
            and each.value not in spoken
            and each.value not in _DATA.get(path.name, ())
        ]
    assert stray == []


def test_nothing_is_translated_that_nobody_says(english: dict[str, str]) -> None:
    spoken = texts_in_code() | texts_in_tables()
    assert not [text for text in english if text not in spoken]


def test_places_for_values_are_the_same(english: dict[str, str]) -> None:
    slots = re.compile(r"\{[^}]*\}|%n")
    for text, translated in english.items():
        assert set(slots.findall(text)) == set(slots.findall(translated)), text
        assert translated.strip() or not text.strip(), text
        assert text[:1].isspace() == translated[:1].isspace(), text


@pytest.fixture
def lang(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    made = translations.install(qapp, request.param)
    yield request.param
    qapp.removeTranslator(made)
    made.deleteLater()


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_the_window_speaks_english(lang: str, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    assert widget.tr("Hàng đợi") == "Queue"
    assert actions.word("call.answer") == "Answer"
    assert QCoreApplication.translate("formats", "%n ngày", None, 1) == "1 day"
    assert QCoreApplication.translate("formats", "%n ngày", None, 3) == "3 days"
    assert widget.tr("chữ không có trong bảng") == "chữ không có trong bảng"


@pytest.mark.parametrize("lang", ["vi"], indirect=True)
def test_qt_s_own_buttons_are_vietnamese(lang: str, qtbot: QtBot) -> None:
    box = QDialogButtonBox()
    qtbot.addWidget(box)
    buttons = QDialogButtonBox.StandardButton
    for which, word in (
        (buttons.Save, "Lưu"),
        (buttons.Cancel, "Thôi"),
        (buttons.Help, "Trợ giúp"),
    ):
        made = box.addButton(which)
        assert made is not None
        assert made.text().replace("&", "") == word
    assert box.tr("Hàng đợi") == "Hàng đợi"


NAMES = re.compile(
    r"PDF|In|Trang in|Hai trang|Trang sau|mm|/.*|[\d,x() .]+(mm|in)?|.*\bin\)?"
    r"|(JIS |PRC )?[AB]?\d+K?( .*)?|ANSI .|Architect .|Envelope .*|Cicero.*|Didot.*|Double Postcard"
    r"|Executive.*|Fan-fold.*|Folio.*|Ledger.*|Legal.*|Letter.*|Note|PRC .*|Postcard|Quarto"
    r"|Statement|Super .|Tabloid.*|[A-B]\d+ (Extra|Plus|Small)"
)
"""Same in Vietnamese: units, paper sizes, words that happen to have no diacritics."""


def words_of(window: QWidget) -> set[str]:
    """Every text that somebody may read there."""
    found: set[str] = set()
    for each in (window, *window.findChildren(QObject)):
        for name in ("text", "toolTip", "title", "windowTitle", "placeholderText"):
            ask = getattr(each, name, None)
            if callable(ask) and isinstance(text := ask(), str):
                found.add(text)
        if isinstance(each, QComboBox):
            found |= {each.itemText(n) for n in range(each.count())}
        if isinstance(each, QTabWidget):
            found |= {each.tabText(n) for n in range(each.count())}
    return {text.replace("&", "") for text in found if text.strip()}


@pytest.mark.parametrize("lang", ["vi"], indirect=True)
def test_qt_s_own_windows_are_vietnamese(lang: str, qtbot: QtBot) -> None:
    windows: list[QWidget] = [QKeySequenceEdit()]
    for mode in (QFileDialog.AcceptMode.AcceptOpen, QFileDialog.AcceptMode.AcceptSave):
        chooser = QFileDialog()
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.setAcceptMode(mode)
        windows.append(chooser)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    windows.append(QPrintDialog(printer))
    line, text = QLineEdit("a"), QPlainTextEdit("a")
    windows += [line, text]
    windows += [line.createStandardContextMenu(), text.createStandardContextMenu()]
    english = set()
    for window in windows:
        qtbot.addWidget(window)
        english |= {
            said
            for said in words_of(window)
            if said.isascii() and re.search("[a-z]{2}", said) and not NAMES.fullmatch(said)
        }
    assert not english


@pytest.mark.parametrize("lang", ["vi"], indirect=True)
def test_a_folder_in_the_file_dialog_is_vietnamese(lang: str, tmp_path: Path) -> None:
    assert QFileIconProvider().type(QFileInfo(str(tmp_path))) == "Thư mục"
