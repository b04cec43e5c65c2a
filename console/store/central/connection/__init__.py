"""The connection to the centre: its address, its failures, events as its JSON.

Start with `line.py`.
"""
