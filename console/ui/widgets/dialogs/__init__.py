"""What every dialog is built on. Dialogs are shown with `show()` or `open()`, never modally: a
nested event loop would stop asyncio. Start with `base.py`, then `asking.py`.
"""
