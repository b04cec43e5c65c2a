"""The step that indexes published requests."""

SITE = (
    "create index request_public on service_request (requested_at) where publish_state = 'public'",
)
"""A step of `steps.py`."""
