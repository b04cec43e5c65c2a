"""The central PostgreSQL, by psycopg: the only place that speaks its SQL.

May know services' ports, domain rules, tables and projection. Start with `seat_link.py`; IT's side
is in `administration/`, the steps of the schema are in `migrations/`.
"""
