"""What the window needs of Qt and Python while it runs: coroutines started from Qt, commands sent
to the desk, refreshes that are rate-limited, long work, garbage collection, the input method. No
widget of ours. Start with `tasks.py`.
"""
