"""Theme, text size, dividers and keys belong to the person, not to the seat."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter

from console.config.settings import AudioSettings, PolicySettings, Settings
from console.services.desk import Desk
from console.services.ports.preferences import Preferences, from_text
from console.ui import actions
from console.ui.runtime import tasks
from console.ui.shell.learning.key_sheet import KeySheet
from console.ui.shell.preferences import PersonalPreferences
from console.ui.theme import themes
from tests.ui.city import person
from tests.ui.waiting import until
from tests.ui.window import Room, close_room, dialog_of, open_room


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    actions.remap({})
    themes.apply(qapp, "light")


async def kept(desk: Desk) -> Preferences:
    await tasks.settle()
    user = desk.actor.user
    return await desk.ask(lambda q: q.preferences(user))


async def test_a_look_is_kept_and_another_person_does_not_get_it(room: Room) -> None:
    room.window.goto_page("settings")
    room.window.personal.choose_look("night", 125)
    assert (await kept(room.desk)).theme == "night"
    desk = room.desk
    await close_room(room)
    again = await open_room(desk)
    await until(lambda: themes.current().name == "night", "his theme")
    assert themes.points() == pytest.approx(12.5)
    desk.seat(person(desk, "supervisor"))
    await again.window.personal.load()
    assert themes.points() == pytest.approx(10)


async def test_what_the_administrator_locked_stays(room: Room) -> None:
    settings = replace(Settings(), policy=PolicySettings(locked=("ui.theme",)))
    worn: list[tuple[str, int]] = []
    liked = Preferences(theme="night", font_percent=150)
    user = room.desk.actor.user
    await room.desk.store.write(lambda uow: uow.save_preferences(user, liked))
    held = PersonalPreferences(
        room.desk, settings, lambda name, size: worn.append((name, size)), room.window
    )
    await held.load()
    assert worn == [(settings.ui.theme, 150)]


async def test_sounds_are_his_and_stay(room: Room) -> None:
    ringing, user = room.window.ringing, room.desk.actor.user
    seat = ringing.settings
    chosen = replace(seat, ring_device="Loa để bàn", headset_out="Tai nghe", ring_volume=35)
    room.window.personal.choose_sound(chosen)
    assert ringing.settings == chosen
    assert (await kept(room.desk)).sound["headset_out"] == "Tai nghe"
    # The seat's settings change: the personal choice stays.
    ringing.remember(replace(seat, ring_volume=90))
    assert ringing.settings.ring_volume == 35
    room.desk.seat(person(room.desk, "supervisor"))
    await room.window.personal.load()
    assert ringing.settings == replace(seat, ring_volume=90)
    room.desk.seat(person(room.desk, user))
    await room.window.personal.load()
    assert (ringing.settings.ring_device, ringing.settings.ring_volume) == ("Loa để bàn", 35)


async def test_a_locked_sound_stays_the_seat_s(room: Room) -> None:
    settings = replace(Settings(), policy=PolicySettings(locked=("audio.ring_device",)))
    held = PersonalPreferences(room.desk, settings, lambda _name, _size: None, room.window)
    told: list[dict[str, object]] = []
    held.sound_liked.connect(told.append)
    held.choose_sound(AudioSettings(ring_device="x", ring_volume=10))
    assert told == [{"headset_in": "", "headset_out": "", "ring_volume": 10}]


async def test_a_divider_stays_where_he_moved_it(room: Room) -> None:
    room.window.goto_page("queue")
    await tasks.settle()
    split = room.window.page("queue").findChildren(QSplitter)[0]
    half = split.width() // 2
    split.moveSplitter(half, 1)
    left = split.sizes()[0]
    assert (await kept(room.desk)).sides["queue.0"][0] == left * 1000 // sum(split.sizes())
    desk = room.desk
    await close_room(room)
    again = await open_room(desk)
    await again.window.personal.load()
    again.window.goto_page("queue")
    other = again.window.page("queue").findChildren(QSplitter)[0]
    await until(lambda: abs(other.sizes()[0] - left) <= 2, "the divider")


async def test_a_key_is_changed_by_key_and_everything_shows_it(room: Room) -> None:
    QTest.keyClick(room.window, Qt.Key.Key_F1)
    sheet = await dialog_of(room, KeySheet)
    sheet.command.setCurrentIndex(sheet.command.findData("window.palette"))
    sheet.wanted.setKeySequence(QKeySequence("F9"))
    sheet._take()
    assert sheet.said.text() == "Phím này đang dùng cho “Nghe máy”."
    sheet.wanted.setKeySequence(QKeySequence("Ctrl+R"))
    sheet._take()
    assert sheet.said.text() == "Tìm lệnh, phản ánh: Ctrl+R"
    assert room.window.commands["window.palette"].shortcut() == QKeySequence("Ctrl+R")
    assert (await kept(room.desk)).keys == {"window.palette": "Ctrl+R"}
    sheet.command.setCurrentIndex(sheet.command.findData("form.new"))
    sheet.wanted.setKeySequence(QKeySequence("Alt+N"))
    sheet._take()
    assert room.window.page("intake").deck.new_button.hint == "Alt+N"  # type: ignore[attr-defined]
    sheet._take_own()
    assert actions.key("form.new") == "Ctrl+N"
    assert (await kept(room.desk)).keys == {"window.palette": "Ctrl+R"}
    assert actions.clashes() == ()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("A", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("F", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("Shift+A", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("Num+5", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("Tab", "Dùng F1-F12 hoặc Ctrl, Alt cùng một phím."),
        ("Ctrl+Shift+A", "Bộ gõ tiếng Việt dùng phím này."),
        ("Ctrl+Space", "Bộ gõ tiếng Việt dùng phím này."),
        ("Ctrl+G", "Phím này đang dùng cho “Gia hạn”."),
        ("Ctrl+V", "Ô chữ dùng phím này."),
        ("Ctrl+Left", "Ô chữ dùng phím này."),
    ],
)
def test_keys_that_cannot_be(key: str, sentence: str) -> None:
    assert actions.trouble("call.answer", key) == sentence
    assert actions.remap({"call.answer": key}) == {}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"theme": "pink", "font_percent": "9", "sides": {"a": [-1]}, "keys": [1]}'],
)
def test_what_another_version_wrote_is_no_trouble(text: str) -> None:
    assert from_text(text) == Preferences()
    odd = '{"sound": {"ring_volume": 900, "ring_device": 5, "headset_out": "Tai nghe", "x": "y"}}'
    assert from_text(odd).sound == {"headset_out": "Tai nghe"}


def test_they_come_back_as_they_were() -> None:
    liked = Preferences("night", 150, {"queue.0": (700, 300)}, {"form.new": "F3"})
    liked = replace(liked, sound={"ring_device": "Loa", "ring_volume": 0})
    assert from_text(liked.to_text()) == liked


async def test_the_key_of_one_page_is_changed_there_only(room: Room) -> None:
    window = room.window
    for name in ("queue", "inbox"):
        window.goto_page(name)
    await tasks.settle()
    queue, inbox = window.page("queue"), window.page("inbox")
    assert actions.trouble("queue.accept", "Ctrl+I") == ""  # the inbox has that key: another page
    assert actions.trouble("queue.accept", "Ctrl+D") == "Phím này đang dùng cho “Báo xong”."
    window.personal.set_key("queue.accept", "Alt+A")
    assert queue.buttons["accept"].hint == "Alt+A"  # type: ignore[attr-defined]
    assert inbox.buttons["make"].hint == "Ctrl+Enter"  # type: ignore[attr-defined]
    assert [
        a.shortcut() for a in window.findChildren(QAction) if a.objectName() == "queue.accept"
    ] == [QKeySequence("Alt+A")]
    assert (await kept(room.desk)).keys == {"queue.accept": "Alt+A"}
    assert actions.clashes() == ()
