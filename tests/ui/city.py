"""Builders of test data: requests logged, forwarded and reported by the same commands as the window
sends.
"""

from datetime import timedelta
from uuid import UUID

from console.domain.actors import Actor
from console.domain.requests.commands import AcceptAssignment, LogRequest, ReportResult
from console.domain.states import Channel
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.handling import Done
from console.services.people.actors import actor_for
from console.services.ports.channels import InboundMessage

PHONE = "+84903123456"


def person(desk: Desk, user: str) -> Actor:
    """An account of the embedded mode at this workstation."""
    return actor_for(user, desk.catalogue, desk.actor.workstation)


async def log(desk: Desk, agency: str | None = "ql-htgt-duong-bo", **fields: object) -> Done:
    """A report about a hole in the road, forwarded to an agency; `agency=None` keeps it here."""
    values: dict[str, object] = {
        "service_code": "roads.pothole",
        "description": "Ổ gà sâu giữa làn xe máy",
        "address_string": "66/1 Đồng Tâm, xã Trung Chánh",
        "reporter_name": "Anh Thắng",
        "phone": PHONE,
        "agency": agency,
        "forward": agency is not None,
    }
    values |= fields
    return await desk.do(LogRequest(**values), actor=person(desk, "operator"))  # type: ignore[arg-type]


async def resolve(desk: Desk, request_id: UUID, agency: str = "ql-htgt-duong-bo") -> None:
    """The agency accepts it and reports a result."""
    officer = person(desk, f"officer-{agency}")
    await desk.do(AcceptAssignment(request_id=request_id), actor=officer)
    await desk.do(
        ReportResult(
            request_id=request_id,
            resolution_code="fixed",
            text="Đã vá mặt đường",
            no_photo_reason="Trời tối, ảnh không rõ",
        ),
        actor=officer,
    )


async def message(
    desk: Desk, text: str, sender: str = PHONE, channel: Channel = Channel.SMS, ago_s: int = 60
) -> UUID:
    """A written message arrives."""
    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    return await inbox.put(
        InboundMessage(
            channel=channel,
            external_id=f"{sender}/{text}",
            sender=sender,
            sender_key=sender,
            received_at=desk.clock() - timedelta(seconds=ago_s),
            text=text,
        )
    )
