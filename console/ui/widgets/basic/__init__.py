"""The smallest parts of every page: label, button, badge and the message bar.

Start with `plain_label.py`, which shows text and never HTML.
"""
