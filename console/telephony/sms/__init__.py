"""The SMS channel: joins parts, puts messages into the inbox, sends answers. Knows the modem and
the PDU codec. Start with `channel.py`.
"""
