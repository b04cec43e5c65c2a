"""Training: scripted callers, and scores for how well and fast an operator takes their report.

A scenario is data (`resources/training/scenarios.toml`). Training uses its own profile, so it never
touches a real request, and `training_settings` removes every address that a message could go to.
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
"""Folder in the profile with the training's own store."""

_SCENARIOS = RESOURCES / "training" / "scenarios.toml"
_SCORES = "scores.jsonl"
_NO_POINTS_AT = 3.0
"""At this many times the target the speed earns no points."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scripted caller, and what a correct form contains.

    Attributes:
        says: the caller's words, once answered.
        services, wards: codes that are correct.
        place: words the address must contain.
        say_any: groups of words; the description must contain one of each.
        danger: danger questions that must be answered yes.
        target_s: seconds from ring to save that earn full points.
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
        """The caller's number, E.164."""
        return phone.normalise(self.phone) or self.phone


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one saved form.

    Attributes:
        seconds: from the ring to the save.
        speed, complete: points, 0 to 100.
        missing: wrong parts: service, place, ward, description, danger, reporter.
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
    """All scenarios, in order."""
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
    """Score a saved form against its scenario."""
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
    """The scores of a training profile, one line each."""

    def __init__(self, profile: Path) -> None:
        """Use this profile."""
        self._file = profile / _SCORES

    def keep(self, score: Score) -> None:
        """Append a score."""
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(score), ensure_ascii=False) + "\n")

    def all(self) -> tuple[Score, ...]:
        """All scores, oldest first; unreadable lines are skipped."""
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
