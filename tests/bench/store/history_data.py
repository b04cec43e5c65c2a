"""A history file as an older system would export it: years of closed reports, a few broken."""

import csv
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from console.domain.catalogue.catalogue import Catalogue, Ward
from console.domain.requests import numbering
from console.domain.time_zone import CITY
from tests.bench.store.data import DETAILS, FAMILY, GIVEN, STREETS, TROUBLES

COLUMNS = (
    "service_request_id", "status", "status_notes", "service_code", "description",
    "agency_responsible", "requested_datetime", "updated_datetime", "expected_datetime",
    "closed_datetime", "address", "lat", "long", "ward_code", "channel", "reporter_name",
    "reporter_phone",
)  # fmt: skip
SINCE = datetime(2013, 4, 1, tzinfo=CITY)
YEARS = 12
BROKEN_SHARE = 0.002


def write_history(file: Path, catalogue: Catalogue, rows: int) -> None:
    """Write so many rows, the same ones every time."""
    dice = random.Random(1022)
    services, agencies = [*catalogue.services], [*catalogue.agencies]
    wards = [*catalogue.wards.values()]
    span = timedelta(days=365 * YEARS)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for n in range(rows):
            at = SINCE + span * (n / rows) + timedelta(seconds=dice.random() * 3600)
            writer.writerow(_row(dice, n, at, services, agencies, wards))


def _row(
    dice: random.Random,
    n: int,
    at: datetime,
    services: Sequence[str],
    agencies: Sequence[str],
    wards: Sequence[Ward],
) -> tuple[object, ...]:
    ward = dice.choice(wards)
    end = at + timedelta(hours=dice.uniform(2, 90))
    number = numbering.make(at, 900 + n // 90_000 % 90, n % 90_000 + 1)
    broken = dice.random() < BROKEN_SHARE
    return (
        number if n % 3 else f"PAKN-{at.year}-{n:07d}",
        "closed",
        f"Đã xử lý xong, {dice.choice(DETAILS)}",
        "no-such-service" if broken else dice.choice(services),
        f"{dice.choice(TROUBLES).capitalize()}, {dice.choice(DETAILS)}, {dice.choice(DETAILS)}",
        dice.choice(agencies),
        at.isoformat(),
        end.isoformat(),
        (at + timedelta(hours=24)).isoformat(),
        end.isoformat(),
        f"{dice.randint(1, 900)} {dice.choice(STREETS)}, {ward.name}",
        round(ward.lat + dice.gauss(0, 0.01), 6),
        round(ward.long + dice.gauss(0, 0.01), 6),
        ward.code,
        "voice",
        f"{dice.choice(FAMILY)} {dice.choice(GIVEN)}",
        f"09{int(dice.paretovariate(0.8) * 7919) % 100_000_000:08d}",
    )
