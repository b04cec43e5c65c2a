"""A real store on disk for each test."""

from tests.integration.store.conftest import store

__all__ = ["store"]
