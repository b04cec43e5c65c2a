"""The step that finds what the desk itself did: orders that stop clocks, and shifts."""

DESK = (
    """create index event_desk on event (kind, at) where kind in (
        'pause_ordered', 'pause_ended', 'shift_entered', 'shift_left', 'shift_handed_over',
        'shift_accepted')""",
)
"""A step of `schema.py`."""
