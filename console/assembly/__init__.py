"""Puts the program together: a seat, its lines and channels, the gateway, the window.

This is the only place that knows every room; below it nothing imports it. Start with `core.py` (a
seat without its lines), then `seat.py`; `desktop.py` and `headless.py` are the two programs.
"""
