"""The step that stores which of this seat's recordings the centre has."""

RECORDINGS = (
    """create table recording_sent (
        sha256 text primary key, state text not null, why text) without rowid""",
    "create index call_recording on call (offered_at) where recording like 'vault:%'",
)
"""A step of `steps.py`."""
