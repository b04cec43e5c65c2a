"""`console1022 doctor`: checks of a workstation, one module for each thing that is checked.

Each check yields what it found and the cure. Start with `verbs.py`, which lists the checks.
"""
