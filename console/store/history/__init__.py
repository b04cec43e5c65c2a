"""Requests of an older system into the tables, in large batches or in small ones beside people.

Reads what `services/history` made of the file. Start with `importing.py`.
"""
