"""`telephony trace` and `sms decode`: what the adapters understand, one JSON object a line."""

from console.cli.framework.call import Call, lines_of, print_json, readable
from console.cli.framework.grammar import Verbs, add_group, add_verb, some_path
from console.domain.errors import InputError


def add_trace(verbs: Verbs) -> None:
    """The grammar of `telephony`."""
    sub = add_group(verbs, "telephony", "công cụ tổng đài")
    trace = add_verb(sub, "trace", "đọc một phiên AMI đã ghi, in các sự kiện cuộc gọi", _trace)
    trace.add_argument("file", type=some_path)
    trace.add_argument("--trunk", action="append", default=[], metavar="NAME")
    prune = add_verb(sub, "prune-recordings", "xoá ghi âm đã hết hạn giữ", _prune)
    prune.add_argument("--dry-run", action="store_true")


def add_sms(verbs: Verbs) -> None:
    """The grammar of `sms`."""
    sub = add_group(verbs, "sms", "công cụ tin nhắn")
    decode = add_verb(sub, "decode", "giải mã PDU", _decode)
    decode.add_argument("pdu", nargs="?")
    decode.add_argument("--file", type=some_path, help="mỗi dòng của tệp là một PDU")


def _trace(call: Call) -> int:
    from console.telephony.asterisk.tracing import to_json, trace

    for event in trace(readable(call.given.file), trunks=call.given.trunk):
        print_json(to_json(event))
    return 0


def _prune(call: Call) -> int:
    from console.assembly.telephony import recordings_of
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


def _decode(call: Call) -> int:
    from console.telephony.pdu.decoding import decode
    from console.telephony.pdu.messages import PduError, to_json

    def understood(pdu: str) -> dict[str, object]:
        try:
            return to_json(decode(pdu))
        except PduError as error:
            return to_json(error)

    given = call.given
    if given.pdu is not None and given.file is not None:
        raise InputError("one_of_them", options="PDU, --file FILE")
    if given.pdu is None and given.file is None:
        raise InputError("missing_option", option="PDU | --file FILE")
    if given.pdu is not None:
        form = understood(given.pdu)
        print_json(form)
        return 2 if form["error"] else 0
    for line in lines_of(given.file):
        print_json(understood(line))
    return 0
