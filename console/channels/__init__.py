"""The written channels of the internet: one folder a channel, each with its wire, its translation
and its sending.

Channels know ports of the services, not the store and not each other. Start with `mail/channel.py`
as the example.
"""
