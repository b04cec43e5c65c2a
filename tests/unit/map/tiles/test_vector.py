"""Vector tiles are read as written, and a broken one raises nothing."""

from hypothesis import given
from hypothesis import strategies as st

from console.map.tiles.vector import read_tile
from tests.unit.map.tiles.tile_files import vector_tile

ROAD = [(0, 0), (4096, 2048), (100, -50)]
POND = [(10, 10), (200, 10), (200, 300)]
TILE = vector_tile(
    ("transportation", 2, ROAD, {"class": "primary", "name": "Vườn Lài"}),
    ("water", 3, POND, {}),
    ("place", 1, [(2048, 2048)], {"name": "Thủ Đức", "class": "city"}),
    ("transportation", 2, POND, {"class": "minor"}),
)


def test_shapes_and_words_as_written() -> None:
    layers = read_tile(TILE, ("transportation", "water", "place"))
    assert {name: len(layer.features) for name, layer in layers.items()} == {
        "transportation": 2, "water": 1, "place": 1,
    }  # fmt: skip
    road, small = layers["transportation"].features
    assert (road.kind, road.said) == (2, {"class": "primary", "name": "Vườn Lài"})
    assert road.paths == (tuple(ROAD),)
    assert (small.said, small.paths) == ({"class": "minor"}, (tuple(POND),))
    (pond,) = layers["water"].features
    assert (pond.kind, pond.paths) == (3, (tuple(POND),))
    assert layers["place"].features[0].paths == (((2048, 2048),),)


def test_unwanted_layers_are_not_decoded() -> None:
    assert set(read_tile(TILE, ("water",))) == {"water"}
    assert read_tile(b"", ("water",)) == {}


@given(st.integers(0, len(TILE)), st.integers(0, 255))
def test_a_broken_tile_gives_what_could_be_read(at: int, byte: int) -> None:
    cut = read_tile(TILE[:at], ("water", "transportation", "place"))
    assert set(cut) <= {"water", "transportation", "place"}
    turned = TILE[:at] + bytes([byte]) + TILE[at + 1 :]
    for layer in read_tile(turned, ("water", "transportation", "place")).values():
        assert layer.extent >= 16


@given(st.binary(max_size=400))
def test_any_bytes(body: bytes) -> None:
    read_tile(body, ("water",))
