"""Every expected failure: a code and its parameters, never a sentence.

`services/wording/sentences.py` has the sentence that people read for each code.
"""

from typing import override


class ConsoleError(Exception):
    """Base of the expected failures; any other exception is a bug.

    Attributes:
        code: lower snake case, unique in the program; `services/wording/` has its sentence.
        params: values for the sentence's placeholders.
    """

    exit_code = 1

    def __init__(self, code: str, **params: object) -> None:
        """Keep the code and its parameters."""
        super().__init__(code, params)
        self.code = code
        self.params = params

    @override
    def __str__(self) -> str:
        """Code and parameters, for logs only."""
        return f"{self.code} {self.params}" if self.params else self.code


class RefusedError(ConsoleError):
    """A step that the rules forbid: illegal state, another agency's case, a missing reason."""

    exit_code = 2


class InputError(ConsoleError):
    """Input that cannot be understood; the item is set aside and its raw form kept."""

    exit_code = 2


class UnavailableError(ConsoleError):
    """Something outside is away: link, device or disk. The state ends by itself."""

    exit_code = 3


class ConflictError(ConsoleError):
    """Two people changed the same thing; `params` carries both values."""

    exit_code = 2
