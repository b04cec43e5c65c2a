"""The gateway's HTTP server and what its parts share: a response cache and a rate limit.

Knows no channel. Start with `server.py`.
"""
