"""**Cài đặt**: every declared setting can be changed, unless policy says otherwise and says why."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton

from console.config.layers import load
from console.config.settings import Loaded, UiSettings
from console.services.desk import Desk
from console.services.runtime.settings_file import SettingsKeeper
from console.ui.pages.settings.field import SettingField
from console.ui.pages.settings.page import SettingsPage
from console.ui.pages.settings.presenter import SettingsPresenter
from console.ui.runtime import tasks
from tests.ui.waiting import in_front, until

SITE = """[telephony]
host = "10.9.9.9"
[policy]
locked = ["telephony.host", "mail"]
"""


@pytest.fixture
async def page(desk: Desk, tmp_path: Path) -> AsyncIterator[SettingsPage]:
    (tmp_path / "etc.toml").write_text(SITE, "utf-8")
    (tmp_path / "config.toml").write_text("# của phòng trực\n[seat]\nextension = '101'\n", "utf-8")
    environ = {"CONSOLE1022_MAP__ZOOM": "15"}

    def read() -> Loaded:
        return load(tmp_path, environ=environ, site_file=tmp_path / "etc.toml")

    made = SettingsPage(SettingsPresenter(desk, SettingsKeeper(read(), read)), UiSettings())
    made.resize(1200, 700)
    made.show()
    await in_front(made)
    yield made
    await tasks.settle()
    made.close()
    made.deleteLater()


def field(page: SettingsPage, key: str) -> SettingField:
    page.show_section(key.partition(".")[0])
    return page.fields[key]


def type_into(page: SettingsPage, key: str, text: str) -> SettingField:
    found = field(page, key)
    assert isinstance(found.editor, QLineEdit)
    found.editor.selectAll()
    QTest.keyClicks(found.editor, text)
    return found


async def test_every_declared_setting_is_on_the_page_and_fixed_ones_say_why(
    page: SettingsPage, tmp_path: Path
) -> None:
    free = set()
    for line in page.presenter.loaded.lines:
        found = field(page, line.key)
        if found.editor.isEnabled():
            free.add(line.key)
        else:
            assert found.fixed in found.caption.text()
            assert found.editor.accessibleDescription() == found.fixed
    declared = {line.key for line in page.presenter.loaded.lines}
    mail = {key for key in declared if key.startswith("mail.")}
    assert len(mail) > 8
    assert declared - free == mail | {"telephony.host", "policy.locked", "map.zoom"}
    lock = f"Quản trị đã khóa trong {tmp_path / 'etc.toml'}"
    assert page.fields["telephony.host"].fixed == page.fields["mail.imap_port"].fixed == lock
    assert page.fields["map.zoom"].fixed.startswith("CONSOLE1022_MAP__ZOOM đang quyết định")


async def test_a_change_is_written_and_what_needs_a_restart_is_said(
    page: SettingsPage, desk: Desk, tmp_path: Path
) -> None:
    type_into(page, "telephony.port", "6001")
    box = field(page, "telephony.tls").editor
    assert isinstance(box, QCheckBox)
    box.setChecked(True)
    combo = field(page, "ui.theme").editor
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData("night"))
    assert page.said.text() == "3 mục đã sửa, chưa lưu"
    QTest.keyClick(page.list, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.said.text().startswith("Đã lưu"), "the file")
    assert page.said.text().endswith("2 mục có hiệu lực sau khi khởi động lại chương trình.")
    assert (tmp_path / "config.toml").read_text("utf-8") == (
        "# của phòng trực\n[seat]\nextension = '101'\n"
        '\n[telephony]\nport = 6001\ntls = true\n\n[ui]\ntheme = "night"\n'
    )
    trail = await desk.ask(lambda q: q.audit_trail())
    assert {e.subject for e in trail if e.act == "setting_changed"} == {
        "telephony.port",
        "telephony.tls",
        "ui.theme",
    }
    assert not page.changes


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("telephony.port", "70000", "Phải là một số, 1 đến 65.535."),
        ("telephony.port", "muoi", "Phải là một số, 1 đến 65.535."),
        ("seat.console_code", "abc", "Không đúng dạng; đúng thì như “001”."),
        ("map.center", "10,x", "Phải là các số cách nhau bằng dấu phẩy."),
        ("telephony.secret_file", "/khong/co", "Không đọc được tệp mật /khong/co."),
    ],
)
async def test_what_cannot_be_is_said_at_the_field_and_nothing_is_written(
    page: SettingsPage, tmp_path: Path, key: str, typed: str, said: str
) -> None:
    before = (tmp_path / "config.toml").read_text("utf-8")
    found = type_into(page, key, typed)
    assert found.problem.text().startswith(said)
    assert found.problem.isVisible()
    assert found.editor.accessibleDescription() == found.problem.text()
    page.show_section("mine")
    page.save()
    await tasks.settle()
    assert found.isVisible()
    assert (tmp_path / "config.toml").read_text("utf-8") == before


async def test_a_secret_that_others_may_read_is_refused_with_the_cure(
    page: SettingsPage, tmp_path: Path
) -> None:
    secret = tmp_path / "pbx.key"
    secret.write_text("x", "utf-8")
    secret.chmod(0o644)
    found = type_into(page, "telephony.secret_file", str(secret))
    assert f"chmod 600 {secret}" in found.problem.text()
    secret.chmod(0o600)
    assert found.check()


async def test_what_was_typed_elsewhere_stays_when_one_setting_goes_back(
    page: SettingsPage, tmp_path: Path
) -> None:
    type_into(page, "telephony.port", "6001")
    (own,) = [
        b for b in field(page, "seat.extension").findChildren(QPushButton) if b.text() == "Bỏ đặt"
    ]
    own.click()
    await until(lambda: "extension" not in (tmp_path / "config.toml").read_text("utf-8"), "it")
    await tasks.settle()
    assert page.changes == {"telephony.port": 6001}
    page.drop()
    assert not page.changes


def _has_modems(page: SettingsPage, many: int) -> bool:
    return len(page.presenter.loaded.settings.sms) == many


async def test_modems_come_and_go(page: SettingsPage) -> None:
    page.show_section("sms")
    for many in (1, 2):
        (add,) = [b for b in page.findChildren(QPushButton) if b.text() == "Thêm modem"]
        add.click()
        await until(partial(_has_modems, page, many), "a modem")
        await tasks.settle()
    type_into(page, "sms.1.device", "/dev/gsm1022")
    page.save()
    await until(lambda: not page.changes and page.fields, "it is saved")
    assert page.presenter.loaded.settings.sms[1].device == "/dev/gsm1022"
    remove = [b for b in page.findChildren(QPushButton) if b.text() == "Bỏ modem"]
    remove[0].click()
    await until(partial(_has_modems, page, 1), "one modem")
    assert page.presenter.loaded.settings.sms[0].device == "/dev/gsm1022"


async def test_a_setting_is_found_by_its_words_without_marks(page: SettingsPage) -> None:
    QTest.keyClicks(page.search, "am luong")
    assert [page.list.item(n).text() for n in range(page.list.count())] == [
        "Âm thanh · Âm lượng chuông"
    ]
    page.list.setCurrentRow(0)
    assert page.fields["audio.ring_volume"].isVisible()


async def test_a_short_section_does_not_scroll_because_another_one_is_long(
    page: SettingsPage,
) -> None:
    page.resize(1000, 400)
    bar = page._frame.verticalScrollBar()
    page.show_section("telephony")
    await until(lambda: bar.maximum() > 0, "a long section to scroll")
    page.show_section("media")
    await until(lambda: bar.maximum() == 0, "a short one not to")
