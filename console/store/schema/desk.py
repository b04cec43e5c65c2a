"""The steps that index events of the desk itself: pause orders and shifts."""

DESK = (
    """create index event_desk on event (kind, at) where kind in (
        'pause_ordered', 'pause_ended', 'shift_entered', 'shift_left', 'shift_handed_over',
        'shift_accepted')""",
)
"""A step of `steps.py`."""

WATCH = (
    # Among ten thousand open assignments, only a handful ask for a later date.
    "create index assignment_asked on assignment (rid, agency) where asked_at is not null",
)
"""A later step: what the supervisor's page counts twice a second."""
