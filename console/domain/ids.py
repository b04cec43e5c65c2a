"""Identifiers made at the console, unique without asking anybody (RFC 9562)."""

import os
import time
import uuid
from uuid import UUID

_CONTACTS = UUID("6b1d5a0e-1022-5c9a-9f43-0d8f9d2f1022")
"""Name space of contact ids: two gateways that read the same message make the same id."""


def uuid7(at_ms: int | None = None, tail: bytes | None = None) -> UUID:
    """A time-ordered UUID, version 7 (RFC 9562, 5.7).

    Args:
        at_ms: milliseconds since 1970 UTC; now when left out.
        tail: ten bytes for the rest, such as a digest that makes the same id again; random when
            left out.
    """
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    rest = os.urandom(10) if tail is None else tail
    value = (ms & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(rest)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def contact_uuid(channel: str, external_id: str) -> UUID:
    """The id of the contact with this channel and external id (UUID version 5)."""
    return uuid.uuid5(_CONTACTS, f"{channel}\n{external_id}")
