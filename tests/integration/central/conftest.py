"""The centre of each test: a real PostgreSQL, a database of its own."""

from tests.fakes.postgres import centre

__all__ = ["centre"]
