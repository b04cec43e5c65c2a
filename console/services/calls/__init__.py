"""Telephone calls: who claims one, missed calls, monitoring, recordings.

Knows the desk and the ports, not the exchange. Start with `handlers.py`; `tracking.py` writes what
the exchange reports.
"""
