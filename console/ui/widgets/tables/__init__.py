"""Tables over rows that the read side returns; they neither sort nor filter.

Start with `row_model.py` (rows in, cells out), then `table.py` (the view).
"""
