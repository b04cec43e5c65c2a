"""What a seat and its sync thread ask of the centre.

All of it may be missing or away: a seat works without a centre. Start with `sync.py`.
"""
