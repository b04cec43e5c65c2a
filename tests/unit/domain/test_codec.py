import json
from datetime import UTC, datetime
from typing import get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.codec import fact_body, fact_of, from_json, kind_of, to_json
from console.domain.zone import CITY
from tests.unit.domain.build import NOW, received

KINDS = [
    k
    for k in vars(e).values()
    if isinstance(k, type) and issubclass(k, e.Fact) and k not in (e.Fact, e.UnknownFact)
]
# Events are written in UTC or the city's time; zones that set their clocks back compare oddly.
AWARE = st.datetimes(timezones=st.sampled_from([UTC, CITY]))
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
    return st.builds(kind, **{name: st.from_type(hint) for name, hint in hints.items()})


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
@given(st.data())
def test_every_fact_comes_back(kind: type[e.Fact], data: st.DataObject) -> None:
    fact = data.draw(facts_of(kind))
    wire = json.loads(json.dumps(to_json(fact)))
    back = from_json(wire)
    assert back == fact
    assert type(back) is kind
    assert to_json(back) == wire


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
    wire = {"kind": "drone_sent", "schema_v": 1, "body": {"height": 3}}
    fact = from_json(wire)
    assert fact == e.UnknownFact(unknown_kind="drone_sent", body={"height": 3})
    assert to_json(fact) == wire
    more = fact_of("note_added", {"text": "a", "colour": "red"})
    assert more == e.NoteAdded(text="a")


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
    from_json({"kind": kind, "body": body})


def test_broken_envelopes_and_pairs() -> None:
    assert from_json({}) == e.UnknownFact(unknown_kind="")
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
