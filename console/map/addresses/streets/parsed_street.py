"""What an address says about streets."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ParsedStreet:
    """What one part of the text says about streets; `strength` is 0 if it names none."""

    number: str | None = None
    street: str | None = None
    cross: str | None = None
    strength: int = 0
    unknown: list[str] = field(default_factory=list)
