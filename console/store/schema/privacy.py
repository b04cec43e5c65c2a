"""The step that indexes events of privacy wishes among millions of others."""

WISHES = (
    """create index event_wish on event (request_id) where kind in (
        'wish_received', 'wish_answered', 'wish_extended', 'wish_done', 'wish_refused')""",
)
"""A step of `steps.py`."""
