"""Telephone lines and SMS: Asterisk, modems, webhooks and a simulator. Knows the ports of
`services`. `base_line.py` is what every line inherits.
"""
