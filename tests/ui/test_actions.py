"""Commands as data: no duplicate key, and none that an input method uses."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.ui import actions
from tests.ui.waiting import until


def test_no_key_answers_twice() -> None:
    assert actions.clashes() == ()


def test_keys_are_real_and_safe() -> None:
    for spec in actions.SPECS:
        if not spec.key:
            continue
        sequence = QKeySequence(spec.key)
        assert sequence.count() == 1, spec
        assert sequence.toString(QKeySequence.SequenceFormat.PortableText) == spec.key
        parts = spec.key.split("+")
        assert "Shift" not in parts or "Ctrl" not in parts, "input methods toggle with Ctrl+Shift"
        assert spec.key not in ("Ctrl+Space", "Alt+Z")
        typed = not {"Ctrl", "Alt"} & set(parts) and not spec.key[1:].isdigit()
        assert not typed, "no key that types a letter"


def test_ids_are_unique_and_pages_are_known() -> None:
    ids = [s.id for s in actions.SPECS]
    assert len(ids) == len(set(ids))
    pages = {name for name, _ in actions.PAGES} | {actions.EVERYWHERE}
    assert {s.scope for s in actions.SPECS} <= pages


def test_the_contract_s_keys() -> None:
    keys = {
        "call.answer": "F9",
        "call.hold": "F6",
        "call.transfer": "F7",
        "call.hangup": "F10",
        "form.save": "Ctrl+S",
        "form.new": "Ctrl+N",
        "page.intake": "Ctrl+1",
        "page.settings": "Ctrl+8",
    }
    assert {name: actions.key(name) for name in keys} == keys
    words = [word for _, word in actions.PAGES]
    assert words == [
        "Tiếp nhận",
        "Hộp thư",
        "Hàng đợi",
        "Gọi lại",
        "Bản đồ",
        "Giám sát",
        "Báo cáo",
        "Cài đặt",
        "Nhật ký",
    ]


def test_every_key_of_a_page_stands_in_the_table() -> None:
    """Otherwise it is missing on the key sheet, and another command may get the same key."""
    literal = re.compile(r'"(?:Ctrl|Alt)\+[A-Z0-9]"')
    ui = Path(actions.__file__).parent
    dialogs = {
        "blocked_senders.py",
        "call_scores.py",
        "preview.py",
    }  # windows with keys of their own
    files = [f for f in ui.rglob("*.py") if f.name not in {"actions.py", *dialogs}]
    assert not [file.name for file in files if literal.search(file.read_text("utf-8"))]
    printed = {spec.scope for spec in actions.SPECS if spec.key == "Ctrl+P"}
    assert printed == {"inbox", "queue", "callbacks", "reports"}


DESTRUCTIVE = ("call.hangup", "window.undo", "queue.accept", "inbox.spam", "callbacks.close")
"""Commands that act at once on the call or row in front, without a dialog."""


@pytest.mark.parametrize("name", DESTRUCTIVE)
async def test_a_second_press_within_a_second_is_the_same_press(
    name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("console.ui.actions.time.monotonic", lambda: now[0])
    pressed: list[float] = []
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    owner.activateWindow()
    owner.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    owner.setFocus()
    await until(owner.hasFocus, "the keyboard")
    actions.bind(owner, name, lambda: pressed.append(now[0]))
    key = QKeySequence(actions.sequence(name))[0]  # type: ignore[index]
    for at in (100.0, 100.3, 100.99, 101.0, 101.5, 102.4):
        now[0] = at
        QTest.keyClick(owner, key.key(), key.keyboardModifiers())
    assert pressed == [100.0, 101.0, 102.4]
    assert actions.spec(name).once


def test_only_those_are_guarded() -> None:
    assert {spec.id for spec in actions.SPECS if spec.once} == set(DESTRUCTIVE)
