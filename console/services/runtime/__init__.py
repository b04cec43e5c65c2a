"""What keeps the program running: event bus, restarts, uncaught failures, log masking.

Knows no subject. Start with `bus.py`.
"""
