"""Training: scripted callers, and how well and how fast their report was taken.

A scenario is data (`resources/training/scenarios.toml`). The profile is one of its own, so nothing
here can meet a real request; `wiring.training_settings` leaves no address in the settings to which
anything could go.
"""

import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from console.domain.requests.request import Request
from console.domain.text import phone
from console.domain.text.folding import fold
from console.services.city_data.catalogue_loader import RESOURCES

FOLDER = "training"
"""Of the profile; the training has its own store in it."""

_SCENARIOS = RESOURCES / "training" / "scenarios.toml"
_SCORES = "scores.jsonl"
_NO_POINTS_AT = 3.0
"""So many times the target and speed is worth nothing."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A caller and what a right form has.

    Attributes:
        says: what he tells, once he was answered.
        services: codes that are right; `wards` likewise.
        place: what the address must have, `say_any` groups of which the description must have one.
        danger: codes of danger questions that must be answered yes.
        target_s: from the ring to the save, for all points.
    """

    id: str
    title: str
    phone: str
    name: str
    says: str
    services: tuple[str, ...]
    place: tuple[str, ...]
    wards: tuple[str, ...]
    say_any: tuple[tuple[str, ...], ...]
    danger: tuple[str, ...]
    target_s: float

    @property
    def number(self) -> str:
        """His number, E.164."""
        return phone.normalise(self.phone) or self.phone


@dataclass(frozen=True, slots=True)
class Score:
    """One form that was saved.

    Attributes:
        seconds: from the ring to the save.
        speed, complete: points, 0 to 100.
        missing: parts that were not right: service, place, ward, description, danger, reporter.
    """

    scenario: str
    user: str
    at: str
    seconds: float
    speed: int
    complete: int
    missing: tuple[str, ...] = ()


@cache
def scenarios(file: Path = _SCENARIOS) -> tuple[Scenario, ...]:
    """All of them, in their order."""
    found = tomllib.loads(file.read_text("utf-8"))["scenario"]
    return tuple(
        Scenario(
            **{
                **each,
                "services": tuple(each["services"]),
                "place": tuple(each["place"]),
                "wards": tuple(each["wards"]),
                "say_any": tuple(tuple(group) for group in each["say_any"]),
                "danger": tuple(each["danger"]),
            }
        )
        for each in found
    )


def judge(scenario: Scenario, request: Request, seconds: float, user: str) -> Score:
    """How the form that was saved compares with what the caller said."""
    address, said = fold(request.address_string or ""), fold(request.description)
    reporter = next((r for r in request.reporters if r.phone == scenario.number), None)
    right = {
        "service": request.service_code in scenario.services,
        "place": all(fold(word) in address for word in scenario.place),
        "ward": not scenario.wards or request.ward_code in scenario.wards,
        "description": all(any(fold(w) in said for w in group) for group in scenario.say_any),
        "danger": set(scenario.danger) <= set(request.danger),
        "reporter": reporter is not None and bool(reporter.name),
    }
    late = max(0.0, seconds / scenario.target_s - 1) / (_NO_POINTS_AT - 1)
    return Score(
        scenario.id,
        user,
        request.requested_at.isoformat(),
        round(seconds, 1),
        round(100 * max(0.0, 1 - late)),
        round(100 * sum(right.values()) / len(right)),
        tuple(part for part, is_right in right.items() if not is_right),
    )


class ScoreBook:
    """All scores of this training profile, a line each."""

    def __init__(self, profile: Path) -> None:
        """Of this profile."""
        self._file = profile / _SCORES

    def keep(self, score: Score) -> None:
        """Add one."""
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(score), ensure_ascii=False) + "\n")

    def all(self) -> tuple[Score, ...]:
        """Oldest first; a line that is none is left out."""
        try:
            lines = self._file.read_text("utf-8").splitlines()
        except OSError:
            return ()
        found = []
        for line in lines:
            try:
                values = json.loads(line)
                found.append(Score(**{**values, "missing": tuple(values["missing"])}))
            except (ValueError, TypeError, KeyError):
                continue
        return tuple(found)
