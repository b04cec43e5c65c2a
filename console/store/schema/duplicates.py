"""The step that indexes open requests by service and ward, for duplicates without a pin."""

PLACES = (
    "create index request_open_ward on service_request (ward_code, service_code) where is_open = 1",
)
"""A step of `steps.py`."""
