"""The building blocks of every screen; styled by `theme.py` from their properties alone."""
