"""**Hộp thư**: messages from every written channel, one of them in detail, the answers to it, and
blocked senders. Start with `page.py` and `presenter.py`.
"""
