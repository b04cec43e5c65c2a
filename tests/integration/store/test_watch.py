"""What needs somebody, counted and listed by the same condition."""

from datetime import timedelta

from console.domain import events as e
from console.domain.ids import uuid7
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views import DraftRow, OutreachRow
from console.services.watch_views import KINDS
from console.store.local import LocalStore
from tests.integration.reports.histories import lives
from tests.integration.store.made import NOW, received, save, stored


def counts(store: LocalStore) -> dict[str, int]:
    got = store.ask_now(lambda q: q.watch_counts(NOW))
    for kind in KINDS:
        listed = store.ask_now(lambda q, k=kind: q.watch_rows(k, NOW))  # type: ignore[misc]
        assert len(listed) == got[kind], kind
        assert len({row.key for row in listed}) == len(listed), kind
    return got


def test_each_kind_has_its_own(store: LocalStore) -> None:
    assert set(counts(store).values()) == {0}

    def work(uow) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        late = save(uow, at=NOW - timedelta(hours=30))
        save(uow, at=NOW - timedelta(hours=20))
        save(uow, at=NOW - timedelta(hours=1))
        waits, back = uuid7(), uuid7()
        uow.append([received(waits, "26001000010", NOW - timedelta(minutes=6))])
        uow.append([received(uuid7(), "26001000020", NOW - timedelta(minutes=4))])
        at = NOW - timedelta(minutes=3)
        life = [received(back, "26001000030", at)]
        for agency in ("q12", "sawaco"):
            life.append(stored(back, e.RequestForwarded(agency=agency, due_at=NOW), at))
            life.append(stored(back, e.AssignmentRefused(agency=agency, reason="không"), at))
        uow.append(life)
        until = NOW + timedelta(days=3)
        asked = e.ExtensionAsked(agency="q12", reason="mưa", committed_at=until)
        uow.append([stored(late, asked)])
        for n, state in enumerate(
            (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SENT)
        ):
            uow.save_outreach(
                OutreachRow(uuid7(), Channel.SMS, "+84903123456", "chào", Purpose.RESULT, state,
                            NOW - timedelta(days=n), NOW, late if n else None)
            )  # fmt: skip
        for minutes in (5, 16):
            at = NOW - timedelta(minutes=minutes)
            uow.save_draft(DraftRow(uuid7(), "operator", "may-07", at, {}, None))

    store.write_now(work)
    assert counts(store) == {
        "unforwarded": 1, "late": 1, "near": 1, "bounced": 1, "extension": 1, "failed": 2,
        "orphans": 1, "warned": 0,
    }  # fmt: skip
    (granted,) = store.ask_now(lambda q: q.watch_rows("extension", NOW))
    assert (granted.what, granted.due_at) == ("q12", NOW + timedelta(days=3))
    (draft,) = store.ask_now(lambda q: q.watch_rows("orphans", NOW))
    assert (draft.request_id, draft.what) == (None, "operator · may-07")


def test_counts_and_lists_agree_over_random_lives(store: LocalStore) -> None:
    for life in lives(3, 150):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    assert sum(counts(store).values()) > 20


def test_a_wait_for_the_citizens_answer_does_not_count_against_the_five_minutes(
    store: LocalStore,
) -> None:
    request_id, at = uuid7(), NOW - timedelta(hours=3)
    asked, answered = at + timedelta(minutes=2), NOW - timedelta(minutes=1)
    facts = (
        stored(request_id, e.InfoAsked(reason="ở đâu?", expires_at=NOW + timedelta(days=3)), asked),
        stored(request_id, e.InfoGiven(text="66/1 Đồng Tâm"), answered),
    )
    store.write_now(lambda uow: uow.append([received(request_id, "26001000010", at), *facts]))
    assert counts(store)["unforwarded"] == 0
    late = NOW + timedelta(minutes=3)
    assert store.ask_now(lambda q: q.watch_counts(late))["unforwarded"] == 1
