"""Turns the raw bytes of a mail into what the inbox needs.

Pure: no network, no store; any bytes are survived. Start with `message.py`.
"""
