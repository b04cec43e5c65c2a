"""`doctor`: is this seat all right? A line for each check, with ok, warn or fail, and the cure."""

from collections.abc import Callable, Iterator

from console.cli.doctor import machine, profile
from console.cli.doctor.centre import centre
from console.cli.doctor.findings import Found
from console.cli.doctor.pbx import pbx, recordings
from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb
from console.cli.framework.output import print_json
from console.domain.errors import ConsoleError
from console.services.wording.sentences import say

CHECKS: tuple[tuple[str, Callable[[Call], Iterator[Found]]], ...] = (
    ("versions", machine.versions),
    ("config", profile.config),
    ("secrets", profile.secrets),
    ("store", profile.store),
    ("disk", machine.disk),
    ("clock", machine.clock),
    ("copies", profile.copies),
    ("central", centre),
    ("pbx", pbx),
    ("recordings", recordings),
    ("modem", machine.modems),
    ("audio", machine.audio),
    ("map", profile.map_data),
    ("window", machine.window),
)
"""All checks, in the order a technician wants them."""


def add(verbs: Verbs) -> None:
    """The grammar of `doctor`."""
    add_verb(verbs, "doctor", "kiểm tra máy trạm này", _doctor)


def _doctor(call: Call) -> int:
    findings = list(examine(call))
    if call.as_json:
        keys = ("state", "text", "cure")
        print_json(
            [
                {"name": name} | {key: getattr(f, key) or None for key in keys}
                for name, f in findings
            ]
        )
    else:
        for name, f in findings:
            cure = f" → {f.cure}" if f.cure and f.state != "ok" else ""
            print(f"{f.state:5} {name:10} {f.text}{cure}")
    return 1 if any(f.state == "fail" for _, f in findings) else 0


def examine(call: Call) -> Iterator[tuple[str, Found]]:
    """The findings of all checks; none of the checks raises."""
    reported: set[str] = set()
    for name, check in CHECKS:
        try:
            for found in check(call):
                yield name, found
        except (ConsoleError, OSError) as error:
            text = say(error, call.lang) if isinstance(error, ConsoleError) else str(error)
            # Without settings most checks fail alike; once is enough.
            if text not in reported:
                yield name, Found("fail", text)
            reported.add(text)
