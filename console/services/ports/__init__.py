"""Protocols that adapters and fakes fill, with the values that pass through them.

Knows only `domain`, `views` and `records.py`. Start with `store/store.py`.
"""
