"""Agencies that owe the city a progress report, in words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from console.domain.catalogue.catalogue import Catalogue, ClockRules
from console.domain.errors import InputError
from console.domain.requests.deadlines import owes_progress
from console.domain.requests.request import Assignment, Request


def silence(rules: ClockRules) -> str:
    """The text for an agency that sent no report within the allowed days."""
    said = QCoreApplication.translate("progress", "Quá {0} ngày làm việc chưa báo kết quả, tiến độ")
    return said.format(rules.progress_report_working_days)


def owed(request: Request, held: Assignment, catalogue: Catalogue, now: datetime) -> str:
    """The same for this agency by the rules of the request's day; "" if it owes nothing."""
    try:
        rules = catalogue.clocks_at(request.requested_at)
    except InputError:  # an old request, of a day without clock rules
        return ""
    late = not request.is_closed and owes_progress(held, rules, catalogue.calendar, now)
    return silence(rules) if late else ""
