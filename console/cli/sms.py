"""`sms decode`: what the SMS codec understands of a PDU."""

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import lines_of
from console.cli.framework.output import print_json
from console.domain.errors import InputError


def add(verbs: Verbs) -> None:
    """The grammar of `sms`."""
    sub = add_group(verbs, "sms", "công cụ tin nhắn")
    decode = add_verb(sub, "decode", "giải mã PDU", _decode)
    decode.add_argument("pdu", nargs="?")
    decode.add_argument("--file", type=path_argument, help="mỗi dòng của tệp là một PDU")


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
