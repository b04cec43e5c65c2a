"""The status line and what stands in it: state of links, long work, undo, messages, warnings of
clocks. Start with `line.py` and `presenter.py`.
"""
