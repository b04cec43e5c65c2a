"""The command line: a module or a folder for each noun (`console1022 notice …` is `notice.py`).

Verbs parse, call the same services as the window, and print; they decide nothing. Start with
`main.py`.
"""
