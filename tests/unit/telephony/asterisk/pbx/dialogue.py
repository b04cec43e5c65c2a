"""Dialogues as a real PBX would hold them, each with the expected report, written before the
program was run. `DIALOGUES` has all of them, by name.

A line of the report: `[call] kind operator reason …`, with the call's number unless it is the
first. Then what the kind adds: `to=` target, `asks` the operator's own consultation about a
citizen, `consult` a colleague who is only consulted, `cancelled` the consultation ended without a
transfer, `outcome=` of an outgoing call, `n=` people in a conference, `last` the call's final
event, `?` uncertain.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.domain.live_events import CallEvent
from tests.fakes.ami.calls import Hotline

type Play = Callable[[Hotline], object]

ANSWERED = "offered -; ringing 101; answered 101"


@dataclass(frozen=True)
class Dialogue:
    """What happens, and what must be reported."""

    play: Play
    told: tuple[str, ...]

    def run(self, started: int = 1795600000, kind: type[Hotline] = Hotline) -> Hotline:
        pbx = kind(started)
        self.play(pbx)
        return pbx


DIALOGUES: dict[str, Dialogue] = {}


def dialogue(*told: str) -> Callable[[Play], Play]:
    """Register this function as a dialogue with this expected report; `;` separates lines."""

    def keep(play: Play) -> Play:
        lines = [line.strip() for text in told for line in text.split(";") if line.strip()]
        DIALOGUES[play.__name__] = Dialogue(play, tuple(lines))
        return play

    return keep


def said(events: Iterable[CallEvent]) -> tuple[str, ...]:
    """The reported call events in the notation of the dialogues."""
    calls: dict[str, int] = {}
    lines = []
    for event in events:
        if event.kind in ("queue_changed", "agent_changed", "link"):
            continue
        number = calls.setdefault(event.call_id, len(calls) + 1)
        lines.append(_line(event, number))
    return tuple(lines)


def _line(event: CallEvent, number: int) -> str:
    more = event.more
    parts = [str(number) if number > 1 else "", event.kind, event.operator or "-"]
    parts.append(event.reason or "")
    parts.append(f"to={more['target']}" if event.kind == "transferred" else "")
    parts += ["asks" if "consult_for" in more else "", "consult" if more.get("consult") else ""]
    parts.append(str(more.get("transfer") or ""))
    parts.append(f"outcome={more['outcome']}" if "outcome" in more else "")
    parts.append(f"n={more['count']}" if event.kind == "conferenced" else "")
    last = more.get("final") or event.kind in ("abandoned", "callback_requested")
    parts += ["last" if last else "", "" if event.certain else "?"]
    return " ".join(part for part in parts if part)
