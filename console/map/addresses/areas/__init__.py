"""Reads ward, district and province among tokens and resolves old names to today's wards.

Knows the ward tables; nothing of streets but the list of known ones. Start with `reader.py`.
"""
