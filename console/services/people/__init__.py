"""The people at this seat: signing in, passwords, presence, what they read or revealed.

Knows only the ports. Start with `accounts.py`.
"""
