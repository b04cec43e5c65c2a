"""When a seat rings, how urgently, and when it is silent; tones without a device."""

import math
import threading
from array import array
from datetime import timedelta

import pytest

from console.config.settings import AudioSettings
from console.domain.errors import UnavailableError
from console.domain.states import Priority
from console.services.desk import Desk
from console.ui.audio.tones import RATE, RINGS, Piece, level_db, samples
from console.ui.calls.presenter import CallPresenter
from console.ui.calls.ringing import HIGH_AFTER, URGENT_AFTER, Ringing
from tests.conftest import StoppedClock
from tests.ui.calls.test_presenter import ME, step
from tests.ui.line import ToldLine
from tests.ui.waiting import until


class Heard:
    """Replaces the seat's audio; records what it should ring."""

    def __init__(self) -> None:
        self.told: list[Priority | None] = []

    def ring(self, priority: Priority | None) -> None:
        if self.told[-1:] != [priority]:
            self.told.append(priority)


@pytest.fixture
def heard(desk: Desk) -> tuple[Ringing, Heard]:
    desk.telephony = ToldLine()
    ringing, told = Ringing(CallPresenter(desk, ME), AudioSettings()), Heard()
    ringing._audio = told  # type: ignore[assignment]
    return ringing, told


async def test_it_rings_while_a_call_rings_here_and_no_longer(
    desk: Desk, heard: tuple[Ringing, Heard]
) -> None:
    _, told = heard
    step(desk, "offered", queue="1022")
    step(desk, "ringing", operator="102")
    assert told.told == [None]
    step(desk, "ringing", operator=ME)
    step(desk, "answered", operator=ME)
    assert told.told == [None, Priority.NORMAL, None]
    # A second call during a call is shown, not heard.
    step(desk, "ringing", "c2", operator=ME)
    assert told.told == [None, Priority.NORMAL, None]


async def test_who_waits_longer_rings_more_urgently(
    desk: Desk, heard: tuple[Ringing, Heard], clock: StoppedClock
) -> None:
    ringing, told = heard
    step(desk, "ringing", operator=ME)
    ringing.tick(clock() + HIGH_AFTER - timedelta(seconds=1))
    ringing.tick(clock() + HIGH_AFTER)
    ringing.tick(clock() + URGENT_AFTER)
    assert told.told == [Priority.NORMAL, Priority.HIGH, Priority.URGENT]
    step(desk, "ringing", "c2", operator=ME, more={"priority": "high"})
    step(desk, "ended", operator=ME, reason="caller")
    assert told.told[-1] is Priority.HIGH


async def test_a_seat_that_never_rings_makes_no_sound_object(desk: Desk) -> None:
    desk.telephony = ToldLine()
    ringing = Ringing(CallPresenter(desk, ME), AudioSettings())
    step(desk, "offered", queue="1022")
    assert ringing._audio is None
    await ringing.close()


@pytest.mark.parametrize("priority", list(Priority))
def test_a_ring_is_as_long_as_its_pattern_and_loud_as_told(priority: Priority) -> None:
    seconds = sum(length for _, length in RINGS[priority])
    loud, soft = samples(RINGS[priority], 100), samples(RINGS[priority], 50)
    assert len(loud) / 2 / RATE == pytest.approx(seconds, abs=0.001)

    def peak(data: bytes) -> int:
        found = array("h")
        found.frombytes(data)
        return max(abs(one) for one in found)

    assert peak(loud) == pytest.approx(0.7 * 32767, rel=0.15)
    assert peak(soft) == pytest.approx(peak(loud) / 4, rel=0.02)
    assert peak(samples(RINGS[priority], 0)) == 0


@pytest.mark.parametrize("hz", [425.0, 620.0, 1004.0, 500.5])
def test_a_tone_made_of_its_shortest_stretch_is_the_sine_all_along(hz: float) -> None:
    found = array("h")
    found.frombytes(samples((((hz,), 1.0),), 100))
    for n in range(1000, len(found) - 1000, 777):
        true = 0.7 * 32767 * math.sin(2 * math.pi * hz / RATE * n)
        assert found[n] == pytest.approx(true, abs=2)
    assert found[0] == found[-1] == 0  # Fades in and out.


class SlowPort:
    """Replaces PortAudio; records the thread that asked for the ring."""

    def __init__(self) -> None:
        self.threads: list[str] = []

    def play(self, _data: bytes, _name: str, _sink: str) -> object:
        self.threads.append(threading.current_thread().name)
        raise UnavailableError("no_audio")


async def test_the_ring_is_made_beside_the_window_not_before_the_card_is_painted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.ui.audio import seat_audio

    made: list[str] = []

    def noted(pattern: tuple[Piece, ...], volume: int) -> bytes:
        made.append(threading.current_thread().name)
        return samples(pattern, volume)

    monkeypatch.setattr(seat_audio, "samples", noted)
    port = SlowPort()
    sound = seat_audio.Audio(AudioSettings(), port=port)  # type: ignore[arg-type]
    sound.ring(Priority.NORMAL)
    await until(lambda: sound.ring_state == "visual", "the ring to be tried")
    assert [name.startswith("audio") for name in (*made, *port.threads)] == [True, True]
    await sound.close()


def test_the_level_of_known_sounds() -> None:
    full = array("h", [32767, -32767] * 500).tobytes()
    assert level_db(full) == pytest.approx(0, abs=0.01)
    sine = array("h", [int(16384 * math.sin(n / 10)) for n in range(6283)]).tobytes()
    assert level_db(sine) == pytest.approx(-9.03, abs=0.1)
    assert level_db(b"") == level_db(bytes(200)) == -90.0
