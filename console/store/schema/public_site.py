"""The step that finds published requests without walking through the others."""

SITE = (
    "create index request_public on service_request (requested_at) where publish_state = 'public'",
)
"""A step of `schema.py`."""
