"""Our messages to citizens: who may be written to, what is queued, how it is sent.

Knows the desk and the ports, not the channels. Start with `messages.py`; `delivery.py` is the
courier.
"""
