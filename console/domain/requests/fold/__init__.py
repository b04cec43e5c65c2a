"""Builds a request from its events and never raises. Knows events and values, no commands. Start
with `request.py`.
"""
