import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import ids
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


def test_each_is_greater_than_the_one_before_also_with_a_clock_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [uuid7() for _ in range(2000)]
    back = time.time_ns() - ids.HELD_MS * 1_000_000 // 2
    monkeypatch.setattr(time, "time_ns", lambda: back)
    made += [uuid7() for _ in range(20_000)]
    assert all(one < two for one, two in pairwise(made))
    assert {(each.version, each.variant) for each in made} == {(7, uuid.RFC_4122)}


def test_a_clock_that_was_far_off_is_followed_when_it_is_right_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ids, "_newest", [uuid7_bytes(4_000_000_000_000, bytes(10))])
    assert uuid7().int >> 80 < 4_000_000_000_000


def test_many_threads_make_no_two_alike() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: uuid7(), range(4000)))
    assert len(set(made)) == 4000


def test_where_the_last_bits_run_over_the_next_millisecond_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = uuid7_bytes(uuid7().int >> 80, b"\xff" * 10)
    monkeypatch.setattr(ids, "_newest", [last])
    monkeypatch.setattr(time, "time_ns", lambda: (int.from_bytes(last) >> 80) * 1_000_000)
    made = uuid7()
    assert made.bytes > last
    assert made.int >> 80 == (int.from_bytes(last) >> 80) + 1
