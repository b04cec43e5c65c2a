"""Help for people who learn the program: the key sheet (F1), the tour, training with made-up
calls. Start with `key_sheet.py`.
"""
