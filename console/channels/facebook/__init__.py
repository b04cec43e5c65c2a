"""The Facebook page: webhook and polling in, Messenger out.

`events.py` is the pure translation; start with `channel.py`.
"""
