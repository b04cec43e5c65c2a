"""How the window looks: the colours of the light and the night theme, the style sheet made from
them, icons, and the signs (colour, shape and word) of a state. Knows nothing of the rest of the
window. Start with `themes.py`.
"""
