"""The grammar of `privacy`."""

from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.privacy import register
from console.cli.privacy.export import export_person
from console.domain.privacy.wishes import KINDS
from console.domain.states import Channel


def add(verbs: Verbs) -> None:
    """The grammar of `privacy`."""
    sub = add_group(verbs, "privacy", "quyền của người dân với dữ liệu về mình")
    export = add_verb(
        sub, "export", "mọi thứ máy này giữ về một người, vào một tệp (.json, .xlsx)", export_person
    )
    export.add_argument("of", nargs="+", metavar="SỐ|THƯ")
    export.add_argument("--out", type=path_argument, required=True, metavar="TỆP")
    listing = add_verb(
        sub, "list", "sổ yêu cầu của chủ thể dữ liệu: còn mở, hạn gần trước", register.list_open
    )
    listing.add_argument("--all", action="store_true", help="cả yêu cầu đã xong, đã từ chối")
    taking = add_verb(
        sub, "add", "ghi một yêu cầu vào sổ: SỐ hoặc THƯ của người yêu cầu", register.add
    )
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
        stepping = add_verb(sub, what, about, register.step)
        stepping.add_argument("id")
        stepping.add_argument(option, dest="said", required=option == "--reason", default="")
    showing = add_verb(sub, "show", "một yêu cầu, cả tên và số của người ấy: ID", register.show)
    showing.add_argument("id")
