"""Colour, word and shape of a state, the same wherever it is painted."""

from dataclasses import dataclass
from typing import Literal

type LabelTone = Literal["text", "muted", "accent", "urgent", "warn", "ok", "disabled"]
"""Text colour by meaning."""

type BadgeTone = Literal["ok", "warn", "urgent", "info", "muted"]
"""Badge colour by meaning."""

type Shape = Literal["square", "triangle", "circle", "diamond", "none"]
"""The shape next to the word."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a badge shows."""

    text: str
    tone: BadgeTone
    shape: Shape
