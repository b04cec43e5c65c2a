"""Telephone lines and SMS: Asterisk, modems, webhooks and a simulator. Knows the ports of
`services`. Start with the folder of a kind of line; `simple_calls.py` serves the lines that are no
exchange.
"""
