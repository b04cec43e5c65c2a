"""Sentences for what went wrong with a call."""

from PySide6.QtCore import QCoreApplication

from console.domain.live_events import CallEvent
from console.ui.calls.views import whom

translate = QCoreApplication.translate


def step_failed(event: CallEvent) -> str:
    """Why nobody joined a conference or took a transfer; "" if the step succeeded."""
    target = str(event.more.get("target", ""))
    if event.kind == "conferenced" and event.reason:
        return _did_not_come(target, event.reason)
    if event.kind == "transferred" and event.reason == "failed":
        return translate("call", "Không chuyển được đến {0}.").format(target)
    return ""


def not_passed_on(event: CallEvent) -> str:
    """Why a consultation ended without a transfer."""
    if event.kind == "missed" or event.more.get("outcome") not in (None, "answered"):
        why = str(event.more.get("outcome") or event.reason or "")
        return _did_not_come(whom(event), why)
    return translate("call", "Thôi chuyển máy: người gọi vẫn ở máy này.")


def not_dialled(event: CallEvent, number: str) -> str:
    """Why an outgoing call never started: our own phone rings first."""
    absent = event.more.get("cause") in ("0", "8")
    said = (
        translate("call", "Không gọi được điện thoại của máy này: chưa gọi {0}.")
        if absent
        else translate("call", "Máy này không nhấc: chưa gọi {0}.")
    )
    return said.format(number)


def _did_not_come(target: str, reason: str) -> str:
    why = {
        "busy": translate("call", "{0} đang bận máy."),
        "no_answer": translate("call", "{0} không nghe máy."),
    }
    return why.get(reason, translate("call", "Không gọi được {0}.")).format(target)
