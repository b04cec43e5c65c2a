"""Questions by subject, each answered from one snapshot of the store. They write nothing.

`base.py` has what they share, `sql_queries.py` joins them; the reports have a folder of their own.
"""
