"""The seat's SQLite store and the centre's PostgreSQL: the only room that speaks SQL.

May know services' ports, config and domain rules. Start with `seat/local_store.py`, then
`writing/unit_of_work.py` and `queries/sql_queries.py`.
"""
