"""Who sits at this seat: lock, sign-in, hand-over, password, shift. A hand-over never ends a
call. Start with `panel.py` and `presenter.py`.
"""
