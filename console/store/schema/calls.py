"""Steps about calls: who took one, how it was lost, the outcome of an outgoing one, its recording,
and when the wrap-up ended.
"""

CALLS = (
    "alter table call add column taken_by text",
    "alter table call add column taken_at integer",
    "alter table call add column lost_as text",
    "alter table call add column outcome text",
    "alter table call add column ref text",
    "alter table call add column recorded text not null default ''",
    "alter table call add column recording text not null default ''",
    "alter table call add column recording_sha256 text not null default ''",
    # Settled ones lost how they were lost; the rest still says it.
    """update call set lost_as = case state when 'callback' then 'callback_requested'
        else state end where state in ('missed', 'abandoned', 'callback')""",
    "create index call_offered on call (offered_at)",
    "create index call_live on call (pbx) "
    "where state in ('ringing', 'claimed', 'talking', 'wrap_up')",
    "create index call_recorded on call (phone, offered_at) where recorded <> ''",
)
"""A step of `steps.py`."""

WRAP_UP = ("alter table call add column wrapped_at integer",)
"""A step of `steps.py`."""
