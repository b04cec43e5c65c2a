"""The numbered steps that make the schema of the local SQLite file.

A step never changes once it was released; a change is a new step. Start with `steps.py`.
"""
