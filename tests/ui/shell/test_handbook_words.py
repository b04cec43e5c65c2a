"""The handbook tells the truth: every key is the program's, every word in bold stands in the
window, every picture and link is there, and the site lists the same pages.
"""

import re
from itertools import chain
from pathlib import Path

import pytest

from console.services.reports import words as report_words
from console.services.wording import labels as said
from console.ui import actions
from console.ui.shell.learning import handbook_pages as pages

ROOT = pages.BOOKS.parent
FILES = sorted(pages.FOLDER.rglob("*.md"))
CODE = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"\*\*(.+?)\*\*")
NAMED = re.compile(r"\*\*([^*]+)\*\* \(`([^`]+)`\)")
ROW = re.compile(r"\| `([^`]+)` \|.*?\*\*([^*]+)\*\*|\| \*\*([^*]+)\*\* \| `([^`]+)` \|")
LINK = re.compile(r"!?\[[^]]*\]\(([^)#]+)\)")
NAV = re.compile(r"- (so-tay/\S+\.md)")
LOCAL_KEYS = {"Enter", "Esc", "Tab", "Backspace", "Ctrl", "Ctrl+Enter", "Ctrl+Tab"}
"""Keys of every small window, list and text field; they stand in no table."""
DIALOG_KEYS = {
    ("Xem tin", "Enter"),
    ("Đổi thời hạn…", "Ctrl+G"),
    ("Thôi chặn", "Ctrl+U"),
    ("Chặn thêm người…", "Ctrl+I"),
    ("Chuyển máy", "Enter"),
    ("Hỏi trước", "Ctrl+Enter"),
    ("Ra thông báo", "Ctrl+Enter"),
    ("Lưu phiếu", "Ctrl+S"),
    ("Xử lý…", "Enter"),
}
"""A small window's own buttons and their keys."""
SHORT = {"Gộp vào…": "Gộp vào", "Sẵn sàng": "Tạm nghỉ / Sẵn sàng", "In": "In báo cáo"}
"""What a button of the page says where the table of commands says more, or less."""
OTHER = {"đậm"}


def _keys(text: str) -> set[str]:
    found = {
        span
        for span in CODE.findall(text)
        if re.fullmatch(r"(?:\w+\+)?(F\d+|[A-Z0-9]|[A-Z][a-z]+)", span)
    }
    return {key for key in found if key not in LOCAL_KEYS}


def _templates() -> tuple[set[str], list[re.Pattern[str]]]:
    """What the window says: as it stands, and with something put in."""
    table = ROOT / "resources" / "translations" / "en.tsv"
    shown = {line.split("\t", 1)[0] for line in table.read_text("utf-8").splitlines()}
    shown |= {spec.text for spec in actions.SPECS} | {word for _, word in actions.PAGES}
    closed = (table for name, table in vars(said).items() if name.isupper())
    shown |= {pair[0] for pair in chain.from_iterable(each.values() for each in closed)}
    shown |= {pair[0] for pair in report_words.TITLES.values()}
    filled = [
        re.compile(re.sub(r"\\\{\w*\\\}|%n", ".+", re.escape(text)))
        for text in shown
        if re.search(r"\{\w*\}|%n", text)
    ]
    return shown, filled


SHOWN, FILLED = _templates()


def _is_shown(label: str) -> bool:
    if label in SHOWN or label in OTHER:
        return True
    starts = any(
        text.startswith((f"{label}.", f"{label},", f"{label}:", f"{label} ")) for text in SHOWN
    )
    return starts or any(each.fullmatch(label) for each in FILLED)


def _id(file: Path) -> str:
    return file.relative_to(pages.FOLDER).as_posix()


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_every_key_is_one_of_the_program(file: Path) -> None:
    known = {actions.key(spec.id) for spec in actions.SPECS} | {key for _, key in DIALOG_KEYS}
    assert _keys(file.read_text("utf-8")) - known == set()


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_a_command_named_with_its_key_has_that_key(file: Path) -> None:
    text = file.read_text("utf-8")
    rows = [(m[2], m[1]) if m[1] else (m[3], m[4]) for m in ROW.finditer(text)]
    known = {(actions.word(spec.id), actions.key(spec.id)) for spec in actions.SPECS}
    wrong = {
        (label, key)
        for label, key in (*NAMED.findall(text), *rows)
        if (SHORT.get(label, label), key) not in known and (label, key) not in DIALOG_KEYS
        if (label, key) not in known
    }
    assert wrong == set()


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_every_word_in_bold_stands_in_the_window(file: Path) -> None:
    labels = {label.rstrip(".,:") for label in BOLD.findall(file.read_text("utf-8"))}
    assert {label for label in labels if not _is_shown(label)} == set()


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_every_picture_and_page_that_it_names_is_there(file: Path) -> None:
    links = LINK.findall(file.read_text("utf-8"))
    assert [link for link in links if not (file.parent / link).resolve().exists()] == []


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_every_page_has_a_picture_of_the_window(file: Path) -> None:
    assert "../pictures/" in file.read_text("utf-8")


def test_no_picture_of_the_handbook_is_left_over() -> None:
    folder = pages.BOOKS / "pictures" / "so-tay"
    texts = "".join(file.read_text("utf-8") for file in FILES)
    assert [each.name for each in folder.iterdir() if each.name not in texts] == []


def test_contents_site_and_folder_have_the_same_pages_in_one_order() -> None:
    listed = [entry.path for chapter in pages.chapters() for entry in chapter.entries]
    site = NAV.findall((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert [f"so-tay/{path}" for path in (pages.INDEX, *listed)] == site
    assert sorted((pages.INDEX, *listed)) == sorted(map(_id, FILES))


def test_each_entry_of_the_contents_has_the_title_of_its_page() -> None:
    for chapter in pages.chapters():
        for entry in chapter.entries:
            assert pages.text_of(entry.path).splitlines()[0] == f"# {entry.title}"
