"""The window around the pages: main window, rail, command palette, status line, seat, help. It
knows every page; no page knows it. Start with `main_window.py`.
"""
