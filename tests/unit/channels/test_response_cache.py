"""Cached responses: made once for concurrent callers; limited in number and size."""

import asyncio

from console.channels.web.response_cache import MOST_BYTES, MOST_KEPT, ResponseCache


class Maker:
    """Counts the responses it makes."""

    def __init__(self, size: int = 10) -> None:
        self.made = 0
        self._size = size

    async def __call__(self) -> tuple[str, bytes]:
        self.made += 1
        await asyncio.sleep(0)
        return "text/plain", bytes(self._size)


async def test_many_who_ask_at_once_cost_one() -> None:
    kept, make = ResponseCache(), Maker()
    tags = {each.tag for each in await asyncio.gather(*(kept.get("a", make, 60) for _ in range(9)))}
    assert (make.made, len(tags)) == (1, 1)
    await kept.get("a", make, 0)
    assert make.made == 2, "too old for this one"


async def test_the_oldest_goes_when_there_are_too_many() -> None:
    kept, make = ResponseCache(), Maker()
    for n in range(MOST_KEPT + 1):
        await kept.get(str(n), make, 60)
    await kept.get("1", make, 60)
    assert make.made == MOST_KEPT + 1, "the second is still there"
    await kept.get("0", make, 60)
    assert make.made == MOST_KEPT + 2


async def test_large_answers_do_not_fill_the_memory() -> None:
    """A thousand requests per page, and a page for every second."""
    kept, make = ResponseCache(), Maker(MOST_BYTES // 4)
    for n in range(8):
        await kept.get(str(n), make, 60)
    await kept.get("7", make, 60)
    assert make.made == 8
    await kept.get("3", make, 60)
    assert make.made == 9, "only the last four fit"


async def test_the_same_answer_made_anew_counts_once() -> None:
    kept, make = ResponseCache(), Maker(MOST_BYTES // 4)
    await kept.get("other", make, 60)
    for _ in range(8):
        await kept.get("a", make, 0)
    await kept.get("other", make, 60)
    assert make.made == 9


async def test_a_response_larger_than_the_cache_is_served() -> None:
    kept, make = ResponseCache(), Maker(MOST_BYTES + 1)
    assert len((await kept.get("a", make, 60)).content) == MOST_BYTES + 1
    await kept.get("a", make, 60)
    assert make.made == 2
