"""A fresh seat for each test, and one to read from for many."""

from pathlib import Path

import pytest

from tests.integration.cli.seat import Seat

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
"""The spool recognises a file by its first bytes."""


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """A seat without any data."""
    return Seat(tmp_path / "hồ sơ")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo to add."""
    file = tmp_path / "ảnh.png"
    file.write_bytes(PNG)
    return file
