import uuid

from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import uuid7, uuid7_bytes


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_version_variant_time_and_the_rest_are_where_rfc_9562_has_them(
    ms: int, tail: bytes
) -> None:
    made = uuid7(ms, tail)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == ms
    kept = (0x0F << 72 | 0xFF << 64 | 0x3F << 56) | (1 << 56) - 1
    assert made.int & kept == int.from_bytes(tail) & kept
    assert uuid7_bytes(ms, tail) == made.bytes


def test_without_a_tail_no_two_are_alike() -> None:
    assert len({uuid7(5) for _ in range(100)}) == 100
