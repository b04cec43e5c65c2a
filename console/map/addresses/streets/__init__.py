"""Reads house number, street and crossing from what the area reader left.

May ask the area reader; nothing here resolves wards. Start with `reader.py`.
"""
