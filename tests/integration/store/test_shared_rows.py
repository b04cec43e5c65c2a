"""What this seat makes of shared rows that come from a centre, whatever they hold."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.ports.central.shared_rows import SharedRow
from console.services.records import BlockedSender
from console.store.exchange.shared_rows import LocalSharedStore
from console.store.seat.local_store import LocalStore

NOW = datetime.now(UTC).replace(microsecond=0)


def block(until: datetime, seq: int = 1) -> SharedRow:
    """A sender whom another seat blocked."""
    ms = {"until": int(until.timestamp() * 1000), "at": int(NOW.timestamp() * 1000)}
    said: dict[str, object] = {
        "channel": "sms", "sender_key": "+84900000000", "actor": "ai-do", "reason": "quảng cáo",
        **ms,
    }  # fmt: skip
    return SharedRow("blocked", "sms:+84900000000", 5, 5, said, {}, seq)


def is_blocked(store: LocalStore) -> bool:
    return store.write_now(lambda uow: uow.is_blocked(Channel.SMS, "+84900000000", NOW))


def test_a_row_from_before_the_centre_is_no_obstacle(store: LocalStore) -> None:
    past = NOW - timedelta(days=120)
    store.write_now(
        lambda uow: uow.block(
            BlockedSender(Channel.SMS, "+84900000000", past, "cao-thi", past, "cũ")
        )
    )
    store.set_central(True)
    shared = LocalSharedStore(store)
    shared.follow("one", 1)
    assert shared.waiting(10) == (), "too old to go out"
    shared.take_in((block(NOW + timedelta(days=3)),))
    assert is_blocked(store)
    assert shared.place() == 1


def test_a_row_that_cannot_be_taken_over_holds_up_no_other(store: LocalStore) -> None:
    store.set_central(True)
    shared = LocalSharedStore(store)
    shared.follow("one", 5)
    good = block(NOW + timedelta(days=3), seq=5)
    contact_key = contact_uuid("email", "m1").hex
    shared.take_in((
        SharedRow("contact", "no id", 5, 5, {"channel": "email"}, {}, 2),
        SharedRow("contact", contact_key, 5, 5, {"channel": "email"}, {}, 3),
        replace(good, key="sms:+84911111111", said={}, seq=4),
        good,
    ))  # fmt: skip
    assert is_blocked(store)
    assert shared.place() == 5, "nobody asks for them again"
    assert shared.row_of("contact", contact_key) is None
    assert shared.waiting(10) == ()


AT = int(NOW.timestamp() * 1000)
SOUND: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "contact": (
        {"stream": "hcmc", "channel": "email", "external_id": "m", "received_at": AT,
         "sender": "a@x.vn", "sender_key": "a@x.vn", "sender_name": "Lan", "sent_at": AT,
         "text": "Ngập", "flags": ["edited"], "thread_key": "t", "lat": 10.7, "long": 106.6,
         "media": [], "proposal": [["email", "a@x.vn"]], "about_id": None, "number": None},
        {"state": "new", "request_id": None, "reject_reason": None, "handled_by": None,
         "opened_at": AT},
    ),
    "outreach": (
        {"stream": "hcmc", "channel": "email", "recipient": "a@x.vn", "text": "Cảm ơn",
         "purpose": "reply", "created_at": AT, "request_id": None, "contact_id": None},
        {"state": "failed", "updated_at": AT, "tries": 1, "refs": ["r"], "error": "x",
         "taken_by": None},
    ),
}  # fmt: skip
ODD: tuple[object, ...] = (
    "x", "", "\x1b[2J\u202e", 1, -1, 10**17, -(10**17), 10**30, 1.5, math.inf, math.nan, True, [1],
    ["a"], [["a", 1]], [[]], {"a": 1}, "00" * 16, "email",
)  # fmt: skip


def odd_rows(kind: str) -> Iterator[SharedRow]:
    """A sound row of this kind with one value in one column that nobody means."""
    said, step = SOUND[kind]
    for n, (name, value) in enumerate(product((*said, *step), ODD), 1):
        key = f"{n:032x}"
        own = {"external_id": f"m{n}"} if kind == "contact" and name != "external_id" else {}
        half = {name: value}
        yield SharedRow(
            kind, key, 5, 5, said | own | (half if name in said else {}),
            step | (half if name in step else {}), n,
        )  # fmt: skip


@pytest.mark.parametrize("kind", SOUND)
def test_no_value_of_another_seat_stops_a_page(store: LocalStore, kind: str) -> None:
    """Whoever may share rows may share any, past his console."""
    store.set_central(True)
    shared = LocalSharedStore(store)
    shared.follow("one", 1)
    rows = tuple(odd_rows(kind))
    shared.take_in(rows)
    assert shared.place() == len(rows)
    kept = [row for row in rows if shared.row_of(kind, row.key) is not None]
    assert len(kept) > len(SOUND[kind][0]), "what fits is taken"
    later = NOW + timedelta(days=1)
    store.ask_now(lambda q: q.inbox(state=None, limit=5000))
    store.ask_now(lambda q: q.tasks(later))
    store.ask_now(lambda q: q.counts(later))
    for row in kept:
        which = UUID(row.key)
        if kind == "contact":
            assert store.write_now(lambda uow, i=which: uow.contact(i)) is not None  # type: ignore[misc]
        else:
            assert store.write_now(lambda uow, i=which: uow.outreach(i)) is not None  # type: ignore[misc]
