"""The Vietnamese of the closed sets: states, channels, priorities, outcomes; and their signs.

PRODUCT.md fixes the words. Each function takes the value and gives the word for the screen.
"""

from PySide6.QtCore import QCoreApplication

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
from console.ui.formats import Sign


def _say(text: str) -> str:
    return QCoreApplication.translate("words", text)


_STATES = {
    State.DRAFT: "Nháp",
    State.RECEIVED: "Đã tiếp nhận",
    State.NEED_INFO: "Chờ bổ sung",
    State.REJECTED: "Từ chối",
    State.MERGED: "Trùng",
    State.FORWARDED: "Đã chuyển",
    State.ACCEPTED: "Đơn vị đã nhận",
    State.REFUSED: "Trả lại",
    State.IN_PROGRESS: "Đang xử lý",
    State.EXTENDED: "Gia hạn",
    State.RESOLVED: "Đơn vị báo xong",
    State.CLOSED: "Đóng",
    State.REOPENED: "Phản ánh lại",
    State.CANCELLED: "Hủy",
}
_CHANNELS = {
    Channel.VOICE: "Điện thoại",
    Channel.SMS: "Tin nhắn",
    Channel.EMAIL: "Thư điện tử",
    Channel.APP: "Ứng dụng",
    Channel.PORTAL: "Cổng thông tin",
    Channel.FACEBOOK: "Facebook",
    Channel.ZALO: "Zalo",
    Channel.WALK_IN: "Trực tiếp",
}
_CONTACTS = {
    ContactState.NEW: "Mới",
    ContactState.LINKED: "Đã lập phản ánh",
    ContactState.REJECTED: "Từ chối",
    ContactState.ANSWERED: "Đã trả lời",
}
_PRIORITIES = {Priority.NORMAL: "Thường", Priority.HIGH: "Cao", Priority.URGENT: "Khẩn"}
_OUTCOMES = {
    Outcome.REACHED: "Đã báo dân",
    Outcome.NO_ANSWER: "Không nghe máy",
    Outcome.BUSY: "Máy bận",
    Outcome.UNREACHABLE: "Không liên lạc được",
    Outcome.REJECTED: "Từ chối cuộc gọi",
    Outcome.WRONG_NUMBER: "Sai số",
}
_VERDICTS = {
    Verdict.SATISFIED: "Đạt",
    Verdict.NOT_SATISFIED: "Không đạt",
    Verdict.NO_OPINION: "Không ý kiến",
}
_DELIVERIES = {
    DeliveryState.QUEUED: "chờ gửi",
    DeliveryState.SENDING: "đang gửi",
    DeliveryState.SENT: "đã gửi",
    DeliveryState.DELIVERED: "đã đến máy",
    DeliveryState.FAILED: "không gửi được",
    DeliveryState.UNKNOWN: "không rõ đã đến chưa",
}
_PURPOSES = {
    Purpose.ACKNOWLEDGEMENT: "Báo đã tiếp nhận",
    Purpose.NEED_INFO: "Hỏi thêm",
    Purpose.REJECTION: "Báo từ chối",
    Purpose.RESULT: "Báo kết quả",
    Purpose.UNREACHABLE: "Báo không gọi được",
    Purpose.REPLY: "Trả lời",
}
_ROLES = {
    Role.OPERATOR: "Tổng đài viên",
    Role.SUPERVISOR: "Ca trưởng",
    Role.OFFICER: "Cán bộ đơn vị",
    Role.AUDITOR: "Giám sát",
    Role.ADMINISTRATOR: "Quản trị",
    Role.SYSTEM: "Hệ thống",
}


def state(value: State | AssignmentState) -> str:
    """`Đang xử lý`; an assignment's state is a request's state."""
    return _say(_STATES[State(value.value)])


def channel(value: Channel) -> str:
    """`Tin nhắn`."""
    return _say(_CHANNELS[value])


def contact_state(value: ContactState) -> str:
    """`Mới`."""
    return _say(_CONTACTS[value])


def contact_sign(value: ContactState) -> Sign:
    """State of a written contact as a badge."""
    tone_shape = {
        ContactState.NEW: ("info", "diamond"),
        ContactState.LINKED: ("ok", "circle"),
        ContactState.REJECTED: ("muted", "none"),
        ContactState.ANSWERED: ("ok", "circle"),
    }[value]
    return Sign(contact_state(value), *tone_shape)  # type: ignore[arg-type]


def priority(value: Priority) -> str:
    """`Khẩn`."""
    return _say(_PRIORITIES[value])


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
    """`Không nghe máy`; an unknown code stays itself."""
    try:
        return _say(_OUTCOMES[Outcome(value)])
    except ValueError:
        return str(value)


def verdict(value: Verdict) -> str:
    """`Đạt`."""
    return _say(_VERDICTS[value])


def delivery(value: DeliveryState) -> str:
    """`đã đến máy`."""
    return _say(_DELIVERIES[value])


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
    return _say(_PURPOSES[value])


def role(value: Role) -> str:
    """`Ca trưởng`."""
    return _say(_ROLES[value])
