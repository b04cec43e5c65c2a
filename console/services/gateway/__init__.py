"""The gateway, which owns modems, mailbox, pages and web server under leases.

Knows the ports of channels and the courier, no channel itself. Start with `channel_runner.py`.
"""
