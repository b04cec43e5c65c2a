"""Training: settings that cannot reach anything outside, and scripted callers."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.config.settings import Loaded, Settings, TelephonySettings

if TYPE_CHECKING:
    from console.services.ports.telephony import Telephony


def training_settings(loaded: Loaded, profile: Path) -> Loaded:
    """Settings of training: no address remains that anything could be sent to. Ward outlines and
    base map are those of this profile.
    """
    from console.map.display.setup import setup_for

    seen = setup_for(loaded.settings.map, profile)
    wards = seen.outlines if seen.outlines and seen.outlines.is_file() else ""
    own_map = replace(
        loaded.settings.map, tiles_url="", wards=str(wards), basemap=str(seen.basemap or "")
    )
    telephony = replace(TelephonySettings(), adapter="simulator")
    seat = replace(loaded.settings.seat, extension="101", workstation="luyen-tap")
    settings = replace(
        Settings(),
        telephony=telephony,
        seat=seat,
        audio=loaded.settings.audio,
        ui=loaded.settings.ui,
        map=own_map,
        policy=loaded.settings.policy,
    )
    return replace(loaded, settings=settings)


def training_line(settings: Settings) -> "Telephony":
    """A line with scripted callers, one soon after the other."""
    from console.services.supervision.training import scenarios
    from console.telephony.simulator.line import Pace, SimulatedLine

    callers = [(each.phone, each.name) for each in scenarios()]
    pace = Pace(first_s=6, least_s=12, most_s=20, patience_s=90, wrap_up_s=8)
    return SimulatedLine(callers, pace=pace, extension=settings.seat.extension)
