"""Moves events, files, drafts and shared rows between a workstation and the centre. Knows ports, no
SQL. Start with `link.py`.
"""
