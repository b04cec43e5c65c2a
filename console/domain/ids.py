"""Identifiers that a console makes on its own, unique everywhere (RFC 9562)."""

import os
import threading
import time
import uuid
from uuid import UUID

_CONTACTS = UUID("6b1d5a0e-1022-5c9a-9f43-0d8f9d2f1022")
"""Name space of contact ids: two gateways that read the same message make the same id."""

_FIXED = 7 << 76 | 2 << 62
"""Version and variant at their place in the 128 bits."""
_FREE = (1 << 128) - 1 ^ 15 << 76 ^ 3 << 62


HELD_MS = 10_000
"""A clock set back by up to this much is not followed; a larger step is taken as a correction."""
_turn = threading.Lock()
_newest = [b""]
"""The newest time-ordered id of this process."""


def uuid7(at_ms: int | None = None, tail: bytes | None = None) -> UUID:
    """A time-ordered UUID, version 7 (RFC 9562, 5.7).

    Without arguments, each id of this process is greater than the one before, also within a
    millisecond and after the clock was set back a little (6.2, method 2).

    Args:
        at_ms: milliseconds since 1970 UTC; default now.
        tail: ten bytes for the rest, such as a digest that always makes the same id; default
            random.
    """
    if at_ms is None and tail is None:
        return UUID(bytes=_next())
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    return UUID(bytes=uuid7_bytes(ms, os.urandom(10) if tail is None else tail))


def _next() -> bytes:
    ms = time.time_ns() // 1_000_000
    with _turn:
        made, before = uuid7_bytes(ms, os.urandom(10)), _newest[0]
        if made <= before and int.from_bytes(before) >> 80 <= ms + HELD_MS:
            # A step of up to 2**40 within the last 62 bits; an overflow does no harm.
            later = int.from_bytes(before) + 1 + int.from_bytes(os.urandom(5))
            made = uuid7_bytes(later >> 80, later.to_bytes(16)[6:])
            if made <= before:
                made = uuid7_bytes((later >> 80) + 1, os.urandom(10))
        _newest[0] = made
    return made


def uuid7_bytes(at_ms: int, tail: bytes) -> bytes:
    """`uuid7` as its 16 bytes; version and variant replace six bits of `tail`."""
    return ((at_ms << 80 | int.from_bytes(tail)) & _FREE | _FIXED).to_bytes(16)


def contact_uuid(channel: str, external_id: str) -> UUID:
    """The id of the contact with this channel and external id (UUID version 5)."""
    return uuid.uuid5(_CONTACTS, f"{channel}\n{external_id}")
