"""The central PostgreSQL, by psycopg: the only place that speaks its SQL (DATA.md 5, 9, 10).

May know services' ports, domain and the store's codec; never SQLite.
"""
