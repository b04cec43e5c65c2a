"""Changes the profile's `config.toml` in place and keeps what a person wrote around the values.

The line of a setting is replaced, added to its section, or removed; comments, blank lines and order
stay. The result is parsed and compared with what was meant. A file written in a way that this
module does not understand is refused and left alone, never damaged.
"""

import contextlib
import copy
import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.config.settings import Loaded, checked
from console.domain.errors import InputError, UnavailableError

_HEADER = re.compile(r"\s*\[")


@dataclass(slots=True)
class SettingsKeeper:
    """The settings of a seat, for the page that reads and changes them.

    Attributes:
        loaded: as last read; the running program may use older values.
        read: reads all layers again.
    """

    loaded: Loaded
    read: Callable[[], Loaded]

    def save(self, changes: Mapping[str, object]) -> Loaded:
        """Write these values and read everything again; blocks for the disk.

        Args:
            changes: key -> TOML value. None removes the line; for `sms.1`, the second modem.

        Raises:
            InputError: a value is not allowed, or `config_by_hand`. The file is left as it was.
            UnavailableError: `config_not_written`.
        """
        file = self.loaded.file
        for key, value in changes.items():
            if value is not None:
                checked(key, value, str(file))
        try:
            old = file.read_text("utf-8-sig") if file.exists() else ""
            _replace(file, edited(old, changes, str(file)))
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError("config_not_written", file=str(file)) from error
        self.loaded = self.read()
        return self.loaded


def edited(text: str, changes: Mapping[str, object], file: str = "") -> str:
    """The text of a configuration with these values in it; arguments as in `SettingsKeeper.save`.

    A missing table of `[[sms]]` is added when its number is the next one.

    Raises:
        InputError: `config_by_hand` when the file does not have one setting on a line.
    """
    try:
        meant = _meant(tomllib.loads(text), changes)
        lines = text.splitlines()
        for key, value in changes.items():
            section, name = key.rsplit(".", 1)
            _put(lines, section, name, value)
        made = "\n".join(lines) + "\n" if lines else ""
        right = tomllib.loads(made) == meant
    except (tomllib.TOMLDecodeError, LookupError, TypeError) as error:
        raise InputError("config_by_hand", file=file) from error
    if not right:
        raise InputError("config_by_hand", file=file)
    return made


def _meant(old: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """What the file must contain afterwards."""
    new = copy.deepcopy(old)
    for key, value in changes.items():
        name, *number, last = key.split(".")
        if last.isdigit():
            del new[name][int(last)]
            if not new[name]:
                del new[name]
            continue
        if number:
            modems = new.setdefault(name, [])
            if int(number[0]) == len(modems):
                modems.append({})
            table = modems[int(number[0])]
        else:
            table = new if value is None and name not in new else new.setdefault(name, {})
        if value is None:
            table.pop(last, None)
        else:
            table[last] = list(value) if isinstance(value, tuple) else value
    return new


def _put(lines: list[str], section: str, name: str, value: object) -> None:
    if name.isdigit():
        at = _header(lines, f"{section}.{name}")
        if at is not None:
            del lines[at : _end(lines, at)]
        return
    start = _header(lines, section)
    if start is None:
        if value is None:
            return
        title = f"[[{section.partition('.')[0]}]]" if "." in section else f"[{section}]"
        lines.extend(([""] if lines and lines[-1].strip() else []) + [title])
        start = len(lines) - 1
    end = _end(lines, start)
    found = re.compile(rf"(\s*)[\"']?{re.escape(name)}[\"']?\s*=")
    at = next((n for n in range(start + 1, end) if found.match(lines[n])), None)
    if at is None:
        if value is not None:
            last = max(n for n in range(start, end) if n == start or _says(lines[n]))
            lines.insert(last + 1, f"{name} = {as_toml(value)}")
        return
    behind = _behind(lines, at, end)
    if value is None:
        del lines[at:behind]
        return
    match = found.match(lines[at])
    indent = match.group(1) if match else ""
    remark = _remark(lines[at]) if behind == at + 1 else ""
    lines[at:behind] = [f"{indent}{name} = {as_toml(value)}{remark}"]


def _header(lines: list[str], section: str) -> int | None:
    name, _, number = section.partition(".")
    title = re.compile(rf"\s*\[{re.escape(name)}\]\s*(#.*)?$")
    if number:
        title = re.compile(rf"\s*\[\[{re.escape(name)}\]\]\s*(#.*)?$")
    found = [n for n, line in enumerate(lines) if title.match(line)]
    at = int(number or 0)
    return found[at] if at < len(found) else None


def _end(lines: list[str], start: int) -> int:
    return next((n for n in range(start + 1, len(lines)) if _HEADER.match(lines[n])), len(lines))


def _says(line: str) -> bool:
    """Whether a new setting may follow this line: not after comments on what comes next."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _behind(lines: list[str], at: int, end: int) -> int:
    """The line after the value that begins here; a value may span several lines."""
    for stop in range(at + 1, end + 1):
        with contextlib.suppress(tomllib.TOMLDecodeError):
            tomllib.loads("\n".join(lines[at:stop]))
            return stop
    raise LookupError(lines[at])


def _remark(line: str) -> str:
    """The comment after a value, with the blanks before it."""
    whole = tomllib.loads(line)
    for mark in (n for n, letter in enumerate(line) if letter == "#"):
        with contextlib.suppress(tomllib.TOMLDecodeError):
            if tomllib.loads(line[:mark]) == whole:
                return line[len(line[:mark].rstrip()) :]
    return ""


def as_toml(value: object) -> str:
    """A value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON escapes like TOML, except for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(as_toml(each) for each in value) + "]"
    if isinstance(value, (int, float)):
        return repr(value)
    raise TypeError(value)


def _replace(file: Path, text: str) -> None:
    """Replace the file atomically and keep its permissions; a new file is the owner's only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    part = file.with_name(f"{file.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(handle, "w", encoding="utf-8") as out:
        part.chmod(mode)  # undo the umask
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, file)
