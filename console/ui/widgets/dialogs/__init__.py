"""Dialogs that ask for one thing; shown with `show()` or `open()`, never run modally.

Start with `base.py`; `asking.py` adds an answer that is handed over and must be saved.
"""
