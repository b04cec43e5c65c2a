"""The words for the members of closed sets in the window's language, with the sign of each.

The words come from `console.services.wording`; here they get colour and shape.
"""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.shifts import shift_at
from console.domain.states import (
    AssignmentState,
    Channel,
    ContactState,
    DeliveryState,
    Outcome,
    Priority,
    Purpose,
    Role,
    State,
    Verdict,
)
from console.services.supervision.volume_alarm import CALLS
from console.services.wording import sentences as wording
from console.ui.theme.signs import Sign


def lang() -> str:
    """`vi`, or `en` if the program was started in English."""
    return "en" if QLocale().language() == QLocale.Language.English else "vi"


def state(value: State | AssignmentState) -> str:
    """`Đang xử lý`; an assignment's state is a request's state."""
    return wording.state_name(value, lang())


def channel(value: Channel) -> str:
    """`Tin nhắn`."""
    return wording.channel_name(value, lang())


def contact_state(value: ContactState) -> str:
    """`Mới`."""
    return wording.contact_state_name(value, lang())


def contact_sign(value: ContactState) -> Sign:
    """State of a written contact as a badge."""
    tone_shape = {
        ContactState.NEW: ("info", "diamond"),
        ContactState.LINKED: ("ok", "circle"),
        ContactState.REJECTED: ("muted", "none"),
        ContactState.ANSWERED: ("warn", "triangle"),
        ContactState.SPAM: ("muted", "none"),
    }[value]
    return Sign(contact_state(value), *tone_shape)  # type: ignore[arg-type]


def priority(value: Priority) -> str:
    """`Khẩn`."""
    return wording.priority_name(value, lang())


def priority_sign(value: Priority) -> Sign:
    """Urgency as a badge."""
    word = priority(value)
    if value is Priority.URGENT:
        return Sign(word, "urgent", "square")
    if value is Priority.HIGH:
        return Sign(word, "warn", "triangle")
    return Sign(word, "muted", "none")


def state_sign(value: State | AssignmentState) -> Sign:
    """State of a request as a badge."""
    shown = State(value.value)
    if shown in (State.CLOSED, State.RESOLVED):
        return Sign(state(shown), "ok", "circle")
    if shown in (State.REFUSED, State.REOPENED, State.NEED_INFO, State.EXTENDED):
        return Sign(state(shown), "warn", "triangle")
    if shown in (State.REJECTED, State.MERGED, State.CANCELLED, State.DRAFT):
        return Sign(state(shown), "muted", "none")
    return Sign(state(shown), "info", "diamond")


def outcome(value: Outcome | str) -> str:
    """`Không nghe máy`; an unknown code is returned unchanged."""
    return wording.outcome_name(value, lang())


def verdict(value: Verdict) -> str:
    """`Hài lòng`."""
    return wording.verdict_name(value, lang())


def delivery(value: DeliveryState) -> str:
    """`đã đến máy`."""
    return wording.delivery_name(value, lang())


def delivery_sign(value: DeliveryState) -> Sign:
    """What became of a message of ours, as a badge."""
    if value is DeliveryState.DELIVERED:
        return Sign(delivery(value), "ok", "circle")
    if value is DeliveryState.FAILED:
        return Sign(delivery(value), "urgent", "square")
    if value is DeliveryState.UNKNOWN:
        return Sign(delivery(value), "warn", "triangle")
    return Sign(delivery(value), "info", "diamond")


def purpose(value: Purpose) -> str:
    """`Báo kết quả`."""
    return wording.purpose_name(value, lang())


def role(value: Role) -> str:
    """`Ca trưởng`."""
    name = wording.role_name(value, lang())
    return name[:1].upper() + name[1:]


def on_duty(catalogue: Catalogue, actor: Actor, now: datetime) -> str:
    """The current shift and the person at the seat: `Ca sáng · Lan`."""
    shift = shift_at(catalogue.shifts, now)
    said = (shift.name if shift else "", actor.name or role(actor.role))
    return " · ".join(part for part in said if part)


def series_name(catalogue: Catalogue, series: str) -> str:
    """What the forecast's alarm counts: calls, all requests, or those of one field."""
    if (group := catalogue.groups.get(series)) is not None:
        name = group.name_en if lang() == "en" else group.name
        return QCoreApplication.translate("words", "phản ánh về {0}").format(name)
    if series == CALLS:
        return QCoreApplication.translate("words", "cuộc gọi")
    return QCoreApplication.translate("words", "phản ánh")


def pin() -> str:
    """`vị trí ghim`."""
    return QCoreApplication.translate("words", "vị trí ghim")


def nothing() -> str:
    """`(trống)`: shown for an empty value."""
    return QCoreApplication.translate("words", "(trống)")
