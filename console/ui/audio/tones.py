"""Sounds made here, as 16-bit mono samples: the test tone, and the ring of each urgency.

An ordinary call rings with the cadence of the country's network (425 Hz, one second on, four off,
ITU-T E.180 for Viet Nam). Urgent calls ring faster and in two tones, so that people hear the
difference.
"""

import math
from array import array
from functools import lru_cache

from console.domain.states import Priority

RATE = 48_000
"""Samples per second."""
_EDGE_S = 0.01
TEST_HZ = 1004.0
"""A tone that is no harmonic of the mains or of the ring."""

type Piece = tuple[tuple[float, ...], float]
"""Frequencies that sound together (none = silence), and for how long, in seconds."""

RINGS: dict[Priority, tuple[Piece, ...]] = {
    Priority.NORMAL: (((425.0,), 1.0), ((), 4.0)),
    Priority.HIGH: (((425.0, 480.0), 0.6), ((), 0.3), ((425.0, 480.0), 0.6), ((), 2.0)),
    Priority.URGENT: (((620.0,), 0.2), ((840.0,), 0.2), ((), 0.15)) * 3 + (((), 0.6),),
}


@lru_cache(maxsize=16)
def samples(pieces: tuple[Piece, ...], volume: int) -> bytes:
    """Make one round of a pattern, ready to be repeated.

    Args:
        volume: 0 to 100 per cent; perceived loudness falls with its square.
    """
    peak = 0.7 * 32767 * (max(0, min(volume, 100)) / 100) ** 2
    sound = array("h")
    for tones, seconds in pieces:
        count = int(RATE * seconds)
        sound.extend(_tone(tones, count, peak) if tones else array("h", bytes(2 * count)))
    return sound.tobytes()


def _tone(tones: tuple[float, ...], count: int, peak: float) -> "array[int]":
    """Make `count` samples of these frequencies together, with soft edges: a sine cut off clicks.

    Only the shortest period of all of them is computed (40 ms of an ordinary ring), so that a ring
    takes 1 ms instead of the 50 of computing every sample.
    """
    steps = [2 * math.pi * hz / RATE for hz in tones]
    gain = peak / len(steps)
    whole = all(hz.is_integer() for hz in tones)
    period = RATE // math.gcd(RATE, *map(int, tones)) if whole else count
    one = array("h", (int(gain * sum(math.sin(s * n) for s in steps)) for n in range(period)))
    sound = (one * (count // period + 1))[:count]
    edge = min(int(RATE * _EDGE_S), count // 2)
    for n in range(edge):
        sound[n] = sound[n] * n // edge
        sound[count - 1 - n] = sound[count - 1 - n] * n // edge
    return sound


def level_db(data: bytes) -> float:
    """Loudness of 16-bit samples in dB below full scale; -90 for silence."""
    found = array("h")
    found.frombytes(data[: len(data) // 2 * 2])
    if not found:
        return -90.0
    mean = math.sqrt(math.fsum(float(one) * one for one in found) / len(found))
    return max(-90.0, 20 * math.log10(mean / 32768)) if mean > 0 else -90.0
