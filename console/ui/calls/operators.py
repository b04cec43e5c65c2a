"""The operators that the exchange knows, and what each of them does."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.domain.live_events import CallEvent
from console.ui.calls.views import AgentView

if TYPE_CHECKING:
    from console.services.desk import Desk


class Operators:
    """Keeps the last state of each operator."""

    def __init__(self, desk: "Desk") -> None:
        """Start with nobody."""
        self._desk = desk
        self._known: dict[str, AgentView] = {}

    @property
    def all(self) -> tuple[AgentView, ...]:
        """All of them, by extension."""
        return tuple(self._known[extension] for extension in sorted(self._known))

    def of(self, extension: str) -> AgentView | None:
        """The operator at this extension; None until the exchange reports one."""
        return self._known.get(extension)

    def heard(self, event: CallEvent, operator: str, state: str) -> AgentView | None:
        """Take what the exchange reports; returns the operator's state before."""
        before = self._known.get(operator)
        self._known[operator] = self._view(event, operator, state)
        return before

    def is_over_limit(self, operator: AgentView | None, now: datetime) -> bool:
        """Whether this operator's pause is longer than its reason allows."""
        if operator is None or operator.state != "paused":
            return False
        reasons = self._desk.catalogue.reasons_of("pause")
        minutes = next((r.limit_minutes for r in reasons if r.text == operator.reason), None)
        return minutes is not None and now - operator.since > timedelta(minutes=minutes)

    def _view(self, event: CallEvent, operator: str, state: str) -> AgentView:
        now, before = self._desk.clock(), self._known.get(operator)
        reason = event.reason or ""
        same = before is not None and (before.state, before.reason) == (state, reason)
        since = before.since if before is not None and same else now
        told = event.more.get("since")
        if isinstance(told, str):
            since = min(now, datetime.fromisoformat(told))
        queues, limit_s = event.more.get("queues"), event.more.get("limit_s")
        known = before.name if before is not None else ""
        return AgentView(
            operator=operator,
            name=str(event.more.get("name") or known),
            state=state,
            reason=reason,
            since=since,
            queues=tuple(queues) if isinstance(queues, list) else (),
            spying=str(event.more.get("spying", "")),
            limit=timedelta(seconds=float(str(limit_s))) if limit_s is not None else None,
        )
