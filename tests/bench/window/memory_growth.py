"""Thousands of calls through the window, and how its memory grows."""

from pathlib import Path

from console.domain.live_events import CallEvent
from console.ui.runtime import tasks
from tests.bench.figures import Figure
from tests.bench.process import rss_mb
from tests.bench.window.seat import Seat, open_seat


async def canary(profile: Path, calls: int) -> tuple[Figure, ...]:
    """Each call is offered, rings, is answered, has its form opened and discarded, and ends."""
    growth = Figure(f"memory growth per 1,000 calls, last half of {calls}", None, "MiB")
    marks: list[tuple[int, float]] = []
    async with open_seat(profile) as seat:
        for n in range(calls):
            await _one_call(seat, n)
            if n % (calls // 20) == 0:
                marks.append((n, rss_mb()))
        marks.append((calls, rss_mb()))
        forms = len(seat.intake.forms.forms)
    half = [mark for mark in marks if mark[0] >= calls // 2]
    growth.samples = [slope(half) * 1000]
    growth.slow = f"{forms} forms open at the end; MiB: " + " ".join(f"{mb:.0f}" for _, mb in marks)
    return (growth,)


async def _one_call(seat: Seat, n: int) -> None:
    desk, page = seat.core.desk, seat.intake
    call_id = f"{1_795_700_000 + n}.1"

    def step(kind: str, **more: object) -> None:
        event = CallEvent(
            kind=kind, call_id=call_id, at=desk.clock(), pbx="pbx", queue="1022",
            peer_number=f"09{40_000_000 + n % 500}", **more,  # type: ignore[arg-type]
        )  # fmt: skip
        desk.bus.publish(event)

    step("offered")
    step("ringing", operator="101")
    await tasks.settle()
    step("answered", operator="101")
    page.show_call(call_id)
    await tasks.settle()
    page.answer_only()
    await tasks.settle()
    step("ended", operator="101", reason="caller_hangup")
    await tasks.settle()


def slope(marks: list[tuple[int, float]]) -> float:
    """Least squares, in MiB per call."""
    xs, ys = [float(x) for x, _ in marks], [y for _, y in marks]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)
