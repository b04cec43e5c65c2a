"""Conditions written out for SQLite say the same as the rules."""

import re

from console.domain.calls import TO_CALL_BACK, CallPhase
from console.domain.states import CLOSED_STATES, State
from console.store.queries.index_conditions import IS_LIVE_CALL, IS_MISSED, is_published


def states_in(condition: object) -> set[str]:
    """The words of its list."""
    (listed,) = re.findall(r" in \(([^)]*)\)", str(condition))
    return set(re.findall(r"'(\w+)'", listed))


def test_who_is_called_back_is_who_stands_on_the_list() -> None:
    assert states_in(IS_MISSED) == TO_CALL_BACK


def test_a_live_call_is_one_that_is_not_over() -> None:
    over = TO_CALL_BACK | {CallPhase.DONE, CallPhase.SETTLED}
    assert states_in(IS_LIVE_CALL) == set(CallPhase) - over


def test_what_ended_otherwise_than_done_is_never_public() -> None:
    assert states_in(is_published("r")) == CLOSED_STATES - {State.CLOSED}
