"""Faults of a request, and the exception that carries them."""

from dataclasses import dataclass

from console.services.wording.sentences import sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: HTTP status, and the code of a sentence for the sender."""

    status: int
    code: str
    params: tuple[tuple[str, object], ...] = ()

    @property
    def description(self) -> str:
        """The sentence."""
        return sentence(self.code, dict(self.params))


class FaultsError(Exception):
    """A request is refused for one or several reasons."""

    def __init__(self, *faults: Fault) -> None:
        """The first fault determines the status."""
        super().__init__("; ".join(f.code for f in faults))
        self.faults = faults
