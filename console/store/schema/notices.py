"""The step for notices: which exist and until when; their text is in their events."""

NOTICES = (
    """create table notice (
        id blob primary key, stream text not null, until integer not null) without rowid""",
    "create index notice_until on notice (until)",
    # A notice's events have its id where others have their request's.
    """create index event_notice on event (request_id)
        where kind in ('notice_issued', 'notice_changed', 'notice_ended')""",
    # Events stored before the program knew this kind; folding them says how long the notice lasts.
    """insert into notice (id, stream, until)
        select request_id, min(stream), 4611686018427387904 from event
        where kind in ('notice_issued', 'notice_changed', 'notice_ended') group by request_id""",
)
"""A step of `steps.py`."""
