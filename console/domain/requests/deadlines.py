"""Deadlines of one request: the pauses that move them, and the progress report an agency owes."""

from datetime import datetime

from console.domain.catalogue.catalogue import Calendar, ClockRules
from console.domain.clocks.working_time import working_days_ago
from console.domain.requests.request import Assignment, Pause


def with_pauses(
    start: datetime, due: datetime, pauses: tuple[Pause, ...], now: datetime
) -> datetime:
    """`due`, moved on by every pause that began before the deadline as moved so far.

    An open pause counts up to `now`, so the deadline moves with it.
    """
    for pause in sorted(pauses, key=lambda p: p.since):
        since = max(pause.since, start)
        until = now if pause.until is None else pause.until
        if since < due and until > since:
            due += until - since
    return due


def forward_deadline(
    requested_at: datetime, forward_due_at: datetime, pauses: tuple[Pause, ...], now: datetime
) -> datetime:
    """End of the forward clock, with the waits for the citizen's answer added."""
    return with_pauses(requested_at, forward_due_at, pauses, now)


def owes_progress(held: Assignment, rules: ClockRules, calendar: Calendar, now: datetime) -> bool:
    """Whether the agency has held the request for more working days than the city allows, without
    reporting a result and without asking for a later date.
    """
    silent = held.asked_at is None and held.committed_at is None and held.resolution_code is None
    until = working_days_ago(now, rules.progress_report_working_days, calendar)
    return held.is_open and silent and held.forwarded_at < until
