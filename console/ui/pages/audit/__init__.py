"""**Nhật ký**: who read or changed what, and whether the chain of the log is whole. Start with
`page.py` and `presenter.py`.
"""
