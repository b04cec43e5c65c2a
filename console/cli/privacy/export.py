"""`privacy export`: all that this seat keeps of one person, in a file for that person."""

from pathlib import Path

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.input_files import require_folder_of
from console.cli.framework.output import print_json
from console.cli.framework.read_only_audit import record_entry
from console.domain.errors import InputError, RefusedError
from console.domain.privacy.person import person_of
from console.domain.requests.numbering import spoken
from console.services.views.privacy import PersonalData


def export_person(call: Call) -> int:
    """Write the file, after its export has been recorded in the audit log.

    Raises:
        RefusedError: `role_may_not`, `password_needed`.
        InputError: `not_reachable`, `no_such_folder`, `bad_option`.
    """
    from console.services.privacy.export import export_entry, require_exporter
    from console.services.privacy.export_files import FORMS, PersonFile

    person = person_of(call.given.of)
    out: Path = call.given.out.absolute()
    form = out.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InputError("bad_option", option="--out", value=out.name, known=", ".join(
            f".{each}" for each in FORMS))  # fmt: skip
    require_folder_of(out)
    with call.core(user="supervisor", read_only=True) as core:
        require_exporter(core.desk.actor)
        require_no_password(call, core)
        kept = core.store.ask_now(lambda q: q.kept_of(person))
        record_entry(core, export_entry(core.desk, kept, form))
        files = core.desk.files

        def size_of(sha256: str) -> int | None:
            known = files.describe(sha256)
            return None if known is None else known.size

        made = PersonFile(kept, core.desk.catalogue, core.desk.clock(), size_of)
        made.write(out, form, english=call.lang == "en")
    _report(call, kept, out)
    return 0


def _report(call: Call, kept: PersonalData, out: Path) -> None:
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
        return
    call.say(
        f"Đã ghi {out}: {len(kept.parts)} phản ánh, {len(kept.contacts)} liên hệ, "
        f"{len(kept.messages)} tin gửi đi, {len(kept.calls)} cuộc gọi.",
        f"Wrote {out}: {len(kept.parts)} requests, {len(kept.contacts)} contacts, "
        f"{len(kept.messages)} messages sent, {len(kept.calls)} calls.",
    )
    if to_read:
        said = ", ".join(to_read)
        call.say(
            f"Có người khác cùng phản ánh, hãy đọc lại trước khi giao: {said}",
            f"Other people reported the same; check these before handing the file over: {said}",
        )
    if kept.let_go:
        call.say(
            f"{kept.let_go} phản ánh cũ (của mọi người) chỉ còn ở trung tâm, không có trong "
            "tệp này.",
            f"{kept.let_go} older requests (of anybody) are only at the centre and are not "
            "in this file.",
        )


def require_no_password(call: Call, core: Core) -> None:
    """Refuse an account that has a password, even when it is the default: it acts in the window
    only.
    """
    user = core.desk.actor.user
    if not call.signs_in and user in core.store.ask_now(lambda q: q.with_password()):
        raise RefusedError("password_needed", user=user)
