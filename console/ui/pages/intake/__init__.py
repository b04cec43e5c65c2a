"""**Tiếp nhận**: calls and caller at the left, the open forms in the middle, map and likely
duplicates at the right. Knows calls, map and request. Start with `page.py`; the form itself is in
`form/`.
"""
