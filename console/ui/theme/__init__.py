"""Colours, fonts and icons of the window, and the style sheet made from them.

Knows nothing of the rest of the window. Start with `themes.py`.
"""
