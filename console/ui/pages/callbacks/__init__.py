"""**Gọi lại**: citizens who wait for a result, calls that nobody answered, and what came of
calling back. Start with `page.py` and `presenter.py`.
"""
