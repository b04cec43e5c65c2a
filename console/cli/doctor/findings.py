"""What a check of `doctor` finds out."""

from typing import NamedTuple


class Found(NamedTuple):
    """One finding: `state` is ok, warn or fail; `cure` says what to do when it is not ok."""

    state: str
    text: str
    cure: str = ""
