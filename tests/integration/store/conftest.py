"""A real store on disk for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.store.seat.local_store import LocalStore
from tests.fakes.profiles import fresh_profile
from tests.integration.store.build import CATALOGUE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """An empty store, closed at the end."""
    opened = LocalStore(fresh_profile(tmp_path / "profile"), CATALOGUE)
    yield opened
    opened.close()
