"""What a setting's value may be: whether a value fits its declaration, how a text from the
environment becomes one, and how to say what would fit.
"""

import difflib
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import Field, fields
from typing import Any

from console.domain.errors import InputError


def checked_value(section: type, key: str, value: object, source: str) -> object:
    """The value that the setting `key`, such as `telephony.port` or `sms.0.device`, would have.

    Args:
        value: as TOML gives it.

    Raises:
        InputError: `config_bad_value`, `config_unknown_key`.
    """
    name, *_, last = key.split(".")
    declared = next((f for f in fields(section) if f.name == last), None)
    if declared is None:
        known = [f"{name}.{f.name}" for f in fields(section)]
        raise unknown_key(source, f"{name}.{last}", known)
    if not _fits(declared, value):
        raise InputError(
            "config_bad_value",
            file=source,
            key=f"{name}.{last}",
            value=str(value),
            allowed=_allowed(declared),
        )
    return tuple(value) if isinstance(value, list) else value


def unknown_key(source: str, key: str, known: Iterable[str]) -> InputError:
    """The error for a name that no setting has; it lists the nearest names, else all."""
    names = list(known)
    near = difflib.get_close_matches(key, names, n=3)
    return InputError("config_unknown_key", file=source, key=key, known=", ".join(near or names))


def from_text(section: type, key: str, text: str) -> object:
    """Convert a text from the environment as TOML would; a text that does not fit stays a text.

    A list is written with commas, or as TOML writes it.
    """
    default = next((f.default for f in fields(section) if f.name == key), text)
    if isinstance(default, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if isinstance(default, int) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if isinstance(default, tuple):
        return _list_from(text, numbers=_of_numbers(default))
    return text


def _list_from(text: str, *, numbers: bool) -> object:
    if text.lstrip().startswith("["):
        try:
            value: object = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
        return value
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [float(part) for part in parts] if numbers else parts
    except ValueError:
        return text


def _of_numbers(default: tuple[object, ...]) -> bool:
    return bool(default) and isinstance(default[0], float)


def _fits(declared: Field[Any], value: object) -> bool:
    default, meta = declared.default, declared.metadata
    if isinstance(default, tuple):
        if not isinstance(value, list):
            return False
        return _is_place(value) if _of_numbers(default) else all(isinstance(v, str) for v in value)
    if type(value) is not type(default):
        return False
    if meta["choices"] and value not in meta["choices"]:
        return False
    if meta["pattern"] and re.fullmatch(meta["pattern"], str(value)) is None:
        return False
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = meta["low"], meta["high"]
        return (low is None or value >= low) and (high is None or value <= high)
    return True


def _is_place(value: list[object]) -> bool:
    """Whether it is a latitude and a longitude."""
    numbers = [v for v in value if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(value) or len(numbers) != 2:
        return False
    return all(map(math.isfinite, numbers)) and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180


def _allowed(declared: Field[Any]) -> str:
    """What would fit, as TOML writes it."""
    default, meta = declared.default, declared.metadata
    if isinstance(default, bool):
        return "true | false"
    if isinstance(default, tuple):
        return str(list(default)) if _of_numbers(default) else '["…", "…"]'
    if meta["choices"]:
        return " | ".join(f'"{each}"' for each in meta["choices"])
    if isinstance(default, int):
        return f"{meta['low']} … {meta['high']}" if meta["high"] is not None else str(default)
    if meta["pattern"]:
        return f'"{meta["example"] or default}"'
    return '"…"'
