"""Who else has a request, a callback or the form of a call open."""

from uuid import UUID

from console.domain.actors import Actor
from console.domain.ids import contact_uuid, uuid7
from console.services.desk import Desk
from console.services.people.presence import ANNOUNCE_EVERY, FADES_AFTER, Viewer
from console.ui.pages.callbacks.page import CallbacksPage
from console.ui.pages.intake.page import IntakePage
from console.ui.request.presence import PresencePresenter
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.request.opened import logged, opened
from tests.ui.waiting import until
from tests.ui.window import Room, open_room, page_in

# --- who else looks


class Lookers:
    """The centre's table of viewers, behind the port."""

    def __init__(self) -> None:
        self.viewers: tuple[Viewer, ...] = ()
        self.said: list[tuple[str, UUID, str]] = []

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        self.said.append(("open", request_id, actor.user))

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        self.said.append(("left", request_id, actor.user))

    async def others(self, request_id: UUID, actor: Actor) -> tuple[Viewer, ...]:
        return self.viewers


async def test_who_else_has_it_open_is_named_and_fades(room: Room, clock: StoppedClock) -> None:
    table = Lookers()
    room.desk.presence = table
    request_id = await logged(room.desk)
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    dialog = await opened(room, request_id)
    await until(lambda: dialog.pane.viewers_text, "who else looks")
    assert dialog.pane.viewers_text == "đang mở: Lê Thị Hoa (may-02)"
    assert dialog.pane._viewers.isVisible()
    # She stops announcing: after a minute she is gone.
    table.viewers = ()
    clock.forward(seconds=FADES_AFTER.total_seconds() + 1)
    dialog.tick(clock())
    assert dialog.pane.viewers_text == ""
    dialog.close()
    await until(lambda: ("left", request_id, "operator") in table.said, "the leaving")


async def test_it_is_announced_again_and_again_while_it_is_open(
    desk: Desk, clock: StoppedClock
) -> None:
    table = Lookers()
    desk.presence = table
    presenter = PresencePresenter(desk)
    one, two = uuid7(), uuid7()
    presenter.watch(one)
    await until(lambda: table.said == [("open", one, "operator")], "the first word")
    presenter.watch(one)
    presenter.tick(clock())
    clock.forward(seconds=ANNOUNCE_EVERY.total_seconds())
    presenter.tick(clock())
    await until(lambda: len(table.said) == 2, "the second word")
    presenter.watch(two)
    await until(lambda: len(table.said) == 4, "the other one")
    assert set(table.said[2:]) == {("left", one, "operator"), ("open", two, "operator")}
    presenter.watch(None)
    await until(lambda: table.said[-1] == ("left", two, "operator"), "the end")


async def test_a_form_of_a_call_shows_who_else_has_that_call(
    room: Room, clock: StoppedClock
) -> None:
    table = Lookers()
    room.desk.presence = table
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    room.call("offered", peer_number="0903123456")
    room.call("answered", operator="101")
    page = page_in(room, "intake", IntakePage)
    await until(page.viewers.isVisible, "the line above the form")
    assert page.viewers.text() == "đang mở: Lê Thị Hoa (may-02)"
    # Every seat derives the same id from the same call.
    assert ("open", contact_uuid("voice", "ami/c1"), "operator") in table.said
    room.window.goto_page("queue")
    await until(lambda: table.said[-1][0] == "left", "the leaving")


async def test_a_callback_shows_who_else_is_about_to_call(desk: Desk, clock: StoppedClock) -> None:
    table = Lookers()
    desk.presence = table
    done = await logged(desk)
    await city.resolve(desk, done)
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    room = await open_room(desk)
    page = page_in(room, "callbacks", CallbacksPage)
    room.window.goto_page("callbacks")
    await until(page.viewers.isVisible, "the line")
    assert ("open", done, "operator") in table.said


async def test_a_pane_on_a_page_behind_is_not_open(room: Room, clock: StoppedClock) -> None:
    table = Lookers()
    room.desk.presence = table
    request_id = await logged(room.desk)
    room.window.goto_page("queue")
    await until(lambda: ("open", request_id, "operator") in table.said, "the word")
    room.window.goto_page("intake")
    await until(lambda: ("left", request_id, "operator") in table.said, "the leaving")
