"""The smallest widgets: label, button, badge, message bar. A label shows plain text, never HTML.
Start with `plain_label.py`.
"""
