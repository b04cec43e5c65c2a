"""A workstation's line on Asterisk's manager interface (AMI). `client.py` carries the messages,
`calls/` says what they mean, `link.py` keeps the connection. Start with `line.py`.
"""
