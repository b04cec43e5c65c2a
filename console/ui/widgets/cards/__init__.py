"""Framed items on a page: a likely duplicate, a notice.

Start with `card.py`, the frame itself.
"""
