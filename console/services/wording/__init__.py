"""Words for people in Vietnamese and English: a sentence for each code, a label for each value.

Knows only `domain`. Start with `sentences.py`; the other files are its tables.
"""
