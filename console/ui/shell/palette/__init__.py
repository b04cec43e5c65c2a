"""Ctrl+K: the dialog that finds commands, requests, services, agencies and settings, and what it
offers. Start with `dialog.py`.
"""
