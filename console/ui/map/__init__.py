"""The one map of the window, which moves from page to page and may have a screen of its own.

Start with `view.py`, the face that pages see; behind it are a web page (`web/`) and, where that may
not run, a painted map (`painted/`).
"""
