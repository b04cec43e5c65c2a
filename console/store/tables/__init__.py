"""The tables as SQLAlchemy Core sees them, and how their rows become values and values rows.

Nothing here opens a file or decides anything. Start with `definitions.py`.
"""
