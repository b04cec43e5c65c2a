"""Where the values of the settings come from: layers, of which the later wins, and locks by policy.

Built-in < /etc/console1022/console.toml < the profile's config.toml < `--config FILE` < environment
`CONSOLE1022_SECTION__KEY`. A key that /etc lists in `[policy] locked` keeps its value from there.
The settings themselves are declared in `settings.py`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from console.config.settings import (
    SECTIONS,
    SITE_FILE,
    Loaded,
    PolicySettings,
    SettingLine,
    Settings,
    SmsSettings,
)
from console.config.values import checked_value, from_text, unknown_key
from console.domain.errors import InputError, UnavailableError

type _Modem = dict[str, tuple[object, str]]
"""The values of one `[[sms]]`, each with its source."""


def load(
    profile: Path,
    config_file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    site_file: Path = SITE_FILE,
) -> Loaded:
    """Read all layers.

    Raises:
        InputError: `config_broken`, `config_unknown_key`, `config_bad_value`; file and key are
            parameters.
        UnavailableError: `config_missing` when `config_file` is not there.
    """
    layers: list[tuple[str, dict[str, Any]]] = []
    site = _read(site_file, must=False)
    layers.append((str(site_file), site))
    layers.append((str(profile / "config.toml"), _read(profile / "config.toml", must=False)))
    if config_file is not None:
        layers.append((str(config_file), _read(config_file, must=True)))
    layers.extend(_environment(environ))
    locked = _locked(site.get("policy"))

    values: dict[str, dict[str, object]] = {name: {} for name in SECTIONS}
    sources: dict[str, str] = {}
    modems: list[_Modem] = []
    for number, (source, layer) in enumerate(layers):
        kept = locked if number else frozenset()  # the site's own file may set what it locks
        for name, table in layer.items():
            if name != "sms":
                new = _values(name, table, source, kept)  # names a section that there is not
                values[name] |= new
                sources |= dict.fromkeys((f"{name}.{key}" for key in new), source)
            elif "sms" not in kept:
                modems = _modems(table, source)
    if "sms" not in locked:
        _with_variables(modems, environ)
    given = [{key: value for key, (value, _) in modem.items()} for modem in modems]
    settings = Settings(
        sms=tuple(SmsSettings(**entry) for entry in given),  # type: ignore[arg-type]
        **{name: section(**values[name]) for name, section in SECTIONS.items()},
    )
    for index, modem in enumerate(modems):
        sources |= {f"sms.{index}.{key}": source for key, (_, source) in modem.items()}
    lines = _explain(settings, sources, locked)
    return Loaded(settings, lines, profile / "config.toml", site_file)


def _read(path: Path, *, must: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        if must:
            raise UnavailableError("config_missing", file=str(path)) from error
        return {}
    except OSError as error:
        raise UnavailableError("config_missing", file=str(path)) from error
    except UnicodeDecodeError as error:
        what = f"no UTF-8 (at byte {error.start + 1})"
        raise InputError("config_broken", file=str(path), what=what) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError("config_broken", file=str(path), what=str(error)) from error


def _values(name: str, table: object, source: str, locked: frozenset[str]) -> dict[str, object]:
    """The values of one section in one layer, without those that are locked."""
    section = SECTIONS.get(name)
    if section is None or not isinstance(table, dict):
        raise unknown_key(source, name, (*SECTIONS, "sms"))
    return {
        key: checked_value(section, f"{name}.{key}", value, source)
        for key, value in table.items()
        if not {name, f"{name}.{key}"} & locked
    }


def _locked(policy: object) -> frozenset[str]:
    """Keys that the site's file locks. A table of the wrong form is reported elsewhere."""
    keys = policy.get("locked") if isinstance(policy, dict) else None
    return frozenset(str(key) for key in keys) if isinstance(keys, list) else frozenset()


def _environment(environ: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """A layer for each variable; `_modem_variables` reads those of modems."""
    found = []
    for name, text in sorted(environ.items()):
        section, mark, key = name.removeprefix("CONSOLE1022_").lower().partition("__")
        if not name.startswith("CONSOLE1022_") or not mark or section == "sms":
            continue
        kind = SECTIONS.get(section, PolicySettings)
        found.append((name, {section: {key: from_text(kind, key, text)}}))
    return found


def _modem_variables(environ: Mapping[str, str]) -> list[tuple[str, int, str, object]]:
    """Variable, modem, key and value, in the order of the modems.

    `CONSOLE1022_SMS__DEVICE` sets the first modem; `CONSOLE1022_SMS__1__DEVICE` sets the one with
    that number in `config --explain`.
    """
    found = []
    for name, text in sorted(environ.items()):
        if match := re.fullmatch(r"CONSOLE1022_SMS__(?:([0-9]{1,2})__)?(\w+)", name):
            key = match[2].lower()
            number = int(match[1] or 0)
            found.append((name, number, key, from_text(SmsSettings, key, text)))
    return sorted(found, key=lambda one: one[1])


def _modems(table: object, source: str) -> list[_Modem]:
    if not isinstance(table, list) or not all(isinstance(entry, dict) for entry in table):
        raise unknown_key(source, "sms", ("[[sms]]",))
    return [
        {
            key: (checked_value(SmsSettings, f"sms.{key}", value, source), source)
            for key, value in entry.items()
        }
        for entry in table
    ]


def _with_variables(modems: list[_Modem], environ: Mapping[str, str]) -> None:
    """Apply the variables to the modems; a number one past the last adds a modem."""
    for name, number, key, value in _modem_variables(environ):
        if number == len(modems):
            modems.append({})
        if number >= len(modems):
            raise unknown_key(name, f"sms.{number}", [f"sms.{n}" for n in range(len(modems) + 1)])
        modems[number][key] = (checked_value(SmsSettings, f"sms.{key}", value, name), name)


def _explain(
    settings: Settings, sources: dict[str, str], locked: frozenset[str]
) -> tuple[SettingLine, ...]:
    """A line for each setting: the sections in their order, then every modem."""
    tables = [(name, name, getattr(settings, name)) for name in SECTIONS]
    tables += [(f"sms.{index}", "sms", modem) for index, modem in enumerate(settings.sms)]
    return tuple(
        SettingLine(
            key := f"{prefix}.{declared.name}",
            declared.metadata["label"],
            getattr(values, declared.name),
            sources.get(key, "built-in"),
            section in locked or (prefix == section and key in locked),
            declared.metadata["restart"],
            declared,
        )
        for prefix, section, values in tables
        for declared in fields(values)
    )
