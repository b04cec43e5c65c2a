"""Colour, word and shape: how a state shows itself, whatever paints it."""

from dataclasses import dataclass
from typing import Literal

type LabelTone = Literal["text", "muted", "accent", "urgent", "warn", "ok", "disabled"]
"""Colour of words by meaning."""

type BadgeTone = Literal["ok", "warn", "urgent", "info", "muted"]
"""Colour of a badge by meaning."""

type Shape = Literal["square", "triangle", "circle", "diamond", "none"]
"""The shape beside the word."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a badge shows."""

    text: str
    tone: BadgeTone
    shape: Shape
