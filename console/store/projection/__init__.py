"""The rows folded from events: how they are made, made again, and found by words.

May know tables and domain rules; asks no questions for screens. Start with `projector.py`.
"""
