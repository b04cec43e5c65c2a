"""The made-up city of `run --demo`, kept apart from real rules and data.

Its events pass through the real handlers. Start with `city.py`.
"""
