"""Every setting of the program, and where its value comes from.

Knows only `domain`. Start with `settings.py`, which has one dataclass for each section of the file.
"""
