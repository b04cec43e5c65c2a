"""What this seat makes of shared rows that come from a centre, whatever they hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.records import BlockedSender
from console.services.shared_ports import SharedRow
from console.store.local import LocalStore
from console.store.shared import LocalSharedStore

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
