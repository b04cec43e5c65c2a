"""Random lives of requests: every kind of step, also such that do not fit, at any time."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.states import Channel, Outcome, Verdict
from tests.integration.store.build import NOW, forwarded, received, stored

AGENCIES = ("q12", "sawaco", "hoc-mon")
SERVICES = ("roads.pothole", "water.burst", "bus.late")
BEGINS = NOW - timedelta(days=70)


def lives(seed: int, number: int) -> Iterator[list[e.StoredEvent]]:
    """So many requests, each as its events in order."""
    dice = random.Random(seed)
    for n in range(number):
        yield _life(dice, f"{26:02d}{seed % 1000:03d}{n:05d}0")


def _life(dice: random.Random, number: str) -> list[e.StoredEvent]:
    request_id = uuid7()
    at = BEGINS + timedelta(seconds=dice.randrange(68 * 86_400))
    life = [
        received(
            request_id,
            number,
            at,
            service_code=dice.choice(SERVICES),
            channel=dice.choice(list(Channel)),
            ward_code=dice.choice(("26767", None)),
        ),
        stored(
            request_id,
            e.ReporterRecorded(channel=Channel.VOICE, phone=f"+8490312345{dice.randrange(6)}"),
            at,
        ),
    ]
    for _ in range(dice.randrange(9)):
        at += timedelta(seconds=dice.choice((40, 900, 7200, 86_400, 400_000)) * dice.random())
        at = at.replace(microsecond=dice.randrange(1000) * 1000)
        if at > NOW:
            break
        agency = dice.choice(AGENCIES)
        life.append(_step(dice, request_id, agency, at))
    return life


def _step(dice: random.Random, request_id: UUID, agency: str, at: datetime) -> e.StoredEvent:
    hours = dice.choice((1, 24, 72, 200))
    later = at + timedelta(hours=hours)
    verdict = dice.choice((None, *Verdict))
    draw = dice.randrange(14)
    if draw < 3:
        return forwarded(request_id, agency, at, hours)
    facts: tuple[e.Fact, ...] = (
        e.AssignmentAccepted(agency=agency),
        e.AssignmentRefused(agency=agency, reason="không thuộc"),
        e.ExtensionGranted(agency=agency, committed_at=later),
        e.ResultReported(agency=agency, resolution_code="fixed", text="Đã sửa xong"),
        e.ResultReported(agency=agency, resolution_code="fixed", text="Đã sửa xong"),
        e.ResultReported(agency=agency, resolution_code="fixed", text="Đã sửa xong"),
        e.OutreachRecorded(channel=Channel.VOICE, outcome=Outcome.REACHED, verdict=verdict),
        e.RequestClosed(verdict=verdict),
        e.RequestReopened(reason="chưa sửa"),
        e.RequestCancelled(reason="thử"),
        e.NoteAdded(text="ghi chú"),
    )
    return stored(request_id, facts[draw - 3], at)
