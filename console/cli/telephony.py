"""`telephony trace`, `telephony prune-recordings`."""

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import readable
from console.cli.framework.output import print_json


def add(verbs: Verbs) -> None:
    """The grammar of `telephony`."""
    sub = add_group(verbs, "telephony", "công cụ tổng đài")
    trace = add_verb(sub, "trace", "đọc một phiên AMI đã ghi, in các sự kiện cuộc gọi", _trace)
    trace.add_argument("file", type=path_argument)
    trace.add_argument("--trunk", action="append", default=[], metavar="NAME")
    prune = add_verb(sub, "prune-recordings", "xoá ghi âm đã hết hạn giữ", _prune)
    prune.add_argument("--dry-run", action="store_true")


def _trace(call: Call) -> int:
    from console.telephony.asterisk.tracing import to_json, trace

    for event in trace(readable(call.given.file), trunks=call.given.trunk):
        print_json(to_json(event))
    return 0


def _prune(call: Call) -> int:
    from console.assembly.recordings import recordings_of
    from console.services.calls.recordings import expire

    dry_run: bool = call.given.dry_run
    with call.core(user="administrator", read_only=dry_run) as core:
        core.desk.recordings = recordings_of(core.settings, core.profile)
        found = expire(core.desk, dry_run=dry_run)
    print_json(
        {
            "before": found.before.isoformat(),
            "calls": found.calls,
            "copies": found.copies,
            "bytes": found.size,
            "dry_run": dry_run,
        }
    )
    return 0
