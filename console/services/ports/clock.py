"""The clock that is passed in wherever a rule asks for the time, so that tests set it."""

from collections.abc import Callable
from datetime import datetime

type Clock = Callable[[], datetime]
"""Gives the aware UTC time now."""
