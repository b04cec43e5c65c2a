"""Understands an address as people say it, offline.

It knows the ward tables and the list of streets and never guesses: what is not certain stays empty.
Start with `parser.py`, which names the steps in their order.
"""
