"""Consoles on a real PostgreSQL: a database of its own for each test."""

from tests.fakes.postgres import centre

__all__ = ["centre"]
