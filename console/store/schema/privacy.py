"""The step that finds the register of wishes about one's own data among millions of events."""

WISHES = (
    """create index event_wish on event (request_id) where kind in (
        'wish_received', 'wish_answered', 'wish_extended', 'wish_done', 'wish_refused')""",
)
"""A step of `schema.py`."""
