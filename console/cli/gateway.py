"""`gateway`: the written channels without a window."""

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb


def add(verbs: Verbs) -> None:
    """The grammar of `gateway`."""
    add_verb(verbs, "gateway", "nhận và gửi tin không cần cửa sổ", _run)


def _run(call: Call) -> int:
    from console.assembly.headless import run_gateway

    if call.signs_in:
        return run_gateway(call.profile, call.loaded, login=call.person)
    return run_gateway(call.profile, call.loaded, user=call.user)
