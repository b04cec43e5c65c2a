"""`blocked list`, `add`, `end`: senders whose messages go to the spam folder."""

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import CliParser, Verbs, add_group, add_verb, int_between
from console.cli.framework.output import print_json, shown
from console.cli.framework.read_only_audit import record_reading
from console.domain.requests.commands import BlockSender, LetSenderGo
from console.domain.states import WRITTEN, Channel
from console.services.contacts.blocking import LONGEST_BLOCK_DAYS, key_of, require_blocker
from console.services.views.contacts import BlockedRow
from console.services.wording.sentences import channel_name, moment

_USUAL_DAYS = 30
_LEADER = "supervisor"


def add(verbs: Verbs) -> None:
    """The grammar of `blocked`."""
    sub = add_group(verbs, "blocked", "người gửi bị chặn: tin của họ vào mục rác")
    add_verb(sub, "list", "ai đang bị chặn, đến khi nào", _list)
    block = add_verb(sub, "add", "chặn một người gửi, hoặc đổi thời hạn: KÊNH NGƯỜI_GỬI", _add)
    _sender(block)
    block.add_argument("--days", type=int_between(1, LONGEST_BLOCK_DAYS), default=_USUAL_DAYS)
    block.add_argument("--reason", required=True)
    end = add_verb(sub, "end", "thôi chặn: KÊNH NGƯỜI_GỬI", _end)
    _sender(end)


def _sender(parser: CliParser) -> None:
    parser.add_argument("channel", choices=[channel.value for channel in WRITTEN])
    parser.add_argument("sender")


def _list(call: Call) -> int:
    with call.core(user=_LEADER, read_only=True) as core:
        require_blocker(core.desk.actor, "BlockSender")
        rows = _rows(core)
        if rows:  # the list names citizens
            form = "json" if call.as_json else "table"
            record_reading(core, "list_exported", "blocked list", f"{form} {len(rows)}")
    if call.as_json:
        print_json([_as_json(row) for row in rows])
        return 0
    call.table(
        "Kênh|Người gửi|Đến|Đã giữ|Người chặn|Lý do",
        "Channel|Sender|Until|Held|Blocked by|Reason",
        [_cells(call, row) for row in rows],
    )
    return 0


def _add(call: Call) -> int:
    given = call.given
    channel = Channel(given.channel)
    with call.core(user=_LEADER) as core:
        core.desk.do_now(BlockSender(
            channel=channel, sender=given.sender, days=given.days, reason=given.reason
        ))  # fmt: skip
        key = key_of(channel, given.sender)
        (row,) = (r for r in _rows(core) if (r.channel, r.sender_key) == (channel, key))
    if call.as_json:
        print_json(_as_json(row))
    else:
        print(shown("  ".join(_cells(call, row))))
    return 0


def _end(call: Call) -> int:
    channel = Channel(call.given.channel)
    with call.core(user=_LEADER) as core:
        core.desk.do_now(LetSenderGo(channel=channel, sender=call.given.sender))
    key = key_of(channel, call.given.sender)
    if call.as_json:
        print_json({"channel": channel.value, "sender": key, "blocked": False})
    else:
        print(shown(f"{call.text('Đã thôi chặn', 'No longer blocked:')} {key}"))
    return 0


def _rows(core: Core) -> tuple[BlockedRow, ...]:
    now = core.desk.clock()
    return core.store.ask_now(lambda q: q.blocked_senders(now, 2000))


def _cells(call: Call, row: BlockedRow) -> tuple[str, ...]:
    return (
        channel_name(row.channel, call.lang),
        row.sender_key,
        moment(row.until),
        str(row.held),
        row.actor,
        row.reason,
    )


def _as_json(row: BlockedRow) -> dict[str, object]:
    """A blocked sender as scripts read it; times are ISO 8601 with an offset."""
    return {
        "channel": row.channel.value,
        "sender": row.sender_key,
        "name": row.name,
        "reason": row.reason or None,
        "by": row.actor,
        "since": row.at.isoformat(),
        "until": row.until.isoformat(),
        "held": row.held,
    }
