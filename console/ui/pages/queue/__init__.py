"""**Hàng đợi**: what an agency owes, by deadline, and the steps it takes on a request. Start with
`page.py` and `presenter.py`.
"""
