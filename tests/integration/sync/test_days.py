"""Random days of five consoles on PostgreSQL; `tests/soak/sync/random_days.py` runs many more."""

from pathlib import Path

import pytest

from tests.fakes.postgres import Centre
from tests.integration.sync.postgres_day import PostgresDay
from tests.unit.sync.city import day


@pytest.mark.parametrize("seed", range(4))
def test_a_day_on_postgresql(centre: Centre, tmp_path: Path, seed: int) -> None:
    assert day(tmp_path, seed, PostgresDay(centre)) == []
