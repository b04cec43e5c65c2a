"""**Sửa phản ánh**: the service's answers (a plate, a stop, a lamp's number) are corrected in the
same dialog, by keys, on a real store.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from console.domain.requests.events import FieldsChanged
from console.domain.requests.request import Request
from console.services.desk import Desk
from console.ui.request.conflict_card import ConflictCard
from console.ui.request.dialogs.edit import EditDialog
from console.ui.request.paper import request_paper
from console.ui.request.window import RequestWindow
from console.ui.widgets.fields.typed_text import TypedLine
from tests.ui.request.opened import change, from_afar, logged, opened, texts
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room

CTRL = Qt.KeyboardModifier.ControlModifier
BUS = (("route", "33"), ("plate", "51B-123.45"), ("time", "7 giờ"))


def shown(window: RequestWindow) -> Request:
    assert window.pane.detail is not None
    return window.pane.detail.request


def answers(window: RequestWindow) -> dict[str, str]:
    return dict(shown(window).attributes)


def submit(dialog: EditDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


async def editing(desk: Desk, **fields: object) -> tuple[Room, RequestWindow, EditDialog]:
    """A request's window with **Sửa phản ánh**, opened from its menu by keys."""
    request_id = await logged(desk, agency=None, **fields)
    room = await open_room(desk)
    window = await opened(room, request_id)
    QTest.keyClick(window, Qt.Key.Key_M, CTRL)
    await until(QApplication.activePopupWidget, "the menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in menu.actions():
        if menu.activeAction().text() != "Sửa phản ánh…":
            QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    return room, window, await dialog_of(room, EditDialog)


def lines(dialog: EditDialog) -> dict[str, TypedLine]:
    """The fields of the questions, by label."""
    return {x.accessibleName(): x for x in dialog.answers.lines if x.isVisible()}


def retype(line: TypedLine, text: str) -> None:
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


async def test_a_wrong_plate_is_put_right_by_keys_alone(desk: Desk) -> None:
    _, window, dialog = await editing(desk, service_code="bus.pickpocket", attributes=BUS)
    asked = desk.catalogue.services["bus.pickpocket"].attributes
    assert list(lines(dialog)) == [a.label for a in asked]
    assert [x.text() for x in lines(dialog).values()][:2] == ["33", "51B-123.45"]
    # From the address back over the questions: reading order, also by Tab.
    plate = lines(dialog)["Biển số xe"]
    for _ in asked[1:]:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is plate, "the text is selected: typing replaces it"
    QTest.keyClicks(plate, "51B-999.99")
    submit(dialog)
    await until(lambda: answers(window)["plate"] == "51B-999.99", "the change")
    assert answers(window) == dict(BUS) | {"plate": "51B-999.99"}
    assert window.pane.detail is not None
    assert window.pane.detail.history[-1].body["set"] == {"attributes.plate": "51B-999.99"}
    assert "Biển số xe: 51B-999.99" in texts(window)
    assert "Sửa thông tin: biển số xe" in texts(window)
    paper = request_paper(window.pane.detail, desk.catalogue, desk.clock())
    assert ("Biển số xe", "51B-999.99") in paper.tables[0][2]
    found = await desk.ask(lambda q: q.search("51B-999.99"))
    assert [row.id for row in found] == [shown(window).id]


async def test_what_is_needed_is_asked_for_and_the_field_marked(desk: Desk) -> None:
    _, window, dialog = await editing(desk, service_code="bus.pickpocket", attributes=BUS)
    route = lines(dialog)["Tuyến số"]
    retype(route, " ")
    submit(dialog)
    assert dialog.problem_text == "Còn thiếu “Tuyến số”. Hãy nhập."
    assert QApplication.focusWidget() is route
    assert route.property("state") == "error"
    QTest.keyClicks(route, "150")
    assert route.property("state") == ""
    assert dialog.problem_text == "", "it is not missing any more"
    submit(dialog)
    await until(lambda: answers(window)["route"] == "150", "the change")


async def test_a_gap_from_before_keeps_nobody_from_putting_the_rest_right(desk: Desk) -> None:
    """It came from an app or an import, where nobody knew the bus line."""
    _, window, dialog = await editing(desk, service_code="bus.pickpocket", attributes=BUS[1:2])
    dialog.description.setPlainText("Bị móc túi lúc xuống trạm")
    submit(dialog)
    await until(lambda: shown(window).description == "Bị móc túi lúc xuống trạm", "the change")


async def test_another_kind_brings_its_questions_and_says_what_goes(desk: Desk) -> None:
    _, window, dialog = await editing(
        desk, service_code="lighting.out", attributes=(("pole", "TD-12"),)
    )

    def choose(text: str) -> None:
        dialog.service.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(dialog.service, text)
        QTest.keyClick(dialog.service, Qt.Key.Key_Return)

    choose("moc tui")
    assert dialog.service.code() == "bus.pickpocket"
    assert "Số trụ đèn" not in lines(dialog)
    assert "Loại sự cố mới không hỏi, sẽ bỏ: Số trụ đèn: TD-12" in texts(dialog)
    box = dialog.description
    four_lines = 4 * box.fontMetrics().lineSpacing()
    await until(lambda: box.height() > four_lines, "the room that the questions need")
    submit(dialog)
    assert dialog.problem_text == "Còn thiếu “Tuyến số, Giờ”. Hãy nhập."
    QTest.keyClicks(lines(dialog)["Giờ"], "7")
    assert dialog.problem_text == "Còn thiếu “Tuyến số”. Hãy nhập."
    choose("den duong tat")
    assert dialog.problem_text == ""
    assert dialog.service.code() == "lighting.out"
    assert lines(dialog)["Số trụ đèn"].text() == "TD-12", "nothing typed is lost on the way"
    assert "sẽ bỏ" not in texts(dialog)
    choose("moc tui")
    QTest.keyClicks(lines(dialog)["Tuyến số"], "33")
    QTest.keyClicks(lines(dialog)["Giờ"], ":30")
    submit(dialog)
    await until(lambda: shown(window).service_code == "bus.pickpocket", "the change")
    assert shown(window).attributes == (("route", "33"), ("time", "7:30"))
    assert window.pane.detail is not None
    assert window.pane.detail.history[-1].body["old"] == {
        "service_code": "lighting.out",
        "attributes.pole": "TD-12",
        "attributes.route": None,
        "attributes.time": None,
    }


async def test_another_seats_answer_merges_and_the_same_one_is_said(desk: Desk) -> None:
    _, window, dialog = await editing(desk, service_code="bus.pickpocket", attributes=BUS)
    retype(lines(dialog)["Biển số xe"], "51B-1")
    far = FieldsChanged(
        set={"attributes.plate": "51B-2", "attributes.route": "150"},
        old={"attributes.plate": "51B-123.45", "attributes.route": "33"},
    )
    await from_afar(desk, shown(window).id, far)
    await until(lambda: answers(window)["plate"] == "51B-2", "what the other one saved")
    submit(dialog)
    await until(lambda: dialog.problem_text, "the sentence")
    assert "biển số xe: 51B-2" in dialog.problem_text
    assert "150" not in dialog.problem_text, "nobody touched the route here"
    submit(dialog)
    await until(lambda: answers(window)["plate"] == "51B-1", "the change")
    assert answers(window)["route"] == "150"


async def test_both_values_of_an_answer_stand_there_and_one_is_chosen(desk: Desk) -> None:
    request_id = await logged(desk, agency=None, service_code="bus.pickpocket", attributes=BUS)
    for plate in ("51B-1", "51B-2"):
        fact = change(plate, "51B-123.45", "attributes.plate")
        await from_afar(desk, request_id, fact, tell=False)
    room = await open_room(desk)
    window = await opened(room, request_id)
    (card,) = window.pane.findChildren(ConflictCard)
    said = texts(card)
    assert "Biển số xe" in said
    assert "51B-1" in said
    assert "51B-2" in said
    QTest.keyClick(card.buttons[1], Qt.Key.Key_Space)
    await until(lambda: not shown(window).conflicts, "the dispute to end")
    assert answers(window)["plate"] == "51B-1"
