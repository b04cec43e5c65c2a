"""Conditions that select a partial index. They are literals, not bound values, because SQLite uses
such an index only if it can compare the conditions.
"""

from sqlalchemy import Column, ColumnElement, literal_column, text

IS_OPEN = text("service_request.is_open = 1")
NEEDS_FORWARD = text("service_request.needs_forward = 1")
IS_WRITTEN = text("contact.channel <> 'voice'")
IS_MISSED = text("call.state in ('missed', 'abandoned', 'callback')")
IS_LIVE_CALL = text("call.state in ('ringing', 'claimed', 'talking', 'wrap_up')")


def is_published(request: str) -> str:
    """What the public site and Open311 show; `request` is the table's name in the query."""
    return (
        f"{request}.publish_state = 'public'"
        f" and {request}.state not in ('rejected', 'merged', 'cancelled')"
    )


def unindexed[T](column: Column[T]) -> ColumnElement[T]:
    """The column with a unary plus: the same value, but SQLite uses no index for it. Without
    statistics it would otherwise scan the whole history of a service or an agency.
    """
    return literal_column(f"+{column.table.name}.{column.name}", column.type)
