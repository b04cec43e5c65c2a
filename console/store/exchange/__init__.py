"""The seat's side of the exchange with the centre: what to send, and how to store what came.

Works on the local store only; the network is in `console/sync`. Start with `events.py`.
"""
