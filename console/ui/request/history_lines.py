"""The history of a request, one line for each event; never a reporter's name or number."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from console.domain.catalogue.catalogue import Catalogue
from console.domain.privacy.agency_view import OTHER
from console.domain.states import Channel, DeliveryState, Outcome, Purpose, Verdict
from console.services.views.requests import EventLine
from console.services.wording import sentences as wording
from console.ui.text import formats, words


def _say(text: str) -> str:
    return QCoreApplication.translate("history", text)


_PLAIN = {
    "request_received": "Tiếp nhận",
    "reporter_recorded": "Ghi nhận người phản ánh",
    "request_forwarded": "Chuyển {agency}",
    "assignment_accepted": "{agency} nhận",
    "assignment_refused": "{agency} trả lại",
    "work_started": "{agency} đang xử lý",
    "extension_asked": "{agency} xin gia hạn đến {until}",
    "extension_granted": "Duyệt gia hạn cho {agency} đến {until}",
    "result_reported": "{agency} báo xong",
    "outreach_recorded": "Gọi lại người dân: {outcome}",
    "message_queued": "{purpose} ({channel})",
    "message_delivered": "Tin gửi người dân {delivery}",
    "request_closed": "Đóng phản ánh",
    "request_reopened": "Phản ánh lại",
    "request_merged": "Gộp vào {parent}",
    "request_rejected": "Từ chối",
    "request_cancelled": "Hủy phản ánh",
    "info_asked": "Hỏi thêm người dân",
    "info_given": "Người dân bổ sung",
    "step_taken_back": "Hoàn tác bước trước",
    "note_added": "Ghi chú",
    "request_published": "Công bố cho người dân xem",
    "request_unpublished": "Thôi công bố",
    "fields_changed": "Sửa thông tin",
    "media_attached": "Thêm ảnh",
    "agency_warned": "Nhắc hạn đầu mối {agency}",
    "clock_moved": "Đồng hồ của {agency} tạm dừng theo lệnh, hạn mới {until}",
}


class HistoryLines:
    """Turns events into lines, with the names of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep the catalogue."""
        self._catalogue = catalogue

    def line(self, event: EventLine, now: datetime) -> str:
        """What happened, and the reason if one was given."""
        text = _say(_PLAIN.get(event.kind, "Việc chưa biết: {kind}")).format(
            **self._names(event, now)
        )
        why = self._why(event)
        if why.startswith(("vì:", "vì ")):
            text = f"{text} ({why})"
        elif why:
            text = f"{text}: {why}"
        if photos := photos_of(event):
            said = QCoreApplication.translate("history", "{0} · {1} ảnh")
            text = said.format(text, len(photos))
        if not event.applied:
            text = QCoreApplication.translate("history", "{0} (không có hiệu lực)").format(text)
        return text

    def agency(self, code: str | None) -> str:
        """Short name of an agency; the code if the catalogue does not have it."""
        if code is not None and code.startswith(OTHER):
            return _say("đơn vị khác")
        found = self._catalogue.agencies.get(code or "")
        return found.short_name if found else (code or _say("đơn vị"))

    def _names(self, event: EventLine, now: datetime) -> dict[str, str]:
        body = event.body
        until = body.get("committed_at") or (
            body.get("due_at") if event.kind == "clock_moved" else None
        )
        if isinstance(until, str):
            until = datetime.fromisoformat(until)
        return {
            "kind": event.kind,
            "agency": self.agency(str(body.get("agency") or event.agency or "") or None),
            "until": formats.when(until, now) if isinstance(until, datetime) else "?",
            "outcome": self._outcome(body),
            "purpose": _word(Purpose, body.get("purpose"), words.purpose),
            "channel": _word(Channel, body.get("channel"), words.channel),
            "delivery": _word(DeliveryState, body.get("state"), words.delivery),
            "parent": formats.request_number(str(body.get("parent_number") or "")),
        }

    @staticmethod
    def _outcome(body: dict[str, object]) -> str:
        told = _word(Outcome, body.get("outcome"), words.outcome)
        verdict = _word(Verdict, body.get("verdict"), words.verdict)
        return f"{told} · {verdict}" if verdict else told

    def _why(self, event: EventLine) -> str:
        body = event.body
        match event.kind:
            case "request_received":
                return _word(Channel, body.get("channel"), words.channel)
            case "result_reported" | "work_started" | "note_added" | "info_given":
                return str(body.get("text") or "")
            case "message_delivered":
                code = str(body.get("error") or "")
                return wording.sentence(code, lang=words.lang()) if code else ""
            case "fields_changed":
                changed = body.get("set")
                names = changed if isinstance(changed, dict) else {}
                said = ", ".join(
                    wording.changed_field(str(n), self._catalogue, words.lang()) for n in names
                )
                why = str(event.reason or "")
                return f"{said} ({why})" if why else said
            case "message_queued" | "reporter_recorded":
                return ""
            case "request_closed":
                said = str(event.reason or body.get("reason") or "")
                return wording.closing_reason(said, words.lang()) if said else ""
            case _:
                return str(event.reason or body.get("reason") or "")


def photos_of(event: EventLine) -> tuple[str, ...]:
    """sha256 of the photos with an agency's result or its request for a later date."""
    named = event.body.get("photos")
    if event.kind not in ("extension_asked", "result_reported") or not isinstance(named, list):
        return ()
    return tuple(str(each) for each in named)


def _word(kind: type, value: object, say: object) -> str:
    """The word for a stored value; the value itself if it is not in the set, "" for nothing."""
    if value in (None, ""):
        return ""
    try:
        return str(say(kind(value)))  # type: ignore[operator]
    except ValueError:
        return str(value)
