"""The step for notices: which there are and until when; what they say stands in their events."""

NOTICES = (
    """create table notice (
        id blob primary key, stream text not null, until integer not null) without rowid""",
    "create index notice_until on notice (until)",
    # An event names its notice where others name their request.
    """create index event_notice on event (request_id)
        where kind in ('notice_issued', 'notice_changed', 'notice_ended')""",
    # Events that came before this program knew the kind; how long they count, their fold says.
    """insert into notice (id, stream, until)
        select request_id, min(stream), 4611686018427387904 from event
        where kind in ('notice_issued', 'notice_changed', 'notice_ended') group by request_id""",
)
"""A step of `schema.py`."""
