"""Words, colour and shape for calls, operators' states and end reasons."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.text import formats

_tr = QCoreApplication.translate


def state_words(calls: CallPresenter, now: datetime | None) -> tuple[str, str, str]:
    """Text, tone and shape for the state of this seat's line."""
    if not calls.has_line:
        return _tr("call", "Máy này không có đường thoại"), "muted", "circle"
    if calls.agent_state == "offline":
        return _tr("call", "Mất kết nối tổng đài"), "urgent", "square"
    call = calls.current
    if call is not None:
        return _call_words(call)
    states = {
        "paused": (paused_words(calls, now), "warn", "triangle"),
        "logged_out": (_tr("call", "Chưa vào hàng chờ"), "warn", "triangle"),
        "unreachable": (_tr("call", "Điện thoại mất kết nối"), "urgent", "square"),
        "wrap_up": (_tr("call", "Hoàn tất cuộc gọi"), "accent", "diamond"),
        "talking": (_tr("call", "Máy đang bận"), "warn", "triangle"),
        # An outgoing call, a conference or listening in: nobody calls, the phone must be lifted.
        "ringing": (_tr("call", "Máy này đang đổ chuông"), "accent", "diamond"),
    }
    return states.get(calls.agent_state, (_tr("call", "Sẵn sàng"), "ok", "circle"))


def ringing_words() -> str:
    """Words before the number of a ringing call."""
    return _tr("call", "Có cuộc gọi đến")


def _call_words(call: CallView) -> tuple[str, str, str]:
    if call.asked:
        asks = call.asked_state == "ringing"
        text = _tr("call", "Đang gọi máy {0}") if asks else _tr("call", "Đang hỏi máy {0}")
        return text.format(call.asked), "warn", "triangle"
    if call.held:
        return _tr("call", "Đang giữ máy"), "warn", "triangle"
    if call.hold_unknown and call.state == "talking":
        return _tr("call", "Không rõ còn giữ máy"), "warn", "triangle"
    if call.people and call.state == "talking":
        return _tr("call", "Đang họp {0} người").format(len(call.people)), "ok", "circle"
    words = {
        "ringing": (ringing_words(), "accent", "diamond"),
        "dialling": (_tr("call", "Đang gọi ra"), "accent", "diamond"),
    }
    return words.get(call.state, (_tr("call", "Đang nói"), "ok", "circle"))


def queue_words(calls: CallPresenter) -> str:
    """This seat and the queue; how old the picture is while the exchange is away."""
    if calls.as_of is not None:
        return _tr("call", "tình trạng lúc {0}").format(formats.clock_seconds(calls.as_of))
    parts = [_tr("call", "máy {0}").format(calls.extension)] if calls.extension else []
    parts.append(_tr("call", "chờ {0}").format(len(calls.waiting)))
    return " · ".join(parts)


def paused_words(calls: CallPresenter, now: datetime | None) -> str:
    """The reason of the pause, and whether it is over its limit."""
    why = calls.pause_reason
    text = _tr("call", "Tạm nghỉ: {0}").format(why) if why else _tr("call", "Đang tạm nghỉ")
    late = now is not None and calls.operators.is_over_limit(
        calls.operators.of(calls.extension), now
    )
    return _tr("call", "{0} · quá giờ").format(text) if late else text


def end_words(reason: str, target: str = "") -> str:
    """How a call of this seat ended.

    Args:
        target: to whom it was transferred.
    """
    if reason == "transfer" and target:
        return _tr("call", "đã chuyển máy {0}").format(target)
    words = {
        "caller": _tr("call", "người gọi gác máy"),
        "agent": _tr("call", "máy này gác"),
        "transfer": _tr("call", "đã chuyển máy"),
        "answered_elsewhere": _tr("call", "máy khác đã nghe"),
        "abandoned": _tr("call", "người gọi bỏ cuộc"),
        "no_answer": _tr("call", "máy này không nghe"),
        "rejected": _tr("call", "máy này từ chối"),
        "busy": _tr("call", "máy bận"),
        "unreachable": _tr("call", "không liên lạc được"),
        "cancelled": _tr("call", "đã thôi gọi"),
        "no_attempt": _tr("call", "máy này không nhấc, chưa gọi người dân"),
        "timeout": _tr("call", "quá giờ chờ"),
    }
    return words.get(reason, _tr("call", "không rõ vì sao"))


def about_words(call: CallView) -> str:
    """Caller and origin. A caller's number never proves who is calling."""
    parts = [
        call.name or "",
        _tr("call", "không chắc còn gọi") if call.uncertain else "",
        _tr("call", "phím {0}").format(call.digits) if call.digits else "",
        _tr("call", "số chưa xác thực") if call.direction == "in" and call.phone else "",
        _tr("call", "hàng {0}").format(call.queue) if call.queue else "",
    ]
    return " · ".join(p for p in parts if p)
