"""`privacy export`: all that this seat keeps of one person, as a file to hand to him; and the
register of wishes about one's own data.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from console.assembly.core import Core
from console.cli.framework.call import Call, print_json, print_table, shown
from console.cli.framework.grammar import Verbs, add_group, add_verb, some_path
from console.cli.framework.read_only_audit import note_beside
from console.cli.request.json_input import read_time
from console.cli.request.json_output import time_or_null
from console.domain.errors import InputError, RefusedError
from console.domain.privacy.person import person_of
from console.domain.privacy.wishes import KINDS, Wish, WishForm, require_keeper
from console.domain.requests.numbering import spoken
from console.domain.states import Channel
from console.services.wording.sentences import event_name, moment, wish_name, wish_state

if TYPE_CHECKING:
    from collections.abc import Sequence


def add(verbs: Verbs) -> None:
    """The grammar of `privacy`."""
    sub = add_group(verbs, "privacy", "quyền của người dân với dữ liệu về mình")
    export = add_verb(
        sub, "export", "mọi thứ máy này giữ về một người, vào một tệp (.json, .xlsx)", _export
    )
    export.add_argument("of", nargs="+", metavar="SỐ|THƯ")
    export.add_argument("--out", type=some_path, required=True, metavar="TỆP")
    listing = add_verb(sub, "list", "sổ yêu cầu của chủ thể dữ liệu: còn mở, hạn gần trước", _list)
    listing.add_argument("--all", action="store_true", help="cả yêu cầu đã xong, đã từ chối")
    taking = add_verb(sub, "add", "ghi một yêu cầu vào sổ: SỐ hoặc THƯ của người yêu cầu", _add)
    taking.add_argument("of", nargs="+", metavar="SỐ|THƯ")
    taking.add_argument("--wish", required=True, choices=KINDS)
    taking.add_argument("--channel", choices=[c.value for c in Channel], default="voice")
    taking.add_argument("--at", metavar="TIME", help="lúc nhận; không nói thì bây giờ")
    taking.add_argument("--name", default="")
    taking.add_argument("--text", default="")
    for what, about, option in (
        ("answer", "đã trả lời người yêu cầu: ID", "--text"),
        ("extend", "gia hạn một lần, có lý do: ID", "--reason"),
        ("done", "đã làm xong: ID", "--text"),
        ("refuse", "từ chối, có lý do: ID", "--reason"),
    ):
        stepping = add_verb(sub, what, about, _step)
        stepping.add_argument("id")
        stepping.add_argument(option, dest="said", required=option == "--reason", default="")
    showing = add_verb(sub, "show", "một yêu cầu, cả tên và số của người ấy: ID", _show)
    showing.add_argument("id")


def _export(call: Call) -> int:
    """Write the file; that it leaves is on disk before.

    Raises:
        RefusedError: `role_may_not`, `password_needed`.
        InputError: `not_reachable`, `no_such_folder`, `bad_option`.
    """
    from console.services.privacy.export import exporting, require_exporter
    from console.services.privacy.export_files import FORMS, PersonFile

    person = person_of(call.given.of)
    out: Path = call.given.out.absolute()
    form = out.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InputError("bad_option", option="--out", value=out.name, known=", ".join(
            f".{each}" for each in FORMS))  # fmt: skip
    if not out.parent.is_dir():
        raise InputError("no_such_folder", folder=str(out.parent))
    with call.core(user="supervisor", read_only=True) as core:
        require_exporter(core.desk.actor)
        _require_no_password(call, core)
        kept = core.store.ask_now(lambda q: q.kept_of(person))
        note_beside(core, exporting(core.desk, kept, form))
        files = core.desk.files

        def size_of(sha256: str) -> int | None:
            known = files.describe(sha256)
            return None if known is None else known.size

        made = PersonFile(kept, core.desk.catalogue, core.desk.clock(), size_of)
        made.write(out, form, english=call.lang == "en")
    to_read = [spoken(part.request.number) for part in kept.to_be_read]
    if call.as_json:
        print_json(
            {
                "file": str(out),
                "requests": len(kept.parts),
                "contacts": len(kept.contacts),
                "messages": len(kept.messages),
                "calls": len(kept.calls),
                "read_before_giving": to_read,
                "requests_at_centre_only": kept.let_go,
            }
        )
        return 0
    print(
        call.text(
            f"Đã ghi {out}: {len(kept.parts)} phản ánh, {len(kept.contacts)} liên hệ, "
            f"{len(kept.messages)} tin gửi đi, {len(kept.calls)} cuộc gọi.",
            f"Wrote {out}: {len(kept.parts)} requests, {len(kept.contacts)} contacts, "
            f"{len(kept.messages)} messages sent, {len(kept.calls)} calls.",
        )
    )
    if to_read:
        said = ", ".join(to_read)
        print(
            call.text(
                f"Có người khác cùng phản ánh, hãy đọc lại trước khi giao: {said}",
                f"Others reported the same, read these before handing it over: {said}",
            )
        )
    if kept.let_go:
        print(
            call.text(
                f"{kept.let_go} phản ánh cũ (của mọi người) chỉ còn ở trung tâm, không có trong "
                "tệp này.",
                f"{kept.let_go} older requests (of anybody) lie at the centre alone and are not "
                "in this file.",
            )
        )
    return 0


def _require_no_password(call: Call, core: Core) -> None:
    """An account with a password acts in the window only, also where it is not named."""
    user = core.desk.actor.user
    if not call.signs_in and user in core.store.ask_now(lambda q: q.with_password()):
        raise RefusedError("password_needed", user=user)


# --- the register


def _list(call: Call) -> int:
    """Open wishes, the next date first.

    Raises:
        RefusedError: `role_may_not`, `password_needed`.
    """
    with call.core(user="supervisor", read_only=True) as core:
        require_keeper(core.desk.actor)
        _require_no_password(call, core)
        known = core.store.ask_now(lambda q: q.wishes())
        now = core.desk.clock()
    found = sorted(
        (wish for wish in known if call.given.all or wish.is_open),
        key=lambda wish: (not wish.is_open, wish.next_due_at),
    )
    if call.as_json:
        print_json([_json(wish) | {"late": wish.is_late(now)} for wish in found])
        return 0
    head = ("ID", "Yêu cầu", "Nhận lúc", "Người", "Tình trạng", "Hạn")
    if call.lang == "en":
        head = ("ID", "Wish", "Came", "Person", "State", "Due")
    print_table(head, [_row(call, wish) for wish in found])
    return 0


def _add(call: Call) -> int:
    """Take a wish down.

    Raises:
        RefusedError, InputError: as `wishes.taken_down` says.
    """
    from console.services.privacy.wishes import take_down

    given = call.given
    person = person_of(given.of)
    came = read_time(given.at, "--at") if given.at else None
    with call.core(user="supervisor") as core:
        form = WishForm(
            given.wish, person, Channel(given.channel), came, name=given.name, text=given.text
        )
        wish_id = asyncio.run(take_down(core.desk, form))
        _print(call, _find(core, str(wish_id)))
    return 0


def _step(call: Call) -> int:
    """Step a wish on.

    Raises:
        RefusedError, InputError: as `services.privacy.wishes.step` says.
    """
    from console.services.privacy.wishes import step

    given = call.given
    with call.core(user="supervisor") as core:
        require_keeper(core.desk.actor)
        wish = _find(core, given.id)
        asyncio.run(step(core.desk, wish.id, given.what, given.said))
        _print(call, _find(core, given.id))
    return 0


def _show(call: Call) -> int:
    """The wish whole; that the number was shown is on disk before.

    Raises:
        RefusedError: `role_may_not`, `no_such_wish`.
    """
    from console.services.privacy.wishes import show_person

    with call.core(user="supervisor") as core:
        require_keeper(core.desk.actor)
        wish = _find(core, call.given.id)
        who = asyncio.run(show_person(core.desk, wish))
    if call.as_json:
        said = wish.said
        whole = {"name": said.name, "phones": list(said.phones), "emails": list(said.emails)}
        print_json(_json(wish) | whole)
        return 0
    print_table((who,), [])
    _print(call, wish)
    for each in wish.steps:
        line = f"{moment(each.at)}  {each.actor:14} {event_name(each.kind, call.lang)}  {each.said}"
        print(shown(line))
    return 0


def _find(core: Core, text: str) -> Wish:
    """The wish of this id.

    Raises:
        RefusedError: `no_such_wish`.
    """
    try:
        wanted = UUID(text)
    except ValueError:
        raise RefusedError("no_such_wish") from None
    known: Sequence[Wish] = core.store.ask_now(lambda q: q.wishes())
    found = next((wish for wish in known if wish.id == wanted), None)
    if found is None:
        raise RefusedError("no_such_wish")
    return found


def _row(call: Call, wish: Wish) -> tuple[str, ...]:
    from console.services.privacy.wishes import hidden_person

    return (
        str(wish.id),
        wish_name(wish.said.wish, call.lang),
        moment(wish.said.came_at),
        hidden_person(wish),
        wish_state(wish, call.lang),
        moment(wish.next_due_at) if wish.is_open else "-",
    )


def _print(call: Call, wish: Wish) -> None:
    if call.as_json:
        print_json(_json(wish))
    else:
        print(shown("  ".join(_row(call, wish))))


def _json(wish: Wish) -> dict[str, object]:
    """A wish as a script reads it, without whose it is."""
    said = wish.said
    return {
        "id": str(wish.id),
        "wish": said.wish,
        "state": wish.state,
        "channel": said.channel.value,
        "came": time_or_null(said.came_at),
        "answer_due": time_or_null(said.answer_due_at),
        "answered": time_or_null(wish.answered_at),
        "due": time_or_null(wish.due_at),
        "extended": wish.extended,
        "rule": said.rule,
        "text": said.text,
        "steps": [
            {"at": time_or_null(x.at), "actor": x.actor, "step": x.kind, "said": x.said}
            for x in wish.steps
        ],
    }
