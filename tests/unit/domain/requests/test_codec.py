import json
from datetime import UTC, datetime, timedelta
from typing import get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.requests.codec import FIRST_AT, LAST_AT, body_text, fact_body, fact_of, kind_of
from console.domain.time_zone import CITY
from tests.unit.domain.build import NOW, received

KINDS = [
    k
    for k in (vars(e) | vars(w)).values()
    if isinstance(k, type) and issubclass(k, e.Fact) and k not in (e.Fact, e.UnknownFact)
]
# Events are written in UTC or the city's time; zones that set their clocks back compare oddly.
AWARE = st.builds(
    lambda seconds, zone: (FIRST_AT + timedelta(seconds=seconds)).astimezone(zone),
    st.floats(0, (LAST_AT - FIRST_AT).total_seconds()),
    st.sampled_from([UTC, CITY]),
)
DEGREES = {"lat": st.floats(-90, 90), "long": st.floats(-180, 180)}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
st.register_type_strategy(object, JSON)


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(datetime, AWARE)


def facts_of(kind: type[e.Fact]) -> st.SearchStrategy[e.Fact]:
    """Any fact of this kind, with every field that has a default filled or not."""
    hints = get_type_hints(kind)
    values = {name: st.from_type(hint) for name, hint in hints.items()}
    values |= {name: st.none() | where for name, where in DEGREES.items() if name in hints}
    if "areas" in hints:
        ring = st.lists(st.tuples(*DEGREES.values()), max_size=4).map(tuple)
        values["areas"] = st.lists(ring, max_size=3).map(tuple)
    return st.builds(kind, **values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
@given(st.data())
def test_every_fact_comes_back(kind: type[e.Fact], data: st.DataObject) -> None:
    fact = data.draw(facts_of(kind))
    body = json.loads(json.dumps(fact_body(fact)))
    back = fact_of(kind_of(fact), body)
    assert back == fact
    assert type(back) is kind
    assert fact_body(back) == body
    assert body_text(fact) == json.dumps(fact_body(fact), ensure_ascii=False, separators=(",", ":"))


def test_kinds_are_snake_case_and_different() -> None:
    assert kind_of(received()) == "request_received"
    assert kind_of(e.RequestForwarded) == "request_forwarded"
    assert len({kind_of(k) for k in KINDS}) == len(KINDS)


def test_defaults_are_left_out() -> None:
    parent = UUID(int=1)
    assert fact_body(e.RequestMerged(parent_id=parent, parent_number="2")) == {
        "parent_id": str(parent),
        "parent_number": "2",
    }


def test_what_a_newer_console_wrote_is_kept() -> None:
    fact = fact_of("drone_sent", {"height": 3})
    assert fact == e.UnknownFact(unknown_kind="drone_sent", body={"height": 3})
    assert (kind_of(fact), fact_body(fact)) == ("drone_sent", {"height": 3})
    assert body_text(fact) == '{"height":3}'
    more = fact_of("note_added", {"text": "a", "colour": "red"})
    assert more == e.NoteAdded(text="a")


HERE = {"number": "1", "channel": "voice", "service_code": "x", "description": "x",
        "requested_at": NOW.isoformat()}  # fmt: skip
NEVER = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00", "1899-12-31T00:00:00+00:00"]


@pytest.mark.parametrize(
    "more",
    [
        *({"requested_at": at} for at in NEVER),
        *({"lat": n} for n in (90.5, -1e308, 10**400, float("inf"), float("nan"), "10", True)),
        {"long": 181},
    ],
    ids=str,
)
def test_what_no_calendar_and_no_map_has_is_kept_but_not_believed(more: dict[str, object]) -> None:
    assert fact_of("request_received", HERE) != e.UnknownFact(unknown_kind="x", body={})
    body = HERE | more
    fact = fact_of("request_received", body)
    assert isinstance(fact, e.UnknownFact)
    assert fact.body == body


@pytest.mark.parametrize("year", [1899, 2201, 2926, 9999])
def test_what_nobody_would_believe_is_not_written(year: int) -> None:
    """A mistyped year: the step would be done here and be a remark at every other workstation."""
    fact = e.ExtensionGranted(agency="q12", committed_at=datetime(year, 11, 26, tzinfo=CITY))
    for write in (body_text, fact_body):
        with pytest.raises(InputError, match="impossible_time"):
            write(fact)


def test_an_area_off_the_world_is_not_believed() -> None:
    said = {"kind": "outage", "title": "x", "text": "x", "starts_at": NOW.isoformat(),
            "ends_at": NOW.isoformat()}  # fmt: skip
    good, bad = [[[10.7, 106.6], [10.8, 106.7]]], [[[10.7, 106.6], [1e308, 1e308]]]
    assert isinstance(fact_of("notice_issued", said | {"areas": good}), e.NoticeIssued)
    for areas in (bad, [[10.7, 106.6]], [[[10.7]]], "x", 5):
        assert isinstance(fact_of("notice_issued", said | {"areas": areas}), e.UnknownFact)


@pytest.mark.parametrize("body", [[1], "x", 5, None, True], ids=str)
def test_a_body_that_is_no_object_is_kept(body: object) -> None:
    fact = fact_of("note_added", body)
    assert isinstance(fact, e.UnknownFact)
    assert fact_of("note_added", fact_body(fact)) == fact


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("note_added", {}),
        ("note_added", {"text": 5}),
        ("request_closed", {"verdict": "enchanted"}),
        ("media_attached", {"media": "abc"}),
        ("request_received", {"number": "1", "attributes": [["plate", 5]]}),
        ("message_queued", {"outreach_id": "x", "channel": "sms", "purpose": "reply", "text": ""}),
        ("info_asked", {"reason": "", "expires_at": 5}),
        ("info_asked", {"reason": "", "expires_at": "yesterday"}),
        ("request_received", {"lat": True}),
        ("fields_changed", {"set": {}, "reason": True}),
        ("reporter_recorded", {"channel": "sms", "consent": 1}),
        ("fields_changed", {"set": []}),
    ],
)
def test_a_body_that_does_not_fit_is_kept_as_unknown(kind: str, body: dict[str, object]) -> None:
    fact = fact_of(kind, body)
    assert fact == e.UnknownFact(unknown_kind=kind, body=body)
    assert kind_of(fact) == kind


@given(st.sampled_from([kind_of(k) for k in KINDS]), st.dictionaries(st.text(), JSON))
def test_reading_never_raises(kind: str, body: dict[str, object]) -> None:
    fact_of(kind, body)


def test_broken_pairs() -> None:
    body = fact_body(received(attributes=(("plate", "51B"),)))
    assert fact_of("request_received", body) == received(attributes=(("plate", "51B"),))
    assert isinstance(
        fact_of("request_received", body | {"attributes": [["plate"]]}), e.UnknownFact
    )
    in_memory = body | {"attributes": (("plate", "51B"),)}
    assert fact_of("request_received", in_memory) == fact_of("request_received", body)


def test_an_instant_without_zone_is_utc() -> None:
    body = {"reason": "", "expires_at": NOW.replace(tzinfo=None).isoformat()}
    assert fact_of("info_asked", body) == e.InfoAsked(reason="", expires_at=NOW)
