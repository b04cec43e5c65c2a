"""Every command of the window as data: id, name, key, scope. Buttons, menus, the palette and the
key sheet are all made from this one table.

No key is a single letter (chatwoot#2847 lost text that way), and none uses Ctrl+Shift, Ctrl+Space
or Alt+Z: Vietnamese input methods toggle with those.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

EVERYWHERE = "everywhere"
_ONCE_S = 1.0
_EDITING = frozenset(f"Ctrl+{letter}" for letter in "ACVXZY") | frozenset(
    f"Ctrl+{key}" for key in ("Left", "Right", "Home", "End", "Backspace", "Del", "Ins")
)
"""Keys that every text field has."""
_ALONE = re.compile(r"(Shift\+)?F\d+")
"""Keys that type nothing, so they need neither Ctrl nor Alt."""

PAGES: tuple[tuple[str, str], ...] = (
    ("intake", "Tiếp nhận"),
    ("inbox", "Hộp thư"),
    ("queue", "Hàng đợi"),
    ("callbacks", "Gọi lại"),
    ("map", "Bản đồ"),
    ("wallboard", "Giám sát"),
    ("reports", "Báo cáo"),
    ("settings", "Cài đặt"),
    ("audit", "Nhật ký"),
)
"""Pages in the order of their keys: name and title."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One command.

    Attributes:
        scope: a page's name, or `everywhere`.
        key: as Qt writes it, portable; "" for a command without one.
        once: a second press within a second is ignored: what was meant is gone by then, and the
            second press would hit the next call or row.
    """

    id: str
    text: str
    key: str
    scope: str = EVERYWHERE
    once: bool = False


SPECS: tuple[ActionSpec, ...] = (
    *(
        ActionSpec(f"page.{name}", word, f"Ctrl+{place}")
        for place, (name, word) in enumerate(PAGES, 1)
    ),
    ActionSpec("call.answer", "Nghe máy", "F9"),
    ActionSpec("call.hold", "Giữ máy", "F6"),
    ActionSpec("call.transfer", "Chuyển máy", "F7"),
    ActionSpec("call.hangup", "Kết thúc", "F10", once=True),
    ActionSpec("call.pause", "Tạm nghỉ / Sẵn sàng", "F8"),
    ActionSpec("call.mute", "Ngưng / ghi âm tiếp", "F4"),
    ActionSpec("call.keypad", "Bàn phím số", "F5"),
    ActionSpec("form.new", "Phiếu mới", "Ctrl+N"),
    ActionSpec("form.save", "Lưu phản ánh", "Ctrl+S", "intake"),
    ActionSpec("form.join", "Gộp vào", "Ctrl+M", "intake"),
    ActionSpec("form.answer", "Chỉ giải đáp", "Ctrl+D", "intake"),
    ActionSpec("form.next", "Phiếu kế tiếp", "Ctrl+Tab", "intake"),
    ActionSpec("window.palette", "Tìm lệnh, phản ánh", "Ctrl+K"),
    ActionSpec("window.keys", "Phím tắt và trợ giúp", "F1"),
    ActionSpec("window.handbook", "Sổ tay", ""),
    ActionSpec("window.notices", "Thông báo đã hiện", "F2"),
    ActionSpec("window.undo", "Hoàn tác bước vừa làm", "F3", once=True),
    ActionSpec("window.handover", "Bàn giao máy", "F12"),
    ActionSpec("window.lock", "Khóa máy", "Ctrl+F12"),
    ActionSpec("window.room", "Tổng đài: người chờ, tổng đài viên, nghe cùng", ""),
    ActionSpec("window.shift", "Ca trực: vào ca, bàn giao, nhận ca", ""),
    ActionSpec("window.blocked", "Người gửi bị chặn (ca trưởng)", "Ctrl+F2"),
    ActionSpec("window.tour", "Hướng dẫn nhanh", ""),
    ActionSpec("window.sound", "Âm thanh: loa chuông, micrô", ""),
    ActionSpec("window.backup", "Sao lưu hồ sơ của máy vào tệp…", ""),
    ActionSpec("window.data", "Nhập dữ liệu, dựng lại các bảng", ""),
    ActionSpec("window.map", "Bản đồ sang màn hình khác / về cửa sổ", "Ctrl+F11"),
    ActionSpec("window.theme", "Đổi giao diện sáng / tối", ""),
    ActionSpec("queue.accept", "Nhận", "Ctrl+Return", "queue", once=True),
    ActionSpec("queue.refuse", "Trả lại", "Ctrl+B", "queue"),
    ActionSpec("queue.extend", "Gia hạn", "Ctrl+G", "queue"),
    ActionSpec("queue.report", "Báo xong", "Ctrl+D", "queue"),
    ActionSpec("queue.reopen", "Mở lại", "Ctrl+O", "queue"),
    ActionSpec("queue.forward", "Chuyển", "Ctrl+E", "queue"),
    ActionSpec("queue.more", "Bước khác", "Ctrl+M", "queue"),
    ActionSpec("queue.search", "Tìm trong hàng đợi", "Ctrl+F", "queue"),
    ActionSpec("queue.print", "In, xuất", "Ctrl+P", "queue"),
    ActionSpec("inbox.make", "Lập phản ánh", "Ctrl+Return", "inbox"),
    ActionSpec("inbox.join", "Gộp vào…", "Ctrl+M", "inbox"),
    ActionSpec("inbox.ask", "Hỏi thêm", "Ctrl+H", "inbox"),
    ActionSpec("inbox.reject", "Từ chối", "Ctrl+B", "inbox"),
    ActionSpec("inbox.spam", "Tin rác", "Ctrl+J", "inbox", once=True),
    ActionSpec("inbox.restore", "Đưa lại hộp thư", "Ctrl+U", "inbox"),
    ActionSpec("inbox.keep", "Nhập tay", "Ctrl+I", "inbox"),
    ActionSpec("inbox.print", "In, xuất", "Ctrl+P", "inbox"),
    ActionSpec("callbacks.dial", "Gọi", "Ctrl+Return", "callbacks"),
    ActionSpec("callbacks.told", "Đã báo dân", "Ctrl+D", "callbacks"),
    ActionSpec("callbacks.missed", "Không liên lạc được", "Ctrl+L", "callbacks"),
    ActionSpec("callbacks.close", "Đóng", "Ctrl+E", "callbacks", once=True),
    ActionSpec("callbacks.print", "In, xuất", "Ctrl+P", "callbacks"),
    ActionSpec("reports.print", "In báo cáo", "Ctrl+P", "reports"),
    ActionSpec("settings.save", "Lưu cài đặt", "Ctrl+S", "settings"),
    ActionSpec("inbox.notice", "Trả lời theo thông báo", "Ctrl+T", "inbox"),
    ActionSpec("map.notice", "Thông báo mới", "Ctrl+T", "map"),
    ActionSpec("wallboard.screens", "Toàn màn hình", "F11", "wallboard"),
)
"""All commands. A key may serve two pages, never one page and `everywhere`."""

_BY_ID = {spec.id: spec for spec in SPECS}


class _Own:
    """The person's own keys where they differ from the table; one set for the process."""

    keys: Mapping[str, str] = {}


