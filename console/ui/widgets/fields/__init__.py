"""Fields of forms: text with an input method, searchable choices, periods.

Every field keeps a word that is still being composed. Start with `typed_text.py` and
`search_combo.py`.
"""
