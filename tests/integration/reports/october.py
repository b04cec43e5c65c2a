"""A month of the hotline in Open311 bulk columns, in the shape the city published for October 2025:
14,707 received = 14,311 handled + 396 open, 125 late. Most of the open ones end later.
"""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from console.domain.reports.figures import city_month
from console.domain.time_zone import CITY
from console.services.city_data.catalogue_loader import load_catalogue

RECEIVED, OPEN, LATE = 14_707, 396, 125
LATE_OPEN = 40
AROUND = 200
"""Requests of the days before and after, which must not be counted."""


def write_history(file: Path) -> Path:
    """Write the file; the same every time."""
    dice = random.Random(2025)
    month = city_month(2025, 10)
    catalogue = load_catalogue()
    services, agencies = [*catalogue.services], [*catalogue.agencies][:86]
    length = int((month.until - month.since).total_seconds())
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["service_request_id", "status", "status_notes", "service_code", "description",
             "agency_responsible", "requested_datetime", "expected_datetime", "closed_datetime",
             "channel", "reporter_phone"]
        )  # fmt: skip
        for n in range(RECEIVED + 2 * AROUND):
            is_open, late = n < OPEN, n < LATE_OPEN or OPEN <= n < OPEN + LATE - LATE_OPEN
            if n >= RECEIVED:
                offset = -dice.randrange(1, 86_400) if n % 2 else length + dice.randrange(86_400)
                is_open = late = False
            else:
                offset = dice.randrange(length - 12 * 3600)
            at = month.since + timedelta(seconds=offset)
            hours = dice.choice((4, 24, 24, 48))
            due, done = _course(dice, at, hours, month.until, is_open=is_open, late=late)
            writer.writerow(
                [f"HN-{n:06d}", "open" if done is None else "closed", "Đã xử lý",
                 dice.choice(services), "Nắp hố ga bị sụt", dice.choice(agencies), _said(at),
                 _said(due),
                 "" if done is None else _said(done), dice.choice(("voice", "app", "portal")),
                 f"0903{dice.randrange(1_000_000):06d}"]
            )  # fmt: skip
    return file


def _course(
    dice: random.Random, at: datetime, hours: int, end: datetime, *, is_open: bool, late: bool
) -> tuple[datetime, datetime | None]:
    """(due, done): what the month's end must find."""
    if is_open:
        due = at + (end - at) * dice.uniform(0.2, 0.9) if late else end + timedelta(hours=hours)
        after = end + timedelta(hours=dice.randrange(1, 400))
        return due, after if dice.random() < 0.7 else None
    latest = end - timedelta(minutes=1) if at < end else at + timedelta(hours=hours)
    room = latest - at
    done = at + room * dice.uniform(0.05, 0.4) if room < timedelta(hours=hours) else (
        at + timedelta(hours=hours) * dice.uniform(0.05, 0.95)
    )  # fmt: skip
    due = at + (done - at) * 0.5 if late else done + timedelta(hours=1)
    return due, done


def _said(at: datetime) -> str:
    return at.astimezone(CITY).isoformat(timespec="seconds")
