"""Framed cards that can be chosen by mouse or key: a likely duplicate, a notice. Start with
`card.py`.
"""
