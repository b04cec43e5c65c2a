"""Conditions that choose a partial index: written out, not bound, because SQLite takes such an
index only for a condition that it can read.
"""

from sqlalchemy import text

IS_OPEN = text("service_request.is_open = 1")
NEEDS_FORWARD = text("service_request.needs_forward = 1")
IS_WRITTEN = text("contact.channel <> 'voice'")
IS_MISSED = text("call.state in ('missed', 'abandoned', 'callback')")
