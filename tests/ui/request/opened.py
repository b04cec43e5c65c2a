"""Helpers for requests that several people have open: logged here, changed at another seat,
shown.
"""

from uuid import UUID

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from console.domain.ids import uuid7
from console.domain.live_events import RequestsChanged
from console.domain.requests.events import Fact, FieldsChanged, StoredEvent
from console.domain.states import Role
from console.services.desk import Desk
from console.services.ports.store.unit_of_work import UnitOfWork
from console.ui.request.window import RequestWindow
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of

SAID = "Ổ gà sâu giữa làn xe máy"


def texts(widget: QWidget) -> str:
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if w.isVisible())


def button(widget: QWidget, word: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == word]
    assert found, word
    return found[0]


async def logged(desk: Desk, **fields: object) -> UUID:
    done = await city.log(desk, **fields)  # type: ignore[arg-type]
    assert done.request_id is not None
    return done.request_id


async def from_afar(desk: Desk, request_id: UUID, fact: Fact, *, tell: bool = True) -> None:
    """An event that another console wrote without seeing what happened here."""

    def work(uow: UnitOfWork) -> None:
        at = desk.clock()
        uow.append(
            [
                StoredEvent(
                    id=uuid7(),
                    request_id=request_id,
                    at=at,
                    actor="lan",
                    role=Role.OPERATOR,
                    workstation="may-02",
                    hlc=uow.next_hlc(at),
                    fact=fact,
                )
            ]
        )

    await desk.store.write(work)
    if tell:
        desk.bus.publish(RequestsChanged(frozenset({request_id})))


async def opened(room: Room, request_id: UUID) -> RequestWindow:
    room.window.open_request(request_id)
    dialog = await dialog_of(room, RequestWindow)
    await until(lambda: dialog.pane.detail is not None, "the request")
    return dialog


def change(value: object, old: object, field: str = "description") -> FieldsChanged:
    return FieldsChanged(set={field: value}, old={field: old})
