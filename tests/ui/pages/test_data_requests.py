"""The register of requests about personal data on Giám sát: recorded and handled by keys;
supervisors only.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.services.desk import Desk
from console.services.views.audit import AuditFilter
from console.ui.pages.supervision.data_request_dialogs import (
    DataRequestDialog,
    NewDataRequestDialog,
)
from tests.conftest import StoppedClock
from tests.ui.pages.test_supervision import page_of
from tests.ui.waiting import until
from tests.ui.window import dialog_of, open_room


async def test_a_wish_is_taken_down_and_done_by_keys(desk: Desk, clock: StoppedClock) -> None:
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.wishes.entry.setFocus()
    QTest.keyClick(page.wishes.entry, Qt.Key.Key_Space)
    assert page.side.currentWidget() is page.wishes
    assert page.wishes.table.hasFocus()
    assert not page.wishes.open_button.isEnabled()
    page.wishes.take_button.setFocus()
    QTest.keyClick(page.wishes.take_button, Qt.Key.Key_Space)
    form = await dialog_of(room, NewDataRequestDialog)
    QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.problem_text
    form.person.setText("Lan")
    QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "“Lan” không phải" in form.problem_text
    form.kind.setCurrentIndex(form.kind.findData("delete"))
    form.person.setText("0903 123 456, lan@example.vn")
    form.name.setText("Lan")
    form.text.setPlainText("xin xóa tên tôi")
    QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.wishes.entry.label.endswith("1"), "the count")
    (wish,) = page.wishes.model.rows
    assert (wish.said.wish, wish.said.name, wish.person.keys) == (
        "delete", "Lan", ("+84903123456", "lan@example.vn"),
    )  # fmt: skip

    page.wishes.table.setFocus()
    QTest.keyClick(page.wishes.table, Qt.Key.Key_Return)
    dialog = await dialog_of(room, DataRequestDialog)
    assert dialog.who.text() == "••• ••• 456, •••@•••"
    dialog.show_button.click()
    await until(lambda: "0903 123 456" in dialog.who.text(), "the number")
    (shown,) = await desk.ask(lambda q: q.audit_lines(AuditFilter(act="number_shown")))
    assert shown.actor == "supervisor"
    assert [dialog.step.itemData(n) for n in range(dialog.step.count())] == [
        "answer", "done", "extend", "refuse",
    ]  # fmt: skip
    dialog.step.setCurrentIndex(dialog.step.findData("refuse"))
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: "lý do" in dialog.problem_text, "why not")
    dialog.step.setCurrentIndex(dialog.step.findData("answer"))
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.wishes.model.rows[0].answered_at is not None, "the answer")

    clock.forward(days=60)
    page.tick(clock().replace(second=0))
    await until(lambda: page.wishes.entry.label.endswith("1, trễ 1"), "the late one")
    page.wishes.open_wish()
    late = await dialog_of(room, DataRequestDialog)
    assert late.step.findData("answer") == -1
    late.step.setCurrentIndex(late.step.findData("done"))
    QTest.keyClick(late, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.wishes.entry.label.endswith("0"), "nothing owed")
    page.wishes.open_wish()
    over = await dialog_of(room, DataRequestDialog)
    assert not over.verb.isVisible()
    page.wishes.back_button.click()
    assert page.table.isVisible()


async def test_who_does_not_lead_has_no_register(desk: Desk) -> None:
    room = await open_room(desk, "auditor")
    page = await page_of(room)
    assert not page.wishes.entry.isVisible()
    assert page.wishes.model.rows == ()
