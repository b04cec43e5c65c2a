"""The step that stores which warnings were given, so that each is given only once."""

WARNINGS = (
    """create table warning (
        request_id blob not null, agency text not null, clock text not null,
        level integer not null, due_at integer not null, at integer not null,
        primary key (request_id, agency, clock, level, due_at)) without rowid""",
    "create index warning_at on warning (at)",
)
"""A step of `steps.py`."""
