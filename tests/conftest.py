"""What every test may use: the shared data folder, a clock that stands still, the plain loop."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

# The checks try the same examples each time, so that who changed nothing sees nothing red; new
# examples are looked for by `python -m tests.soak.properties`.
settings.register_profile("house", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("quick", deadline=None, max_examples=15, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=100, print_blob=True)
settings.load_profile(os.environ.get("CONSOLE1022_TEST_PROPERTIES", "house"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recordings and vectors that is not part of the repository."""
    where = os.environ.get("CONSOLE1022_TEST_DATA")
    if not where or not Path(where).is_dir():
        pytest.skip("CONSOLE1022_TEST_DATA does not name the shared data folder")
    return Path(where)


class StoppedClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        """Starts on an ordinary Tuesday morning in Ho Chi Minh City."""
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def forward(self, **span: float) -> None:
        """Move on, such as `forward(hours=2)`."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> StoppedClock:
    """A clock for handlers and folds."""
    return StoppedClock()


type Now = Callable[[], datetime]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Plain asyncio below the window; tests/ui has its own."""
    return {"plain": asyncio.new_event_loop}
