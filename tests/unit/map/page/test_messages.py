"""Messages between window and page: encoding, and validation of what comes in."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.map.page.messages import (
    Base,
    Click,
    Config,
    Drawn,
    Near,
    Open,
    PageError,
    Pin,
    PinMoved,
    Ready,
    View,
    Wards,
    decode,
    encode,
)


def message(kind: str, **fields: object) -> str:
    return json.dumps({"v": 1, "kind": kind, "seq": 1, **fields})


def test_messages_to_the_page_carry_version_kind_and_number() -> None:
    assert json.loads(encode(Pin(10.5, 106.5, pan=True), 7)) == {
        "v": 1, "kind": "pin", "seq": 7, "lat": 10.5, "long": 106.5, "pan": True,
        "accuracy_m": None,
    }  # fmt: skip
    assert json.loads(encode(View(1, 2, None), 1))["zoom"] is None
    assert json.loads(encode(Wards(("26740",)), 1))["codes"] == ["26740"]
    assert json.loads(encode(Near(1, 2, None, ()), 1))["radius_m"] is None
    config = json.loads(encode(Config(Base(), {"map": "Bản đồ"}), 1))
    assert (config["base"]["kind"], config["texts"]) == ("labels", {"map": "Bản đồ"})


def test_a_number_that_is_not_finite_is_never_sent() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode(Pin(float("nan"), 1, pan=False), 1)


def test_messages_from_the_page_are_read() -> None:
    assert decode(message("ready")) == Ready()
    click = decode(message("click", lat=10.5, long=106, zoom=15, x=3, y=4))
    assert click == Click(10.5, 106.0, 15.0, 3.0, 4.0)
    assert decode(message("pin_moved", lat=1, long=2, source="drag")) == PinMoved(1, 2, "drag")
    assert decode(message("open", id="abc")) == Open("abc")
    drawn = decode(message("drawn", layer="requests", n=5, js_ms=1.5, paint_ms=2))
    assert drawn == Drawn("requests", 5, 1.5, 2.0)
    assert decode(message("error", message="m", file="f", line=3)) == PageError("m", "f", 3)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "1", "{", '{"v":1}', '{"v":2,"kind":"ready"}', message("shell"),
        message("click"), message("click", lat=91, long=0, zoom=1, x=0, y=0),
        message("click", lat="10", long=0, zoom=1, x=0, y=0),
        message("click", lat=True, long=0, zoom=1, x=0, y=0),
        '{"v":1,"kind":"click","lat":NaN,"long":0,"zoom":1,"x":0,"y":0}',
        '{"v":1,"kind":"click","lat":1e400,"long":0,"zoom":1,"x":0,"y":0}',
        message("pin_moved", lat=1, long=2, source="click"),
        message("open", id=5), message("open", id="x" * 65), message("drawn", layer="x"),
        '{"v":1,"kind":["ready"]}', message("error", message="x" * 70_000, file="", line=0),
        "[" * 60_000, message("measured", path=[[1]]), message("measured", path=[[91, 0]]),
        message("measured", path=[[1, 2]] * 201), message("measured", path="x"),
        message("asset", asset_kind="lamp", code=5), message("asset", asset_kind="x" * 21, code=""),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="map_message"):
        decode(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.one_of(
        st.text(),
        _JSON.map(json.dumps),
        st.dictionaries(
            st.sampled_from(["v", "kind", "lat", "long", "zoom", "x", "y", "id", "of", "n"]),
            st.one_of(_JSON, st.just(1), st.sampled_from(["click", "open", "ack", "ready"])),
        ).map(json.dumps),
    )
)
def test_decode_gives_a_message_or_its_own_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert decode(text) is not None
