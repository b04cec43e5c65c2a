"""E-mail: one IMAP thread in, SMTP out.

Start with `channel.py`.
"""