def sequence(action_id: str) -> str:
    """The key in force for the command, as Qt writes it; "" if it has none."""
    return _Own.keys.get(action_id, _BY_ID[action_id].key)


def remap(keys: Mapping[str, str]) -> dict[str, str]:
    """Replace keys of the table with these; a key that is not possible is left out.

    Returns: The commands whose key changed, each with its old key as people read it.
    """
    before = {spec.id: key(spec.id) for spec in SPECS}
    _Own.keys = {}
    for name, wanted in keys.items():
        if name in _BY_ID and not trouble(name, wanted):
            _Own.keys = {**_Own.keys, name: wanted}
    return {name: had for name, had in before.items() if key(name) != had}


def trouble(action_id: str, wanted: str) -> str:
    """A sentence that says why the command cannot have this key; "" if it can."""
    parts = wanted.split("+")
    types = not {"Ctrl", "Alt", "Meta"} & set(parts[:-1]) and not _ALONE.fullmatch(wanted)
    if QKeySequence(wanted).count() != 1 or types:
        return QCoreApplication.translate("actions", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím.")
    if {"Ctrl", "Shift"} <= set(parts) or wanted in ("Ctrl+Space", "Alt+Z"):
        return QCoreApplication.translate("actions", "Bộ gõ tiếng Việt dùng phím này.")
    if wanted in _EDITING:
        return QCoreApplication.translate("actions", "Ô chữ dùng phím này.")
    mine = _BY_ID[action_id].scope
    for other in SPECS:
        meets = other.scope == mine or EVERYWHERE in (mine, other.scope)
        if other.id != action_id and meets and sequence(other.id) == wanted:
            said = QCoreApplication.translate("actions", "Phím này đang dùng cho “{0}”.")
            return said.format(word(other.id))
    return ""


def spec(action_id: str) -> ActionSpec:
    """The command with this id."""
    return _BY_ID[action_id]


def word(action_id: str) -> str:
    """The command's name in the language of the window."""
    return QCoreApplication.translate("actions", _BY_ID[action_id].text)


def key(action_id: str) -> str:
    """Its key as people read it: `Ctrl+S`, `Ctrl+Enter`; "" if it has none."""
    return sequence(action_id).replace("Return", "Enter")


def page_word(name: str) -> str:
    """`Hàng đợi` for `queue`."""
    return QCoreApplication.translate("actions", dict(PAGES)[name])


def bind(owner: QWidget, action_id: str, handler: Callable[[], None]) -> QAction:
    """Make the command's key call `handler`.

    An `everywhere` command answers in every window of the program that is not blocked, so that a
    call can be taken while a dialog is open; a page's command only inside `owner`.
    """
    found = _BY_ID[action_id]
    action = QAction(word(action_id), owner)
    action.setObjectName(action_id)
    if shown := sequence(action_id):
        action.setShortcut(QKeySequence(shown))
    everywhere = found.scope == EVERYWHERE
    action.setShortcutContext(
        Qt.ShortcutContext.ApplicationShortcut
        if everywhere
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setAutoRepeat(False)
    act = first_press(handler) if found.once else handler
    action.triggered.connect(lambda _checked=False: act())
    owner.addAction(action)
    return action


def first_press(handler: Callable[[], None]) -> Callable[[], None]:
    """The handler; it ignores presses for a second after each one it takes."""
    last = -_ONCE_S

    def act() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _ONCE_S:
            last = now
            handler()

    return act


def clashes() -> tuple[tuple[str, str], ...]:
    """Pairs of commands that would react to the same key in the same place. A test checks that
    there are none.
    """
    found = []
    for place, one in enumerate(SPECS):
        for other in SPECS[place + 1 :]:
            same_place = one.scope == other.scope or EVERYWHERE in (one.scope, other.scope)
            if one.key and one.key == other.key and same_place:
                found.append((one.id, other.id))
    return tuple(found)
