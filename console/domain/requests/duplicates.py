"""Which other reports are probably the same trouble: by service, place, asset, vehicle and age.

Pure: the store supplies candidates (same service, a box around the pin), this module ranks them.
Every match says why and how far away it is, so that an operator can judge it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.catalogue.catalogue import Service
from console.domain.states import CLOSED_STATES, State
from console.domain.text.folding import fold, words

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""

ASSET_CODES = frozenset({"asset", "asset_code", "pole"})
"""Attributes that identify one object: a lamp, a manhole, a stop, a tree."""
VEHICLE_CODES = frozenset({"plate"})

SAME_ASSET = "same_asset"
SAME_VEHICLE = "same_vehicle"
SAME_TRIP = "same_trip"
NEAR = "near"
SAME_STREET = "same_street"
OTHER_ASSET = "other_asset"

_BASE = {
    SAME_ASSET: 5.0,
    SAME_VEHICLE: 4.0,
    SAME_TRIP: 3.0,
    NEAR: 2.0,
    SAME_STREET: 1.0,
    OTHER_ASSET: 0.0,
}
_NEVER = frozenset({State.DRAFT, State.REJECTED, State.CANCELLED, State.MERGED})
"""No trouble, or represented by its parent."""
_NUMBER = r"\d+[a-z]?(?:/\d+[a-z]?)*\s+(?!thang\b)"  # 3 Tháng 2 is a street
_BEFORE_STREET = re.compile(
    rf"^(?:so\s+nha\s+|so\s+|nha\s+)?(?:{_NUMBER})?"
    rf"(?:(?:hem|hxh|ngo)\s+(?:{_NUMBER})?)?(?:duong\s+|pho\s+)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of a report, typed or stored."""

    lat: float | None = None
    long: float | None = None
    address_string: str | None = None
    ward_code: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored request of the same service."""

    id: UUID
    state: State
    requested_at: datetime
    closed_at: datetime | None
    report: Report


@dataclass(frozen=True, slots=True)
class Match:
    """A probable duplicate; the higher score is more probable, `reason` is a code for
    `services/wording/`.
    """

    id: UUID
    score: float
    reason: str
    distance_m: float | None


def distance_m(lat1: float, long1: float, lat2: float, long2: float) -> float:
    """Metres on the great circle (haversine)."""
    a, b = math.radians(lat1), math.radians(lat2)
    half_lat = math.sin((b - a) / 2)
    half_long = math.sin(math.radians(long2 - long1) / 2)
    inner = half_lat**2 + math.cos(a) * math.cos(b) * half_long**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(inner)))


def box(lat: float, long: float, radius_m: float) -> tuple[float, float, float, float]:
    """(south, west, north, east) around a point: a cheap first filter that contains the whole
    circle.
    """
    high = math.degrees(radius_m / EARTH_RADIUS_M)
    wide = high / max(math.cos(math.radians(abs(lat) + high)), 1e-6)
    return lat - high, long - wide, lat + high, long + wide


def rank(
    report: Report,
    candidates: Iterable[Candidate],
    service: Service,
    now: datetime,
    *,
    within_m: float | None = None,
    hours: float | None = None,
) -> tuple[Match, ...]:
    """The candidates that are probably the same trouble, best first.

    Args:
        service: of all of them; its radius, window and `match_on` decide.
        within_m, hours: replace the service's own radius and window.
    """
    radius = service.radius_m if within_m is None else within_m
    window = timedelta(hours=service.window_h if hours is None else hours)
    found = []
    for other in candidates:
        if not _in_window(other, service, now, window):
            continue
        match = _match(report, other, service, radius)
        if match is not None:
            reason, distance = match
            score = _BASE[reason] + _nearness(report, other, distance, radius, now)
            found.append(Match(other.id, score, reason, distance))
    return tuple(sorted(found, key=lambda m: (-m.score, m.id)))


def _in_window(other: Candidate, service: Service, now: datetime, window: timedelta) -> bool:
    """All open candidates and those closed recently; a bus has gone after an hour, open or not."""
    if other.state in _NEVER:
        return False
    if service.match_on:
        return abs(now - other.requested_at) <= window
    if other.state in CLOSED_STATES:
        return other.closed_at is not None and now - other.closed_at <= window
    return True


def _match(
    report: Report, other: Candidate, service: Service, radius: float
) -> tuple[str, float | None] | None:
    """(reason, distance) or None."""
    mine, theirs = _identities(report), _identities(other.report)
    distance = _between(report, other.report)
    if _shared(mine, theirs, ASSET_CODES):
        return SAME_ASSET, distance
    if service.match_on:
        if _shared(mine, theirs, VEHICLE_CODES):
            return SAME_VEHICLE, distance
        trip = [code for code in service.match_on if code not in VEHICLE_CODES]
        same = trip and all(mine.get(c) and mine.get(c) == theirs.get(c) for c in trip)
        return (SAME_TRIP, distance) if same else None
    if distance is not None:
        reason = OTHER_ASSET if _differ(mine, theirs) else NEAR
        return (reason, distance) if distance <= radius else None
    street = street_key(report.address_string)
    same_street = street is not None and street == street_key(other.report.address_string)
    same_ward = report.ward_code is not None and report.ward_code == other.report.ward_code
    return (SAME_STREET, None) if same_street and same_ward else None


def _identities(report: Report) -> dict[str, str]:
    """Attributes in comparable form: `51B-123.45` is `51b12345`."""
    return {code: re.sub(r"[\W_]", "", fold(value)) for code, value in report.attributes}


def _shared(mine: dict[str, str], theirs: dict[str, str], codes: frozenset[str]) -> bool:
    return any(mine.get(code) and mine.get(code) == theirs.get(code) for code in codes)


def _differ(mine: dict[str, str], theirs: dict[str, str]) -> bool:
    return any(mine.get(c) and theirs.get(c) and mine[c] != theirs[c] for c in ASSET_CODES)


def _between(a: Report, b: Report) -> float | None:
    if a.lat is None or a.long is None or b.lat is None or b.long is None:
        return None
    return distance_m(a.lat, a.long, b.lat, b.long)


def _nearness(
    report: Report, other: Candidate, distance: float | None, radius: float, now: datetime
) -> float:
    """0 to under 1: half by distance, then by the words, then by age (a week halves it)."""
    near = 0.0 if distance is None else max(0.0, 1 - distance / radius) if radius else 1.0
    age = abs(now - other.requested_at) / timedelta(days=7)
    alike = similarity(report.description, other.report.description)
    return 0.5 * near + 0.3 * alike + 0.19 / (1 + age)


def similarity(a: str, b: str) -> float:
    """Overlap of the folded words of two texts, 0 to 1 (Dice)."""
    mine, theirs = words(a), words(b)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def street_key(address: str | None) -> str | None:
    """The folded street of an address as said, without house number; None without a street.

    `66/1 Đồng Tâm, xã Trung Chánh` -> `dong tam`.
    """
    street = " ".join(fold((address or "").split(",")[0]).split())
    return _BEFORE_STREET.sub("", street) or None
