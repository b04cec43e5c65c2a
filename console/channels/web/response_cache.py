"""Caches public responses for some seconds, so that a thousand readers cost the store as much as
one.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MOST_KEPT, MOST_BYTES = 512, 32 << 20


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response: creation time (monotonic), ETag, content type, bytes."""

    made_at: float
    tag: str
    kind: str
    content: bytes


class ResponseCache:
    """Responses by key; the oldest are evicted first."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: OrderedDict[str, CachedResponse] = OrderedDict()
        self._making: dict[str, asyncio.Lock] = {}
        self._size = 0

    async def get(
        self, key: str, make: Callable[[], Awaitable[tuple[str, bytes]]], kept_s: float
    ) -> CachedResponse:
        """The response for this key, made anew if older than `kept_s`; concurrent callers wait for
        one computation.
        """
        lock = self._making.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                known = self._kept.get(key)
                if known is not None and time.monotonic() - known.made_at < kept_s:
                    return known
                kind, content = await make()
                tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
                made = CachedResponse(time.monotonic(), tag, kind, content)
                self._put(key, made)
                return made
        finally:
            if not lock.locked():
                self._making.pop(key, None)

    def _put(self, key: str, made: CachedResponse) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._size -= len(old.content)
        self._kept[key] = made
        self._size += len(made.content)
        while len(self._kept) > MOST_KEPT or self._size > MOST_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone.content)
