"""Dialogs about one request: change it, publish it, join it to another, and the steps that ask
for a reason or a date. Each hands what was said to its opener. Start with `steps.py`.
"""
