"""Telephone calls in the window: what the exchange reports, the call bar, the ring, and the
dialogs of a call. Knows the desk's telephony port only. Start with `presenter.py`, then `bar.py`.
"""
