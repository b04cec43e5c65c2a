"""What IT does with the centre: set it up, manage accounts, look at its state, back it up.

Uses a connection of its own, not a seat's. Start with `setup.py`.
"""
