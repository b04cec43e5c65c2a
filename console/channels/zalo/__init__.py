"""The Zalo official account, with its one-time refresh tokens.

`events.py` is the pure translation; start with `channel.py`.
"""
