"""What pages share about one request: its pane and window, the steps on it, conflicts, presence,
its history and paper, notices for its place. Pages import from here, never from each other. Start
with `pane.py`.
"""
