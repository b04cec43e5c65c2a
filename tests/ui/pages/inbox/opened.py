"""An inbox with messages in it, open in a window."""

from datetime import timedelta
from uuid import UUID

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel

from console.domain.states import Channel
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.ports.channels import InboundMessage
from console.ui.pages.inbox.page import InboxPage
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, go_to, open_room


def jpeg(colour: str = "#336699") -> bytes:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG", 90)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


async def put(desk: Desk, text: str, minutes: int = 1, **values: object) -> UUID:
    given: dict[str, object] = {
        "channel": Channel.APP,
        "external_id": f"{text}/{minutes}",
        "sender": city.PHONE,
        "sender_key": city.PHONE,
        "received_at": desk.clock() - timedelta(minutes=minutes),
        "text": text,
    } | values
    return await StoreInbox(desk.store, desk.bus, desk.clock).put(InboundMessage(**given))  # type: ignore[arg-type]


async def opened(desk: Desk, user: str = "operator") -> tuple[Room, InboxPage]:
    room = await open_room(desk, user)
    page = go_to(room, "inbox", InboxPage)
    await until(lambda: page.presenter.conversation is not None)
    return room, page


def texts(page: InboxPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.text()]
