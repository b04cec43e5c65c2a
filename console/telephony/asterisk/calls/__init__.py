"""Turns AMI messages into call events. Knows no socket. Start with `tracker.py`, then `legs.py`."""
