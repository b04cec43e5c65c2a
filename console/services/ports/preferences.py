"""A person's preferences for the window, stored with the account, not with the seat."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Preferences:
    """Preferences of one account. An empty value means: as in the seat's settings.

    Attributes:
        theme: `auto`, `light` or `night`.
        font_percent: 100 to 200; 0 = as in the seat's settings.
        sides: name of a divider on a page -> the widths of its parts, in thousandths.
        screens: `map`, `wall` -> name of the screen it was on.
        at_ms: time of the last change, since 1970; between two seats the later one wins.
        toured: whether the tour of the window was seen or dismissed.
        keys: command -> key in Qt's notation, only where it differs from the default.
        sound: name of a setting of `[audio]` -> the person's own choice.
    """

    theme: str = ""
    font_percent: int = 0
    sides: dict[str, tuple[int, ...]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)
    toured: bool = False
    at_ms: int = 0
    sound: dict[str, str | int] = field(default_factory=dict)

    def with_side(self, name: str, parts: tuple[int, ...]) -> "Preferences":
        """A copy with this divider moved."""
        return replace(self, sides={**self.sides, name: parts})

    def with_screen(self, what: str, name: str) -> "Preferences":
        """A copy with this view on another screen; "" = in the window."""
        screens = {each: where for each, where in self.screens.items() if each != what}
        return replace(self, screens={**screens, what: name} if name else screens)

    def with_key(self, command: str, key: str | None) -> "Preferences":
        """A copy with another key; None restores the default."""
        keys = {name: each for name, each in self.keys.items() if name != command}
        return replace(self, keys=keys if key is None else {**keys, command: key})

    def to_text(self) -> str:
        """As JSON, for storing."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


class SharedPreferences(Protocol):
    """Carries preferences to other seats. The seat's own store has them too, so nothing waits."""

    async def fetch(self, user: str) -> Preferences | None:
        """The account's preferences at the centre; None without any, or while it is away."""

    async def keep(self, user: str, liked: Preferences) -> None:
        """Store them there if newer; does nothing while the centre is away."""


def from_text(text: str) -> Preferences:
    """Parse stored preferences; ignores values that another version wrote differently."""
    try:
        found = json.loads(text)
    except ValueError:
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    chosen, percent = found.get("theme"), found.get("font_percent")
    return Preferences(
        theme=chosen if chosen in ("auto", "light", "night") else "",
        font_percent=percent if type(percent) is int and 100 <= percent <= 200 else 0,
        sides={
            name: tuple(parts)
            for name, parts in _dict(found.get("sides")).items()
            if isinstance(parts, list) and all(type(p) is int and 0 <= p <= 1000 for p in parts)
        },
        keys=_texts(found.get("keys")),
        screens=_texts(found.get("screens")),
        toured=found.get("toured") is True,
        at_ms=at if type(at := found.get("at_ms")) is int else 0,
        sound=_sound(found.get("sound")),
    )


def _sound(value: object) -> dict[str, str | int]:
    found = _dict(value)
    devices = ("ring_device", "headset_in", "headset_out")
    liked: dict[str, str | int] = {n: v for n, v in _texts(found).items() if n in devices}
    volume = found.get("ring_volume")
    if type(volume) is int and 0 <= volume <= 100:
        liked["ring_volume"] = volume
    return liked


def _texts(value: object) -> dict[str, str]:
    return {name: text for name, text in _dict(value).items() if isinstance(text, str)}


def _dict(value: object) -> dict[str, Any]:
    return {str(n): v for n, v in value.items()} if isinstance(value, dict) else {}
