"""How the SQLite file is opened, encrypted and kept fast, and how saves share a commit.

Knows nothing of what the tables mean. Start with `engine.py`.
"""
