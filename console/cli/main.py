"""From the words of the command line to a verb; from its failure to one line and an exit code."""

import importlib
import io
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from console import __version__
from console.cli.framework.call import Call, default_profile, make_call
from console.cli.framework.grammar import CliParser, UsageError, add_common, option_value, verb_of
from console.cli.framework.help_texts import translate_help
from console.config.layers import load
from console.domain.errors import ConsoleError
from console.services.runtime.log_masking import MaskingFormatter, mask_for_log
from console.services.wording.sentences import say, sentence

VERBS = {
    "run": "run:add",
    "gateway": "gateway:add",
    "request": "request.verbs:add",
    "duplicates": "duplicates:add",
    "address": "address:add",
    "map": "map:add",
    "telephony": "telephony:add",
    "sms": "sms:add",
    "store": "store:add",
    "sync": "sync:add",
    "import": "import_history:add",
    "backup": "backup:add_backup",
    "restore": "backup:add_restore",
    "central": "central.verbs:add",
    "audit": "audit:add",
    "notice": "notice:add",
    "blocked": "blocked:add",
    "report": "report:add",
    "publish": "publish:add",
    "privacy": "privacy.verbs:add",
    "doctor": "doctor.verbs:add",
    "config": "config:add",
}
"""The grammar of each verb; only the module of the verb that is called is imported."""


def parser(only: str | None = None) -> CliParser:
    """The grammar of the command line, of one verb or of all."""
    top = CliParser(prog="console1022", description="Bàn trực tổng đài 1022")
    add_common(top, top=True)
    version = f"console1022 {__version__}"
    top.add_argument("--version", action="version", version=version, help="in phiên bản")
    verbs = top.add_subparsers(dest="verb", metavar="LỆNH", required=True, parser_class=CliParser)
    for name in (only,) if only in VERBS else VERBS:
        room, _, function = VERBS[str(name)].partition(":")
        getattr(importlib.import_module(f"console.cli.{room}"), function)(verbs)
    return top


def run(words: Sequence[str]) -> int:
    """Run one verb; `run` when none is named.

    Returns:
        0 done, 1 not all right, 2 wrong usage or input, 3 something outside is missing.
    """
    _leave_no_image()
    _prepare_output()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        said = sentence("system_failed", {"cause": error.strerror or error}, _language(words))
        return _complain(said, 3)
    return code


def _language(words: Sequence[str]) -> str:
    """The language of `--lang`, else of the settings; never fails, whatever else is wrong."""
    if (lang := option_value(words, "--lang")) in ("vi", "en"):
        return lang
    profile, config = option_value(words, "--profile"), option_value(words, "--config")
    try:
        folder = Path(profile).expanduser() if profile else default_profile()
        loaded = load(folder.absolute(), Path(config).expanduser() if config else None)
    except (ConsoleError, OSError, RuntimeError, ValueError):
        return "vi"
    return loaded.settings.ui.language


def _run(words: Sequence[str]) -> int:
    verb = verb_of(words)
    if verb is None and not {"-h", "--help", "--version"} & set(words):
        words = ["run", *words]
        verb = "run"
    profile = lang = None
    try:
        grammar = parser(verb)
        if {"-h", "--help"} & set(words):
            translate_help(grammar, _language(words))
        given = grammar.parse_args(words)
        call = make_call(given)
        profile, lang = call.profile, call.lang
        act: Callable[[Call], int] = given.act
        return act(call)
    except UsageError as error:
        return _complain(error.complaint(_language(words)), 2)
    except ConsoleError as error:
        return _complain(say(error, lang or _language(words)), error.exit_code)
    except SystemExit as ended:
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return 130
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug: logged in full, and one apology
        _log_bug(profile)
        said = sentence("unknown_code", {"code": type(error).__name__}, lang or _language(words))
        return _complain(said, 1)


def _complain(line: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(line + "\n")
    return code


def _leave_no_image() -> None:
    """Leave no core file after a crash, here or in child processes: memory holds names, numbers and
    the key of an encrypted store. `logs/fatal.log` says where it crashed.
    """
    if sys.platform == "win32":  # pragma: no cover
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _prepare_output() -> None:
    """Print Vietnamese correctly whatever the locale is, and accept closed streams. Warnings that a
    verb logs go to standard error, with personal data masked as in the window's log.
    """
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(MaskingFormatter())
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None and name == "stdout":
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """The reader of the output has gone: discard quietly what Python still holds."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _log_bug(profile: Path | None) -> None:
    """Log the whole traceback for IT under the profile, without people's numbers and words."""
    if profile is None or not profile.is_dir():
        return
    logs = profile / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    with (logs / "cli.log").open("a", encoding="utf-8") as file:
        file.write(mask_for_log(traceback.format_exc()))
