"""Building blocks that two or more pages share; the style sheet styles them by their properties.
They know texts and the theme, never a page or a presenter. Start with `basic/`.
"""
