"""Checks of the centre: whether it accepts this seat. Any login may ask it that."""

import socket
from collections.abc import Iterator
from uuid import UUID

from console.cli.doctor.findings import Found
from console.cli.framework.call import Call
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.ids import uuid7
from console.domain.requests.codec import SCHEMA_V
from console.services.ports.central.sync import ConsoleIdentity
from console.services.ports.clock import utc_now
from console.services.wording.sentences import say, sentence
from console.store.seat.local_store import FILE_NAME


def centre(call: Call) -> Iterator[Found]:
    """Ask the centre of the settings; nothing is written there."""
    if not call.loaded.settings.central.url:
        vietnamese = "máy đơn, không dùng cơ sở dữ liệu trung tâm"
        yield Found("ok", call.text(vietnamese, "single seat, no central database"))
        return
    known, waiting = _of_the_store(call)
    try:
        yield from _looked(call, _introduced(call, known))
    except UnavailableError as error:
        if error.code == "central_denied" and call.signs_in and not call.user:
            # The settings name no login, so being asked for one shows that the centre answers.
            vietnamese = (
                "máy chủ trả lời; mỗi người vào bằng tài khoản của mình, "
                "thử một tài khoản: thêm --as và --password-file"
            )
            english = (
                "the server answers; everybody signs in by his own login, "
                "try one: add --as and --password-file"
            )
            yield Found("ok", call.text(vietnamese, english))
        else:
            # Work goes on without the centre; any other failure needs a cure.
            yield Found("warn" if error.code == "central_away" else "fail", say(error, call.lang))
    except ConsoleError as error:
        yield Found("fail", say(error, call.lang))
    if waiting:
        text = call.text(f"chưa đồng bộ: {waiting}", f"not yet synced: {waiting}")
        cure = call.text("mở bàn trực hoặc chạy sync --once", "open the window or sync --once")
        yield Found("warn", text, cure)


def _of_the_store(call: Call) -> tuple[UUID | None, int]:
    """The id by which the centre knows this seat, and how much is still to be sent."""
    from console.store.seat.identity import known_install_id

    if not (call.profile / FILE_NAME).exists():
        return None, 0
    with call.store_core() as core:
        waiting = core.store.ask_now(lambda q: q.counts(core.desk.clock())).outbox
        return core.store.run_on_reader(known_install_id), waiting


def _introduced(call: Call, known: UUID | None) -> ConsoleIdentity:
    """How this seat would introduce itself; one that never did gets an id for this check."""
    seat = call.loaded.settings.seat
    name = seat.workstation or socket.gethostname()
    return ConsoleIdentity(int(seat.console_code), known or uuid7(), name, SCHEMA_V)


def _looked(call: Call, console: ConsoleIdentity) -> Iterator[Found]:
    from console.cli.central.address import address
    from console.store.central.seat_link import STEP, PostgresCentral
    from console.sync.clock import CorrectedClock
    from console.sync.single_round import greet

    central = PostgresCentral(address(call), listens=False)
    try:
        heard = greet(lambda: central.look(console), CorrectedClock(utc_now))
        server = central.server()
    finally:
        central.close()
    hello = heard.hello
    who = f"{hello.login} ({hello.role}{f', {hello.agency}' if hello.agency else ''})"
    vietnamese = f"PostgreSQL {server}, lược đồ đủ bước {STEP}, tài khoản {who}"
    english = f"PostgreSQL {server}, the schema knows step {STEP}, account {who}"
    yield Found("ok", call.text(vietnamese, english))
    if (warning := heard.warning(console)) is not None:
        yield Found("warn" if warning[0] == "clock_off" else "fail", sentence(*warning, call.lang))
