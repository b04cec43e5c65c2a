"""Tables: the model over the rows of one query and the view with badges and frozen columns. Start
with `row_model.py`.
"""
