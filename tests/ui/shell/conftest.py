"""Tests of the window around the pages in the whole window: its fixtures."""

from tests.ui.window import close_windows_left_open, room

__all__ = ["close_windows_left_open", "room"]
