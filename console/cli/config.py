"""`config --explain`: the settings and where each value comes from."""

import re
from dataclasses import replace

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb
from console.cli.framework.output import print_json

_PASSWORD = re.compile(
    r"(://[^/@\s:]*:)\S+(?=@)"
    r"|(\bpassword\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&]+)"
)
"""A password in an address, or in libpq's key=value form."""


def add(verbs: Verbs) -> None:
    """The grammar of `config`."""
    parser = add_verb(verbs, "config", "các thiết đặt và nguồn của từng giá trị", _config)
    parser.add_argument("--explain", action="store_true", help="in mọi thiết đặt (mặc định)")


def _config(call: Call) -> int:
    from console.services.runtime.settings_file import as_toml

    lines = [replace(line, value=_without_password(line.value)) for line in call.loaded.lines]
    if call.as_json:
        keys = ("key", "value", "source", "locked")
        print_json([{key: getattr(line, key) for key in keys} for line in lines])
        return 0
    for line in lines:
        lock = call.text("  [Quản trị đã khóa]", "  [locked by policy]") if line.locked else ""
        print(f"{line.key} = {as_toml(line.value)}  ({line.source}){lock}")
    return 0


def _without_password(value: object) -> object:
    """A password written into an address, against the rules, must not end up in a ticket."""
    if not isinstance(value, str):
        return value
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}…", value)
