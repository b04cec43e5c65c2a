"""Text on the screen: words of closed sets, times and numbers, sentences for errors, translation.
Functions over values; no widget. Start with `words.py` and `formats.py`.
"""
