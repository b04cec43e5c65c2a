"""A small centre in memory that keeps the rules of the real one: numbers without gaps, ids once,
clocks clamped, a feed for each agency without reporters. For thousands of runs; PostgreSQL has its
own tests.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import UnavailableError
from console.domain.privacy.agency_view import OTHER, for_agency
from console.domain.requests.events import RequestForwarded, StoredEvent
from console.services.ports.central.sync import (
    Accepted,
    Blob,
    ConsoleIdentity,
    EventRefusedError,
    Hello,
    Numbered,
)

MINUTE = 60_000 << 16


def _other_name(request_id: UUID, agency: str) -> str:
    """Always the same stand-in name, from which nobody can tell the agency."""
    return f"{OTHER}{uuid5(request_id, agency).hex[:8]}"


@dataclass
class ModelCentre:
    """What the centre stores.

    Attributes:
        clock_ms: its clock.
        unstorable: ids of events that it refuses as PostgreSQL does a NUL.
        min_version: of consoles that may push.
        taken_codes: console codes of other workstations.
        begun: incarnations and the number at which each began, unless that was lost too.
    """

    clock_ms: int = 1_795_485_600_000
    incarnation: str = "1"
    events: list[StoredEvent] = field(default_factory=list)
    feeds: dict[str, list[UUID]] = field(default_factory=dict)
    unstorable: set[UUID] = field(default_factory=set)
    min_version: int = 1
    taken_codes: set[int] = field(default_factory=set)
    pushes: int = 0
    begun: list[tuple[str, int]] = field(default_factory=list)
    by_id: dict[UUID, StoredEvent] = field(default_factory=dict)
    blobs: dict[str, tuple[Blob, bytes]] = field(default_factory=dict)

    def store(self, events: Sequence[StoredEvent], agency: str | None) -> tuple[Accepted, ...]:
        """Store all of them or, when one cannot be stored, none."""
        self.pushes += 1
        if any(each.id in self.unstorable for each in events):
            raise EventRefusedError("event_refused", cause="22P05")
        answer = []
        for each in events:
            if each.id not in self.by_id:
                if agency is not None and not self._may_write(each, agency):
                    continue
                clamped = min(each.hlc, (self.clock_ms << 16) + MINUTE)
                mine = replace(each, seq=len(self.events) + 1, hlc=clamped)
                self.events.append(mine)
                self.by_id[mine.id] = mine
                self._feed(mine)
            mine = self.by_id[each.id]
            answer.append(Accepted(mine.id, mine.seq or 0, mine.hlc))
        return tuple(answer)

    def _assigned(self, agency: str, request_id: UUID) -> bool:
        return any(
            each.request_id == request_id
            and isinstance(each.fact, RequestForwarded)
            and each.fact.agency == agency
            for each in self.events
        )

    def _may_write(self, event: StoredEvent, agency: str) -> bool:
        return event.agency == agency and self._assigned(agency, event.request_id)

    def _feed(self, event: StoredEvent) -> None:
        if isinstance(event.fact, RequestForwarded):
            # A first assignment copies the earlier events.
            self.feeds.setdefault(event.fact.agency, [])
            earlier = [each for each in self.events if each.request_id == event.request_id]
            for each in earlier:
                self._add(event.fact.agency, each)
        for agency in self.feeds:
            if self._assigned(agency, event.request_id):
                self._add(agency, event)

    def _add(self, agency: str, event: StoredEvent) -> None:
        if event.id not in self.feeds[agency] and for_agency(event, agency, _other_name):
            self.feeds[agency].append(event.id)

    def note_incarnation(self) -> None:
        """Note where it began, before anything is numbered in it."""
        if self.incarnation not in dict(self.begun):
            self.begun.append((self.incarnation, len(self.events)))

    def common_since(self, incarnation: str) -> int | None:
        """See `Central`."""
        names = [name for name, _ in self.begun]
        if incarnation in names:
            later = self.begun[names.index(incarnation) + 1 :]
            return min((after for _, after in later), default=None)
        return min((after for _, after in self.begun[1:]), default=0)

    def go_back(self, by: int, incarnation: str) -> list[StoredEvent]:
        """Lose the newest events, like a standby that was behind; returns them."""
        keep = max(0, len(self.events) - by)
        # Notes from before the lost events survive; one at the edge may or may not.
        self.begun = [each for each in self.begun if each[1] < keep + by % 2]
        lost, left = self.events[keep:], self.events[:keep]
        self.events, self.by_id, self.incarnation = [], {}, incarnation
        self.feeds = {}
        for each in left:
            self.events.append(each)
            self.by_id[each.id] = each
            self._feed(each)
        return lost


@dataclass
class ModelLink:
    """`Central`: one workstation's connection to the model.

    Attributes:
        lose_answer: asked at each push; True = it is stored, but the answer is lost.
    """

    centre: ModelCentre
    agency: str | None = None
    connected: bool = False
    away: bool = False
    lose_answer: Callable[[], bool] = lambda: False
    rest: threading.Event = field(default_factory=threading.Event)

    def hello(self, console: ConsoleIdentity) -> Hello:
        if self.away:
            raise UnavailableError("central_away", where="model")
        self.connected = True
        self.centre.note_incarnation()
        return Hello(
            stream="hcmc",
            incarnation=self.centre.incarnation,
            last=len(self._positions()),
            agency=self.agency,
            login="model",
            min_console_version=self.centre.min_version,
            clock_at=datetime.fromtimestamp(self.centre.clock_ms / 1000, UTC),
            code_taken=console.code in self.centre.taken_codes,
        )

    def _check(self) -> None:
        if self.away or not self.connected:
            self.connected = False
            raise UnavailableError("central_away", where="model")

    def _positions(self) -> list[UUID]:
        if self.agency is None:
            return [each.id for each in self.centre.events]
        return self.centre.feeds.get(self.agency, [])

    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        self._check()
        answer = self.centre.store(events, self.agency)
        if self.lose_answer():
            self.connected = False
            raise UnavailableError("central_away", where="model")
        return answer

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        self._check()
        ids = self._positions()[after : after + limit]
        return tuple(
            Numbered(position, self._shown(self.centre.by_id[each]))
            for position, each in enumerate(ids, start=after + 1)
        )

    def _shown(self, event: StoredEvent) -> StoredEvent:
        """An agency reads its own part."""
        if self.agency is None:
            return event
        shown = for_agency(event, self.agency, _other_name)
        assert shown is not None, "it is in no feed of this agency"
        return shown

    def tell(self, seq: int) -> bool:
        self._check()
        return seq <= len(self.centre.events)

    def id_at(self, position: int) -> UUID | None:
        self._check()
        ids = self._positions()
        return ids[position - 1] if 1 <= position <= len(ids) else None

    def common_since(self, incarnation: str) -> int | None:
        self._check()
        return self.centre.common_since(incarnation)

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        self._check()
        visible = set(self._positions())
        return tuple(
            self._shown(each)
            for each in self.centre.events
            if each.request_id in set(request_ids) and each.id in visible
        )

    def blob(self, sha256: str) -> Blob | None:
        self._check()
        known = self.centre.blobs.get(sha256)
        return None if known is None else known[0]

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        self._check()
        _, stored = self.centre.blobs.get(blob.sha256, (blob, b""))
        assert n * (1 << 20) <= len(stored), "a gap"
        stored = stored[: n * (1 << 20)] + data
        after = replace(blob, stored=len(stored))
        self.centre.blobs[blob.sha256] = (after, stored)
        return after

    def chunk(self, sha256: str, n: int) -> bytes | None:
        self._check()
        known = self.centre.blobs.get(sha256)
        return None if known is None else known[1][n << 20 : (n + 1) << 20] or None

    def note_recording(self, pbx: str, call_id: str, sha256: str) -> None:
        self._check()

    def project(self, catalogue: Catalogue, limit: int = 200) -> int:
        self._check()
        return 0

    def wait(self, timeout_s: float) -> bool:
        self._check()
        self.rest.wait(timeout_s)
        self.rest.clear()
        return False

    def account_changed(self) -> bool:
        return False

    def wake(self) -> None:
        self.rest.set()

    def break_off(self) -> None:
        self.connected = False

    def close(self) -> None:
        self.connected = False
