"""What every page is, and the frames of its two usual kinds: a list with details, and figures.

Start with `page.py`.
"""
