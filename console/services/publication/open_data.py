"""Published requests as open data: Open311 Bulk CSV with a description of its columns."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from console.domain.catalogue.catalogue import Catalogue
from console.domain.states import CLOSED_STATES
from console.domain.time_zone import CITY
from console.services.reports.files import plain_cell
from console.services.views.public_site import SiteRow

COLUMNS: dict[str, str] = {
    "service_request_id": "the public number, eleven digits",
    "requested_datetime": "when it was received, ISO 8601 with offset",
    "updated_datetime": "its last step",
    "closed_datetime": "when it ended, empty while it is open",
    "expected_datetime": "its deadline",
    "status": "open or closed",
    "state": "1022's own state",
    "status_notes": "the result as published",
    "service_name": "kind of trouble, Vietnamese",
    "service_code": "its code",
    "description": "the report as published, people left out",
    "agency_responsible": "who must fix it",
    "ward_code": "commune, as of 1 July 2025",
    "lat": "WGS 84, rounded as published",
    "long": "WGS 84, rounded as published",
}
"""Open311 "Bulk" columns and their descriptions."""
FILE = "requests.csv"


def write_open_data(rows: Iterable[SiteRow], catalogue: Catalogue, folder: Path) -> int:
    """Write `requests.csv` and `datapackage.json` into the folder; returns how many requests.

    Each file appears complete or not at all.
    """
    part = folder / f".{FILE}.part"
    number = 0
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(_line(row, catalogue))
            number += 1
    part.replace(folder / FILE)
    described = {
        "name": "1022-requests",
        "title": "1022: phản ánh đã công bố",
        "profile": "tabular-data-package",
        "resources": [
            {
                "name": "requests",
                "path": FILE,
                "format": "csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": k, "description": v} for k, v in COLUMNS.items()],
                    "primaryKey": "service_request_id",
                },
            }
        ],
    }
    part = folder / ".datapackage.json.part"
    part.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
    part.replace(folder / "datapackage.json")
    return number


def _line(row: SiteRow, catalogue: Catalogue) -> list[str]:
    service = catalogue.services.get(row.service_code)
    agency = catalogue.agencies.get(row.agency or "")
    times = (row.requested_at, row.updated_at, row.closed_at, row.due_at)
    return [
        row.number,
        *(at.astimezone(CITY).isoformat(timespec="seconds") if at else "" for at in times),
        "closed" if row.state in CLOSED_STATES else "open",
        row.state.value,
        plain_cell(row.result or ""),
        plain_cell(service.name if service else row.service_code),
        row.service_code,
        plain_cell(row.text),
        plain_cell(agency.name if agency else ""),
        row.ward_code or "",
        "" if row.lat is None else str(row.lat),
        "" if row.long is None else str(row.long),
    ]
