"""Written messages from citizens: stored once, triaged, blocked, turned into requests.

Knows requests and outreach, not the channels. Start with `inbox.py`.
"""
