"""Intervals of the link to the centre, and what it has counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkTimes:
    """Intervals and limits, in seconds.

    Attributes:
        poll: between two looks without a notification; also the heartbeat of an idle line.
        slow: a call that waits longer is reported as a lost link.
        hang: a call that waits longer is broken off.
        told: a call that waits longer shows the number of unsent events.
        left: before events that the centre did not take are sent again.
        greet: between two greetings, which also measure the clock.
        project: about how often changed requests are folded for the centre's own lists.
        hold: after a push, before the others are notified if the centre has not done so.
        prune: between two looks for requests that this workstation need not keep.
        first, longest: the first and the longest wait between attempts to connect.
    """

    poll: float = 1.5
    slow: float = 3.5
    hang: float = 20.0
    told: float = 0.7
    left: float = 60.0
    greet: float = 300.0
    project: float = 3.0
    hold: float = 0.03
    prune: float = 3600.0
    first: float = 1.0
    longest: float = 30.0


@dataclass(slots=True)
class LinkCounts:
    """What the link has done since the start, for `doctor` and the log."""

    connects: int = 0
    failures: int = 0
    pushed: int = 0
    pulled: int = 0
    buried: int = 0
    rewound: int = 0
    last_failure: str = ""
