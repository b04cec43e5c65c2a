"""First values of an intake form, passed from another page."""

from dataclasses import dataclass
from uuid import UUID

from console.domain.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPrefill:
    """First values of a form.

    Attributes:
        phone: E.164 if it is valid, else as given.
        call_id: the PBX's linked id of the call that this form belongs to.
        service_code, address_string, attributes: what the sender chose, or what the text suggests.
        accuracy_m: accuracy of the place from the sender's phone, in metres.
        media: sha256 of stored files that came with it.
        sender_label: the sender for display, such as an SMS sender without a number.
    """

    channel: Channel = Channel.VOICE
    phone: str | None = None
    name: str | None = None
    email: str | None = None
    text: str = ""
    contact_id: UUID | None = None
    lat: float | None = None
    long: float | None = None
    accuracy_m: float | None = None
    call_id: str | None = None
    sender_label: str | None = None
    service_code: str = ""
    address_string: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    media: tuple[str, ...] = ()
