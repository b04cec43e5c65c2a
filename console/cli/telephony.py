"""`telephony trace` and `sms decode`: what the adapters understand, one JSON object a line."""

import argparse
from pathlib import Path

from console.cli.common import Call, CliParser, add_common, print_json
from console.domain.errors import InputError, UnavailableError

type Verbs = "argparse._SubParsersAction[CliParser]"


def add_trace(verbs: Verbs) -> None:
    """The grammar of `telephony`."""
    top = verbs.add_parser("telephony", help="công cụ tổng đài")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)
    trace = sub.add_parser("trace", help="đọc một phiên AMI đã ghi, in các sự kiện cuộc gọi")
    trace.add_argument("file", type=Path)
    trace.set_defaults(act=_trace)
    add_common(trace, top=False)


def add_sms(verbs: Verbs) -> None:
    """The grammar of `sms`."""
    top = verbs.add_parser("sms", help="công cụ tin nhắn")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)
    decode = sub.add_parser("decode", help="giải mã PDU")
    decode.add_argument("pdu", nargs="?")
    decode.add_argument("--file", type=Path)
    decode.set_defaults(act=_decode)
    add_common(decode, top=False)


def _trace(call: Call) -> int:
    from console.telephony.trace import to_json, trace

    for event in trace(readable(call.given.file)):
        print_json(to_json(event))
    return 0


def _decode(call: Call) -> int:
    from console.telephony.pdu import PduError, decode, to_json

    def understood(pdu: str) -> dict[str, object]:
        try:
            return to_json(decode(pdu))
        except PduError as error:
            return to_json(error)

    given = call.given
    if (given.pdu is None) == (given.file is None):
        raise InputError("missing_option", option="PDU | --file FILE")
    if given.pdu is not None:
        form = understood(given.pdu)
        print_json(form)
        return 2 if form["error"] else 0
    for line in lines_of(given.file):
        print_json(understood(line))
    return 0


def readable(path: Path) -> Path:
    """The path, once it is sure that it can be read.

    Raises:
        UnavailableError: `file_missing`.
    """
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise UnavailableError("file_missing", file=str(path)) from error
    return path


def lines_of(path: Path) -> list[str]:
    """The lines of a text file that are neither empty nor comments; bad bytes are replaced."""
    text = readable(path).read_bytes().decode("utf-8-sig", "replace")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
