"""Frozen rows that the read side returns, ready to show.

Knows only `domain` and `records.py`. Start with `requests.py`.
"""
